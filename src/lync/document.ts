/** One document of Lync's, recognised by its content, not by its name. */

import { failure, type Problem, type Result, settle } from "../result.ts";
import { readClixml } from "./clixml.ts";
import { readCmdlets } from "./cmdlets.ts";
import { Facts } from "./facts.ts";
import { readJson } from "./json.ts";
import { clearPassphrases } from "./secret.ts";
import { SourceText, Spot } from "./source-text.ts";
import { isTopology, readTopology } from "./topology.ts";
import { itemsOf, type Value } from "./value.ts";
import { readXml } from "./xml.ts";

/** What a document says, and its text where something had to be taken out of it. */
export interface ReadDocument {
  readonly facts: Result<Facts>;
  /** To be kept in place of the file; undefined where the file may be kept as it is. */
  readonly cleared: string | undefined;
}

/** Reads a topology (XML) or what cmdlets printed (JSON, CLIXML). All problems at once, each with its place. */
export function readDocument(file: string, text: string): ReadDocument {
  const { text: safe, offsets } = clearPassphrases(text);
  const source = new SourceText(file, safe);
  const facts = new Facts();
  for (const offset of offsets) {
    const { excerpt: _, ...place } = source.placeAt(offset);
    facts.problems.push({ severity: "note", message: PASSPHRASE_MET, place });
  }
  const faults = read(source, facts);
  const result = faults.length > 0 ? failure([...faults, ...facts.problems]) : settle(facts, facts.problems);
  return { facts: result, cleared: offsets.length > 0 ? safe : undefined };
}

const PASSPHRASE_MET =
  "Left out DialbackPassphrase: no record needs it; delete the file's copy, as it lets others pass for this gateway";

/** What makes the document unreadable; what else is wrong is with the facts. */
function read(source: SourceText, facts: Facts): readonly Problem[] {
  const first = /\S/.exec(source.text)?.[0];
  if (first === "<") return readXmlDocument(source, facts);
  if (first === "{" || first === "[") return readJsonDocument(source, facts);
  const state = first === undefined ? "it is empty" : "it begins like neither";
  facts.error(
    `Cannot recognize the document: ${state}; wanted is a topology (XML), or what a cmdlet printed through ConvertTo-Json or Export-Clixml`,
    new Spot(source, Math.max(0, source.text.search(/\S/))),
  );
  return [];
}

function readXmlDocument(source: SourceText, facts: Facts): readonly Problem[] {
  const root = readXml(source);
  if (!root.ok) return root.problems;
  if (isTopology(root.value)) {
    readTopology(root.value, source, facts);
    return [];
  }
  if (root.value.name !== "Objs") {
    facts.error(
      `Cannot recognize XML with the root ${root.value.name}: Topology, TopologyBuilder or Objs (Export-Clixml) is wanted`,
      new Spot(source, root.value.offset),
    );
    return [];
  }
  const values = readClixml(root.value, source);
  if (!values.ok) return values.problems;
  readCmdlets(unwrapped(values.value), source, facts);
  return [];
}

function readJsonDocument(source: SourceText, facts: Facts): readonly Problem[] {
  const value = readJson(source);
  if (!value.ok) return value.problems;
  readCmdlets(unwrapped([value.value]), source, facts);
  return [];
}

function unwrapped(values: readonly Value[]): readonly Value[] {
  return values.flatMap((value) => itemsOf(value));
}
