/** `import`: Lync's own documents, once, as a deployment file that people read and change. */

import { existsSync, renameSync, writeFileSync } from "node:fs";
import type { FileSource } from "../deployment/files.ts";
import { loadDeployment } from "../deployment/load.ts";
import { readLyncDocuments } from "../deployment/lync-documents.ts";
import { deploymentYaml } from "../deployment/lync-yaml.ts";
import { DiskFiles } from "../reload/files.ts";
import { failed, type Problem, success } from "../result.ts";
import { EXIT_CODE } from "./exit-code.ts";
import { countProblems } from "./problems.ts";
import { type CommonOptions, report, settingsOf, withoutNotes } from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";

export interface ImportOptions extends CommonOptions {
  /** Standard output where undefined. */
  readonly output?: string | undefined;
  readonly force?: boolean | undefined;
}

/** Writes the deployment file; problems, also those that `check` will have with it, go to standard error. */
export async function importDocuments(
  documents: readonly string[],
  options: ImportOptions,
  surroundings: Surroundings,
): Promise<number> {
  const settings = settingsOf(options, surroundings);
  if (settings === undefined) return EXIT_CODE.USAGE;
  const tell = (problems: readonly Problem[]) => report(problems, options, surroundings.stderr, surroundings);
  const { output, force = false } = options;
  if (output !== undefined && !force && existsSync(output)) {
    tell([
      { severity: "error", message: `Cannot write "${output}": it is there already; --force replaces it` },
    ]);
    return EXIT_CODE.USAGE;
  }
  const read = readLyncDocuments(documents, new DiskFiles(settings.limits.deploymentFileSize));
  if (!read.ok) {
    tell(read.problems);
    return EXIT_CODE.PROBLEMS;
  }
  const text = deploymentYaml(read.value);
  const fault = output === undefined ? undefined : write(output, text);
  if (fault !== undefined) {
    tell([fault]);
    return EXIT_CODE.USAGE;
  }
  if (output === undefined) surroundings.stdout.write(text);
  return conclude(text, { ...options, output }, { remarks: read.remarks, tell, surroundings });
}

interface Conclusion {
  readonly remarks: readonly Problem[];
  readonly tell: (problems: readonly Problem[]) => void;
  readonly surroundings: Surroundings;
}

/** Says what the file still lacks: it is the operator's to complete. */
function conclude(
  text: string,
  { output, json }: ImportOptions,
  { remarks, tell, surroundings }: Conclusion,
): number {
  const name = output ?? "deployment.yaml";
  const checked = loadDeployment(name, only(name, text));
  const problems = checked.ok ? checked.remarks : checked.problems;
  tell([...remarks, ...withoutNotes(problems)]);
  if (output !== undefined && json !== true) {
    const rest = checked.ok ? "" : `; ${countProblems(problems)} to settle in it before it can be served`;
    surroundings.stderr.write(`Wrote ${output}${rest}\n`);
  }
  return checked.ok ? EXIT_CODE.FINE : EXIT_CODE.PROBLEMS;
}

function only(path: string, text: string): FileSource {
  const octets = new TextEncoder().encode(text);
  return { read: (wanted) => (wanted === path ? success(octets) : failed(`Cannot read "${wanted}"`)) };
}

/** The file is there whole or not at all. */
function write(path: string, text: string): Problem | undefined {
  try {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
    return undefined;
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    return { severity: "error", message: `Cannot write "${path}": ${reason}` };
  }
}
