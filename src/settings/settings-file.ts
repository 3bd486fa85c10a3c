/** The settings file: YAML (or JSON, which is YAML) into assignments that know their line and column. */

import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from "yaml";
import { failed, failure, type Place, type Problem, type Result, success } from "../result.ts";
import type { Assignment } from "./assignment.ts";
import { GROUPS, knobOf } from "./schema.ts";

/** Octets of the largest settings file: far above what every knob with its comment takes. */
export const MAXIMUM_SETTINGS_FILE_SIZE = 2 ** 20;

/** What came of the wish to read a file. */
export type FileContent =
  | { readonly kind: "content"; readonly bytes: Uint8Array }
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Reads a file up to a number of octets, one more at most. */
export type ReadFile = (path: string, maximumSize: number) => FileContent;

/** The assignments of a settings file; none where there is no file and there need not be one. */
export function readSettingsFile(
  path: string,
  readFile: ReadFile,
  mustExist: boolean,
): Result<readonly Assignment[]> {
  const content = readFile(path, MAXIMUM_SETTINGS_FILE_SIZE);
  switch (content.kind) {
    case "content":
      return assignmentsIn(path, content.bytes);
    case "absent":
      return mustExist ? failed(`Cannot read settings file "${path}": there is no such file`) : success([]);
    case "unreadable":
      return failed(`Cannot read settings file "${path}": ${content.reason}`);
    default:
      return content satisfies never;
  }
}

function assignmentsIn(file: string, bytes: Uint8Array): Result<readonly Assignment[]> {
  if (bytes.length > MAXIMUM_SETTINGS_FILE_SIZE) {
    return failed(`Cannot read settings file "${file}": it is larger than 1 MiB`, { file });
  }
  const text = decode(bytes);
  if (text === undefined) {
    return failed(
      `Cannot read settings file "${file}": it is neither UTF-8 nor UTF-16 with a byte order mark`,
      { file },
    );
  }
  return new SettingsText(file, text).assignments();
}

/** UTF-8, or UTF-16 where a byte order mark says so, as Windows shells write it. */
function decode(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined; // the decoder's own words name neither file nor cure
  }
}

/** One walk over one file's text. */
class SettingsText {
  readonly #file: string;
  readonly #lines: readonly string[];
  readonly #counter = new LineCounter();
  readonly #root: Node | null;
  readonly #problems: Problem[];
  readonly #assignments: Assignment[] = [];

  constructor(file: string, text: string) {
    this.#file = file;
    this.#lines = text.split(/\r\n|\r|\n/);
    const document = parseDocument<ParsedNode>(text, { lineCounter: this.#counter, prettyErrors: false });
    this.#root = document.contents;
    this.#problems = document.errors.map((error) =>
      this.#problem(`Cannot read settings as YAML: ${withoutPeriod(error.message)}`, error.pos[0]),
    );
  }

  assignments(): Result<readonly Assignment[]> {
    if (this.#problems.length > 0) return failure(this.#problems);
    if (!isEmpty(this.#root)) this.#walk(this.#root, "");
    return this.#problems.length > 0 ? failure(this.#problems) : success(this.#assignments);
  }

  #walk(node: Node | null, path: string): void {
    if (!isMap(node)) {
      const what = path === "" ? "the settings" : `"${path.slice(0, -1)}"`;
      this.#problems.push(this.#problem(`Cannot read ${what}: a mapping is wanted here`, offsetOf(node)));
      return;
    }
    for (const { key, value } of node.items) this.#entry(key, value, path);
  }

  #entry(key: unknown, value: unknown, path: string): void {
    const keyOffset = offsetOf(key);
    const name = path + (isScalar(key) ? String(key.value) : "?");
    const node = isNodeOrNull(value) ? value : null;
    if (isEmpty(node) && isKnown(name)) return; // a name without a value leaves the default
    if (GROUPS.has(name)) {
      this.#walk(node, `${name}.`);
      return;
    }
    const plain = plainValue(node);
    if (plain === ALIAS) {
      const message = `Cannot read "${name}": settings take no YAML aliases; write the value itself`;
      this.#problems.push(this.#problem(message, offsetOf(node)));
      return;
    }
    this.#assignments.push({
      key: name,
      value: plain,
      keyPlace: this.#place(keyOffset),
      valuePlace: this.#place(offsetOf(node) ?? keyOffset),
    });
  }

  #problem(message: string, offset: number | undefined): Problem {
    return { severity: "error", message, place: this.#place(offset) };
  }

  #place(offset: number | undefined): Place {
    if (offset === undefined) return { file: this.#file };
    const { line, col } = this.#counter.linePos(offset);
    return { file: this.#file, line, column: col, excerpt: this.#lines[line - 1] };
  }
}

const ALIAS = Symbol("alias");

/** The value of a scalar or of a list of scalars; an empty object stands for a mapping. */
function plainValue(node: Node | null): unknown {
  if (isScalar(node)) return node.value;
  if (isAlias(node)) return ALIAS;
  if (!isSeq(node)) return {};
  const values = node.items.map((item) => plainValue(isNodeOrNull(item) ? item : null));
  return values.includes(ALIAS) ? ALIAS : values;
}

function isKnown(name: string): boolean {
  return GROUPS.has(name) || knobOf(name) !== undefined;
}

function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

function isNodeOrNull(value: unknown): value is Node | null {
  return value === null || isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}

function offsetOf(node: unknown): number | undefined {
  return isNodeOrNull(node) ? node?.range?.[0] : undefined;
}

function withoutPeriod(message: string): string {
  return message.replace(/\.$/, "");
}
