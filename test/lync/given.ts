/** What tests of Lync's documents have in common: files on disk as a source, and what a deployment comes to. */

import { readFileSync } from "node:fs";
import { explanationText } from "../../src/cli/explain.ts";
import type { FileSource } from "../../src/deployment/files.ts";
import { loadDeployment } from "../../src/deployment/load.ts";
import { formatRecord } from "../../src/dns/zone-file.ts";
import { derive } from "../../src/records/derive.ts";
import { explain } from "../../src/records/explanation.ts";
import { failed, type Problem, success } from "../../src/result.ts";
import { linesOf } from "../deployment/given.ts";

/** The files of a directory by their names. */
export function filesIn(directory: URL): FileSource {
  return {
    read(path) {
      try {
        return success(readFileSync(new URL(path, directory)));
      } catch {
        return failed(`Cannot read "${path}": there is no such file`);
      }
    },
  };
}

/** All that comes of a deployment file: what was said, the records, and what `explain` prints of each SIP domain. */
export function outcomeOf(path: string, files: FileSource): string {
  const loaded = loadDeployment(path, files);
  const derived = loaded.ok ? derive(loaded.value) : loaded;
  const problems = [
    ...(loaded.ok ? loaded.remarks : []),
    ...(derived.ok ? derived.remarks : derived.problems),
  ];
  if (!loaded.ok || !derived.ok) return section("Said", saidIn(problems));
  const { groups } = derived.value;
  const records = groups.flatMap(({ apexes, model }) => [
    `${apexes.join(" ")}`,
    ...model.rrsets
      .flatMap(({ owner, ttl, type, rdatas }) => rdatas.map((rdata) => formatRecord(owner, ttl, type, rdata)))
      .filter((line) => / (?:SRV|A|AAAA) /.test(line.replaceAll("\t", " ")))
      .map((line) => `  ${line}`),
  ]);
  const explained = loaded.value.sipDomains.map((sipDomain) =>
    explanationText(explain(loaded.value, sipDomain)),
  );
  return [section("Said", saidIn(problems)), section("Records", records), ...explained].join("\n");
}

function saidIn(problems: readonly Problem[]): string[] {
  return linesOf(problems);
}

function section(title: string, lines: readonly string[]): string {
  return `${title}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}
