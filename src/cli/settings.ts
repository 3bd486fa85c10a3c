/** What every command does first: settings from flags, environment and file, or exit code 2 with the reasons. */

import type { Problem } from "../result.ts";
import { loadSettings, type Settings, type SettingsFlags } from "../settings/settings.ts";
import { renderProblems } from "./problems.ts";
import { isColoured, type Output, type Surroundings } from "./surroundings.ts";

/** The options that all commands share, as commander gives them. */
export interface CommonOptions extends SettingsFlags {
  readonly settings?: string | undefined;
  readonly set?: readonly string[] | undefined;
  /** Problems as JSON. */
  readonly json?: boolean | undefined;
}

/** The settings of this call; undefined after saying on standard error what is wrong with them. */
export function settingsOf(options: CommonOptions, surroundings: Surroundings): Settings | undefined {
  const result = loadSettings({
    flags: options,
    set: options.set ?? [],
    environment: surroundings.environment,
    settingsFile: options.settings,
    readFile: surroundings.readFile,
  });
  if (result.ok) return result.value;
  report(result.problems, options, surroundings.stderr, surroundings);
  return undefined;
}

/** Writes problems to an output in the style that the reader wants. */
export function report(
  problems: readonly Problem[],
  { json }: CommonOptions,
  output: Output,
  { environment }: Surroundings,
): void {
  const text = renderProblems(problems, { json, colour: isColoured(output, environment) });
  if (text !== "") output.write(text);
}

/** What is worth saying outside of `check`: notes are for those who ask for everything. */
export function withoutNotes(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ severity }) => severity !== "note");
}
