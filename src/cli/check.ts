/** `check`: everything that is wrong with a deployment, found by the code that would serve it. */

import { lint } from "../lint/lint.ts";
import type { Problem } from "../result.ts";
import type { Built, Engine } from "./engine.ts";
import { EXIT_CODE } from "./exit-code.ts";
import { counted, countProblems } from "./problems.ts";
import { type CommonOptions, report, settingsOf } from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";

/** Prints problems and remarks on standard output, as they are what was asked for, and a last line that sums up. */
export async function check(
  options: CommonOptions,
  surroundings: Surroundings,
  { build }: Pick<Engine, "build">,
): Promise<number> {
  const settings = settingsOf(options, surroundings);
  if (settings === undefined) return EXIT_CODE.USAGE;
  const result = await build(settings);
  const problems = result.ok ? [...result.remarks, ...lint(result.value)] : result.problems;
  report(problems, options, surroundings.stdout, surroundings);
  if (options.json !== true) {
    const sum = result.ok ? fineSentence(result.value, problems) : countProblems(problems);
    surroundings.stdout.write(`${problems.length > 0 ? "\n" : ""}${settings.deployment}: ${sum}\n`);
  }
  return result.ok ? EXIT_CODE.FINE : EXIT_CODE.PROBLEMS;
}

function fineSentence({ snapshot }: Built, remarks: readonly Problem[]): string {
  const said = remarks.length > 0 ? `, ${countProblems(remarks)}` : "";
  return `fine${said}; ${counted(snapshot.zoneCount, "zone")} with ${counted(snapshot.rrsetCount, "RRset")}`;
}
