/** `check`: everything that is wrong with a deployment, found by the code that would serve it. */

import { lint } from "../lint/lint.ts";
import type { Problem } from "../result.ts";
import type { Built, Engine } from "./engine.ts";
import { EXIT_CODE } from "./exit-code.ts";
import { firstSteps } from "./first-steps.ts";
import { counted, countProblems } from "./problems.ts";
import { type CommonOptions, report, settingsOf } from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";
import { withoutFinalDot } from "./zone-name.ts";

/** Prints problems and remarks on standard output, as they are what was asked for, and a last line that sums up. */
export async function check(
  options: CommonOptions,
  surroundings: Surroundings,
  { build }: Pick<Engine, "build">,
): Promise<number> {
  const settings = settingsOf(options, surroundings);
  if (settings === undefined) return EXIT_CODE.USAGE;
  const result = await build(settings);
  const problems = result.ok
    ? [...remarksOf(result.value, result.remarks), ...lint(result.value)]
    : result.problems;
  const hints = firstSteps(problems, settings, surroundings);
  report([...problems, ...hints], options, surroundings.stdout, surroundings);
  if (options.json !== true) {
    const sum = result.ok ? fineSentence(result.value, problems) : countProblems(problems);
    surroundings.stdout.write(`${problems.length > 0 ? "\n" : ""}${settings.deployment}: ${sum}\n`);
  }
  return result.ok ? EXIT_CODE.FINE : EXIT_CODE.PROBLEMS;
}

/** What the load has to remark, and the one thing that the file's author can hardly want: nothing is published. */
function remarksOf({ derivation }: Built, remarks: readonly Problem[]): readonly Problem[] {
  const { publications } = derivation;
  const [first] = publications;
  if (first === undefined || publications.some(({ published }) => published)) return remarks;
  const { sipDomain, reason, place } = first;
  const which = `${withoutFinalDot(sipDomain)}, the first of ${publications.length}`;
  const message = `No SIP domain is published; ${which}, is not because ${reason}`;
  return [...remarks, { severity: "warning", message, place }];
}

function fineSentence({ derivation, snapshot }: Built, remarks: readonly Problem[]): string {
  const { publications } = derivation;
  const published = publications.filter((publication) => publication.published).length;
  const said = remarks.length > 0 ? `, ${countProblems(remarks)}` : "";
  const size = `${counted(snapshot.zoneCount, "zone")} with ${counted(snapshot.rrsetCount, "RRset")}`;
  const share = `${published} of ${counted(publications.length, "SIP domain")} published`;
  if (published > 0 || publications.length === 0) return `fine${said}; ${share}; ${size}`;
  return `loads${said}; but ${share}, "xmpp-edge-dns explain" says why; ${size}`;
}
