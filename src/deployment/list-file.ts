/** Text files that hold one name a line; empty lines and what follows a # do not count. */

import { quote } from "../dns/quotation.ts";
import { MOST_PROBLEMS, type Place } from "../result.ts";
import { decodeText } from "./decode.ts";
import { pathBeside } from "./files.ts";
import type { Path } from "./places.ts";
import type { Reading } from "./reading.ts";

/** Reads a file that the deployment names; problems with the file as a whole are told at that place. */
export function readListFile(reading: Reading, path: Path, named: string): ListFile | undefined {
  const file = pathBeside(reading.path, named);
  const octets = reading.files.read(file);
  const text = octets.ok ? decodeText(octets.value, file) : octets;
  if (octets.ok) reading.findings.addAll(octets.remarks);
  if (text.ok) return new ListFile(reading, file, text.value);
  const place = reading.places.ofValue(path);
  for (const problem of text.problems) {
    reading.findings.problems.push(problem.place?.line === undefined ? { ...problem, place } : problem);
  }
  return undefined;
}

/** The lines of a list. */
export class ListFile {
  readonly #reading: Reading;
  readonly #file: string;
  readonly #text: string;

  constructor(reading: Reading, file: string, text: string) {
    this.#reading = reading;
    this.#file = file;
    this.#text = text;
  }

  /** Hands over every name with its line; what comes back is what is wrong with it. */
  forEachLine(take: (name: string, line: number) => string | undefined): void {
    let faults = 0;
    for (const [name, line, start] of names(this.#text)) {
      const fault = take(name, line);
      if (fault === undefined) continue;
      faults++;
      if (faults <= MOST_PROBLEMS) this.#reading.findings.error(fault, this.#placeAt(line, start));
    }
    const rest = faults - MOST_PROBLEMS;
    if (rest > 0)
      this.#reading.findings.error(`Cannot use ${rest} further lines of ${quote(this.#file)}`, {
        file: this.#file,
      });
  }

  /** A line by its number only, for those who keep the places of all. */
  lineOf(line: number): Place {
    return { file: this.#file, line };
  }

  placeOf(line: number): Place {
    let start = 0;
    for (let before = 1; before < line; before++) start = this.#text.indexOf("\n", start) + 1;
    return this.#placeAt(line, start);
  }

  #placeAt(line: number, start: number): Place {
    const end = this.#text.indexOf("\n", start);
    const excerpt = this.#text.slice(start, end < 0 ? undefined : end).replace(/\r$/, "");
    return { file: this.#file, line, column: 1 + Math.max(excerpt.search(/\S/), 0), excerpt };
  }
}

function* names(text: string): Generator<readonly [name: string, line: number, start: number]> {
  let start = 0;
  for (let line = 1; start < text.length; line++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const written = text.slice(start, end);
    const comment = written.indexOf("#");
    const name = (comment < 0 ? written : written.slice(0, comment)).trim();
    if (name !== "") yield [name, line, start];
    start = end + 1;
  }
}
