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
  type YAMLParseError,
} from "yaml";
import type { Place, Problem } from "../result.ts";
import { type Assignment, unknownKey } from "./assignment.ts";
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

/** A settings file to read. */
export interface SettingsFile {
  readonly path: string;
  /** Who named it; then it must be there. */
  readonly source?: string | undefined;
}

/** What a settings file says, as far as it can be read, and what cannot. */
export interface SettingsFileReading {
  readonly assignments: readonly Assignment[];
  readonly problems: readonly Problem[];
}

/** Reads a settings file; nothing where there is none and nobody has named it. */
export function readSettingsFile({ path, source }: SettingsFile, readFile: ReadFile): SettingsFileReading {
  const named = source === undefined ? `"${path}"` : `"${path}" (${source})`;
  const content = readFile(path, MAXIMUM_SETTINGS_FILE_SIZE);
  switch (content.kind) {
    case "content":
      return assignmentsIn(path, content.bytes);
    case "absent":
      if (source === undefined) return { assignments: [], problems: [] };
      return unread(`Cannot read settings file ${named}: there is no such file`);
    case "unreadable":
      return unread(`Cannot read settings file ${named}: ${content.reason}`);
    default:
      return content satisfies never;
  }
}

function unread(message: string, place?: Place): SettingsFileReading {
  return { assignments: [], problems: [{ severity: "error", message, place }] };
}

function assignmentsIn(file: string, bytes: Uint8Array): SettingsFileReading {
  if (bytes.length > MAXIMUM_SETTINGS_FILE_SIZE) {
    return unread(`Cannot read settings file "${file}": it is larger than 1 MiB`, { file });
  }
  const text = decode(bytes);
  if (text === undefined || text.includes("\0")) {
    const message = `Cannot read settings file "${file}": it is neither UTF-8 nor UTF-16 with a byte order mark`;
    return unread(message, { file });
  }
  return new SettingsText(file, text).read();
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
    this.#problems = worthSaying(document.errors).map((error) =>
      this.#problem(`Cannot read settings as YAML: ${syntaxFault(error)}`, error.pos[0]),
    );
  }

  read(): SettingsFileReading {
    if (this.#problems.length === 0 && !isEmpty(this.#root)) this.#walk(this.#root, "");
    return { assignments: this.#assignments, problems: this.#problems };
  }

  #walk(node: Node | null, path: string): void {
    if (!isMap(node)) {
      const message =
        path === ""
          ? `Cannot read the settings: write each as "name: value", such as "port: 5300"`
          : unknownKey(path.slice(0, -1));
      this.#problems.push(this.#problem(message, offsetOf(node)));
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

const MOST_SYNTAX_PROBLEMS = 10;

/** Not every error that follows from another: above all those of the parser whose stack is full. */
function worthSaying(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const exhausted = errors.findIndex(({ code }) => code === "RESOURCE_EXHAUSTION");
  return errors.slice(0, exhausted < 0 ? MOST_SYNTAX_PROBLEMS : exhausted + 1);
}

/** The parser's words without their period; its full stack in ours. */
function syntaxFault({ message, code }: YAMLParseError): string {
  return code === "RESOURCE_EXHAUSTION" ? "it is nested too deeply" : message.replace(/\.$/, "");
}
