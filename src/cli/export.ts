/** `export`: the records in the words of other DNS servers and providers. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DomainName } from "../dns/name.ts";
import type { Zone } from "../dns/rrset.ts";
import type { FormatName } from "../export/format-names.ts";
import { FORMATS } from "../export/formats.ts";
import { type ExportedFile, hostedZones } from "../export/hosted-zone.ts";
import type { Problem } from "../result.ts";
import type { Built, Engine } from "./engine.ts";
import { EXIT_CODE } from "./exit-code.ts";
import { counted } from "./problems.ts";
import { type CommonOptions, report, settingsOf, withoutNotes } from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";
import { zoneNamed } from "./zone-name.ts";
import { zonesOf } from "./zones.ts";

export interface ExportOptions extends CommonOptions {
  readonly format: FormatName;
  /** Only this SIP domain or zone. */
  readonly zone?: string | undefined;
  /** Where files are written; standard output where undefined. */
  readonly directory?: string | undefined;
}

/** Prints what the format makes of the deployment's zones, or writes it into a directory. */
export async function exportRecords(
  options: ExportOptions,
  surroundings: Surroundings,
  { build }: Pick<Engine, "build">,
): Promise<number> {
  const settings = settingsOf(options, surroundings);
  if (settings === undefined) return EXIT_CODE.USAGE;
  const say = (problems: readonly Problem[]) => report(problems, options, surroundings.stderr, surroundings);
  const built = await build(settings);
  say(withoutNotes(built.ok ? built.remarks : built.problems));
  if (!built.ok) return EXIT_CODE.PROBLEMS;
  const fail = (message: string): number => {
    say([{ severity: "error", message }]);
    return EXIT_CODE.USAGE;
  };
  const chosen = chosenZones(built.value, options.zone);
  if (chosen === undefined)
    return fail(`Cannot export "${options.zone}": ${settings.deployment} leads to no such zone`);
  const { files, remarks } = FORMATS[options.format]({
    zones: chosen,
    hosted: () => hostedZones(chosen(), hostsOf(built.value)),
    origin: `Derived by xmpp-edge-dns from ${settings.deployment}`,
  });
  say(remarks);
  if (options.directory !== undefined) return writeFiles(files, options.directory, surroundings, fail);
  const [printed, ...others] = files;
  if (options.format in ONE_FOR_EACH_ZONE && others.length > 0)
    return fail(
      `Cannot print ${files.length} files one after the other: name a zone with --zone, or a directory with --directory`,
    );
  surroundings.stdout.write(printed?.text ?? "");
  return EXIT_CODE.FINE;
}

/** Formats whose files make no sense one behind the other. */
const ONE_FOR_EACH_ZONE = { zone: true, route53: true, octodns: true } as const;

/** The zones that are wanted: all, one by its apex, or those of a SIP domain; undefined where there are none. */
function chosenZones(built: Built, word: string | undefined): (() => Iterable<Zone>) | undefined {
  if (word === undefined) return () => zonesOf(built);
  const name = zoneNamed(word);
  if (name === undefined) return undefined;
  const { publications, groups } = built.derivation;
  const sipDomain = publications.find((publication) => publication.sipDomain.equals(name));
  const wanted = new Set([name, ...(sipDomain?.apexes ?? [])].map(({ key }) => key));
  const apexes = groups.flatMap((group) => group.apexes.filter(({ key }) => wanted.has(key)));
  return apexes.length === 0 ? undefined : () => apexes.flatMap((apex) => [...zonesOf(built, apex)]);
}

/** Whose zone holds the records elsewhere: a pinpoint zone's records lie in the SIP domain's. */
function hostsOf({ derivation }: Built): (apex: DomainName) => DomainName {
  const hosts = new Map<string, DomainName>();
  for (const { sipDomain, zoneLayout, apexes } of derivation.publications) {
    if (zoneLayout === "pinpoint") for (const apex of apexes) hosts.set(apex.key, sipDomain);
  }
  return (apex) => hosts.get(apex.key) ?? apex;
}

function writeFiles(
  files: readonly ExportedFile[],
  directory: string,
  { stdout }: Surroundings,
  fail: (message: string) => number,
): number {
  try {
    mkdirSync(directory, { recursive: true });
    for (const { name, text } of files) writeFileSync(join(directory, name), text);
  } catch (fault) {
    return fail(
      `Cannot write into "${directory}": ${fault instanceof Error ? fault.message : String(fault)}`,
    );
  }
  stdout.write(`Wrote ${counted(files.length, "file")} into ${directory}\n`);
  return EXIT_CODE.FINE;
}
