/** Where the parts of a deployment stand: in a file by line and column, in memory by path. */

import type { Place, Problem } from "../result.ts";

/** Keys and indexes from the top of the deployment: `["sipDomains", 1, "name"]`. */
export type Path = readonly PropertyKey[];

/** Finds the place of a path. */
export interface Places {
  /** The place of the value; of the nearest thing around it where it is not there. */
  ofValue(path: Path): Place;
  /** The place of the last key of the path. */
  ofKey(path: Path): Place;
  /** Finds places inside of a text value, by its own lines and columns counted from 1. */
  inText(path: Path): (line: number, column: number) => Place;
}

/** The place of a part of a value in memory: its path stands where a file's name would. */
class ValuePlace implements Place {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(file: string, line?: number, column?: number) {
    this.file = file;
    this.line = line;
    this.column = column;
  }
}

/** Places of a deployment that is a value in memory. */
export class ValuePlaces implements Places {
  ofValue(path: Path): Place {
    return new ValuePlace(formatPath(path));
  }

  ofKey(path: Path): Place {
    return this.ofValue(path);
  }

  inText(path: Path): (line: number, column: number) => Place {
    return (line, column) => new ValuePlace(formatPath(path), line, column);
  }
}

/** Problems of a value in memory say their path in the message, as there is no file to point into. */
export function withPathsInMessages(problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => {
    if (!(problem.place instanceof ValuePlace)) return problem;
    const { file, line, column } = problem.place;
    const inside = line === undefined ? "" : `, line ${line}, column ${column}`;
    return { severity: problem.severity, message: `${problem.message} (at ${file}${inside})` };
  });
}

/** `sipDomains[1].name`; keys that are no plain words in brackets: `zones["contoso.com"]`. */
export function formatPath(path: Path): string {
  const text = path.map(formatStep).join("");
  return text === "" ? "deployment" : text.replace(/^\./, "");
}

function formatStep(step: PropertyKey): string {
  if (typeof step === "number") return `[${step}]`;
  const key = String(step);
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
