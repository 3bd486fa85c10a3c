/** Master files beside the deployment, and the files that they include. */

import type { IncludedFile } from "../dns/master-file.ts";
import { quote } from "../dns/quotation.ts";
import { failed, failure, type Result, success } from "../result.ts";
import { decodeText } from "./decode.ts";
import { directoryOf, isAbsolute, isWithin, pathBeside } from "./files.ts";
import type { Path } from "./places.ts";
import type { Reading } from "./reading.ts";
import { textPlaces } from "./text-places.ts";

/** Files that include each other so deep, and so many of them in one zone. */
const DEEPEST = 10;
const MOST_FILES = 1000;

/** Opens the master files of one zone. */
export class ZoneFiles {
  readonly #reading: Reading;
  /** Relative paths lead to no place outside of this directory. */
  readonly #directory: string;
  #opened = 0;

  private constructor(reading: Reading, directory: string) {
    this.#reading = reading;
    this.#directory = directory;
  }

  /** Those that records in the deployment file itself include. */
  static besideDeployment(reading: Reading): ZoneFiles {
    return new ZoneFiles(reading, directoryOf(reading.path));
  }

  /** The file that a zone names at that path; what is wrong with it is said there. */
  static openNamed(reading: Reading, path: Path, named: string): IncludedFile | undefined {
    const file = pathBeside(reading.path, named);
    const isBeside = isWithin(directoryOf(reading.path), file);
    const files = new ZoneFiles(reading, directoryOf(isBeside ? reading.path : file));
    const opened = files.#read(file, []);
    if (opened.ok) return opened.value;
    const place = reading.places.ofValue(path);
    reading.findings.addAll(
      opened.problems.map((problem) => (problem.place?.line === undefined ? { ...problem, place } : problem)),
    );
    return undefined;
  }

  /** Opens what a file includes; `chain` holds that file and those that led to it, the last of them first. */
  include(named: string, chain: readonly string[]): Result<IncludedFile> {
    const file = pathBeside(chain[0] ?? this.#reading.path, named);
    const fault = this.#faultOf(file, named, chain);
    return fault === undefined ? this.#read(file, chain) : failed(`Cannot include ${quote(named)}: ${fault}`);
  }

  #faultOf(file: string, named: string, chain: readonly string[]): string | undefined {
    if (named === "") return "the path of a file is wanted";
    if (chain.includes(file)) return "it is being read already, and would include itself without end";
    if (chain.length >= DEEPEST) return `files include each other ${DEEPEST} deep by here, which is the most`;
    if (this.#opened >= MOST_FILES)
      return `the zone consists of ${MOST_FILES} files by here, which is the most`;
    return isAbsolute(named) || isWithin(this.#directory, file)
      ? undefined
      : `it lies outside of ${this.#directory === "" ? "the working directory" : quote(this.#directory)}; give an absolute path if that is meant`;
  }

  #read(file: string, chain: readonly string[]): Result<IncludedFile> {
    this.#opened++;
    const octets = this.#reading.files.read(file);
    if (!octets.ok) return octets;
    const text = decodeText(octets.value, file);
    if (!text.ok) return failure(text.problems);
    const inner = [file, ...chain];
    return success({
      text: text.value,
      place: textPlaces(file, text.value),
      include: (named) => this.include(named, inner),
    });
  }
}
