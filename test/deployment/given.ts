/** What tests of deployments have in common: files in memory, and problems as one line each. */

import type { FileSource } from "../../src/deployment/files.ts";
import { deploymentFromValue, loadDeployment } from "../../src/deployment/load.ts";
import type { Deployment } from "../../src/deployment/model.ts";
import { failed, type Problem, type Result, success } from "../../src/result.ts";

/** Files by path; texts stand for their UTF-8 octets. */
export function filesOf(files: Readonly<Record<string, string | Uint8Array>>): FileSource {
  return {
    read(path) {
      const content = files[path];
      if (content === undefined) return failed(`Cannot read "${path}": there is no such file`);
      return success(typeof content === "string" ? new TextEncoder().encode(content) : content);
    },
  };
}

/** Loads a deployment file d.yaml, with other files beside it. */
export function load(
  yaml: string | Uint8Array,
  others: Readonly<Record<string, string>> = {},
): Result<Deployment> {
  return loadDeployment("d.yaml", filesOf({ ...others, "d.yaml": yaml }));
}

/** A deployment that is known to be good. */
export function good(yaml: string, others: Readonly<Record<string, string>> = {}): Deployment {
  return goodValue(load(yaml, others));
}

export function fromValue(value: unknown, others: Readonly<Record<string, string>> = {}): Result<Deployment> {
  return deploymentFromValue(value, filesOf(others));
}

export function goodValue<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`a good result is wanted:\n${linesOf(result.problems).join("\n")}`);
}

/** Everything that was said, errors and remarks. */
export function saidOf(result: Result<unknown>): string[] {
  return linesOf(result.ok ? result.remarks : result.problems);
}

/** `2:5 error: message`, with the file where it is not d.yaml. */
export function linesOf(problems: readonly Problem[]): string[] {
  return problems.map(({ severity, message, place }) => {
    const file = place?.file === "d.yaml" ? undefined : place?.file;
    const position = [file, place?.line, place?.column].filter((part) => part !== undefined).join(":");
    return `${position} ${severity}: ${message}`;
  });
}
