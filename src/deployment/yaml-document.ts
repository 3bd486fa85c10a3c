/** YAML 1.2 (and so JSON) text → a value and the places of its parts. Never throws, whatever the text. */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
} from "yaml";
import { quote } from "../dns/quotation.ts";
import { MOST_PROBLEMS, type Place, type Problem } from "../result.ts";
import type { Path, Places } from "./places.ts";
import { UNCLOSED, unclosedBrackets } from "./yaml-brackets.ts";
import { KeyIndex, offsetsOfDuplicateKeys } from "./yaml-keys.ts";

/** A value together with the places of its parts. */
export interface PlacedValue {
  readonly value: unknown;
  readonly places: Places;
}

/** What can be known of a text that was to be YAML. */
export interface ReadYaml {
  readonly problems: readonly Problem[];
  /** What was read, as far as what it means is beyond doubt. */
  readonly read: PlacedValue | undefined;
  /** Whether that is all of it. Else it ends with the last key of the whole map before the first fault. */
  readonly isWhole: boolean;
}

/** Reads one YAML document. */
export function readYaml(file: string, text: string): ReadYaml {
  const lineCounter = new LineCounter();
  const places = new TextPlaces(file, text, lineCounter);
  const document = parse(text, lineCounter);
  if (document === undefined) return nothing([tooDeep(places)]);
  const faults = faultsOf(document, text);
  const problems = [...syntaxProblems(faults, places), ...versionProblems(document, places)];
  const barrier = faults.find(({ code }) => !HARMLESS.has(code))?.at ?? Number.POSITIVE_INFINITY;
  if (hasOtherVersion(document)) return nothing(problems);
  if (barrier < Number.POSITIVE_INFINITY) cutAt(document, barrier);
  const excess = new NodeCounter(document, places).findExcess(document.contents);
  if (excess !== undefined) return nothing([...problems, excess]);
  const value: unknown = document.toJS({ maxAliasCount: -1 });
  const read = { value, places: new DocumentPlaces(document, places) };
  return { problems, read, isWhole: barrier === Number.POSITIVE_INFINITY };
}

function nothing(problems: readonly Problem[]): ReadYaml {
  return { problems, read: undefined, isWhole: false };
}

/** Faults that leave no doubt what the rest of the text means. */
const HARMLESS: ReadonlySet<string> = new Set(["DUPLICATE_KEY", "MULTIPLE_DOCS"]);

/** Leaves the keys at the top whose values end before an offset. */
function cutAt(document: Document.Parsed, offset: number): void {
  const { contents } = document;
  if (!isMap(contents)) {
    document.contents = null;
    return;
  }
  contents.items = contents.items.filter(({ value }) => {
    const end = value?.range?.[1];
    return end !== undefined && end < offset;
  });
}

/** The document with its errors in it; undefined where it is nested more deeply than the parser's stack. */
function parse(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false, // see offsetsOfDuplicateKeys
      logLevel: "error",
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined; // the stack is full; anything else is a bug
    throw error;
  }
}

function tooDeep(places: TextPlaces): Problem {
  return { severity: "error", message: "Cannot read lists and maps nested so deeply", place: places.whole };
}

/** Behind the first of them the others mean less and less. */
const MOST_SYNTAX_PROBLEMS = 10;

/** What is wrong at an offset of the text, by the parser's code. */
interface SyntaxFault {
  readonly code: string;
  readonly message: string;
  readonly at: number;
}

/** In the order of the text. Warnings (unknown tags) are errors to us, as a tag changes what a value means. */
function faultsOf(document: Document.Parsed, text: string): SyntaxFault[] {
  const told = [...document.errors, ...document.warnings].map(
    ({ code, message, pos: [at] }): SyntaxFault => ({ code, message, at }),
  );
  const duplicates = offsetsOfDuplicateKeys(document.contents).map((at): SyntaxFault => {
    return { code: "DUPLICATE_KEY", message: "", at };
  });
  const all = [...told, ...duplicates].sort((one, other) => one.at - other.at);
  const isExhausted = all.some(({ code }) => code === "RESOURCE_EXHAUSTION");
  if (isExhausted || all.every(({ code }) => HARMLESS.has(code))) return all;
  return withoutFollowers(all, unclosedBrackets(text));
}

/** An open bracket or a surplus one makes nonsense of all that stands behind it. */
function withoutFollowers(faults: readonly SyntaxFault[], unclosed: readonly SyntaxFault[]): SyntaxFault[] {
  const surplus = faults.find(({ code }) => code === "UNEXPECTED_TOKEN");
  const causes = unclosed.length > 0 ? unclosed : surplus === undefined ? [] : [surplus];
  const first = causes[0]?.at ?? Number.POSITIVE_INFINITY;
  return [...faults.filter(({ at }) => at < first), ...causes];
}

/** What was found; where the parser gave up, all else follows from that. */
function syntaxProblems(all: readonly SyntaxFault[], places: TextPlaces): Problem[] {
  if (all.some(({ code }) => code === "RESOURCE_EXHAUSTION")) return [tooDeep(places)];
  const most = all.every(({ code }) => HARMLESS.has(code)) ? MOST_PROBLEMS : MOST_SYNTAX_PROBLEMS;
  const shown = all.slice(0, most).map(({ code, message, at }): Problem => {
    return { severity: "error", message: syntaxMessage(code, message), place: places.at(at) };
  });
  const rest = all.length - shown.length;
  if (rest > 0)
    shown.push({
      severity: "error",
      message: `Cannot read ${rest} further places of the file as YAML`,
      place: places.whole,
    });
  return shown;
}

function syntaxMessage(code: string, message: string): string {
  switch (code) {
    case "DUPLICATE_KEY":
      return "Cannot use the same key twice in one map: remove one of the two";
    case "TAB_AS_INDENT":
      return "Cannot use a tab for indentation: YAML wants spaces";
    case "MULTIPLE_DOCS":
      return 'Cannot read more than one YAML document: remove "---" and what follows';
    case "NON_STRING_KEY":
      return "Cannot use this as a key: a key is a plain word or a text";
    case UNCLOSED:
      return message;
    case "UNEXPECTED_TOKEN": {
      const bracket = /flow-(?:seq|map)-end token .*"([\]}])"$/s.exec(message)?.[1];
      if (bracket !== undefined) return `Cannot read "${bracket}": nothing is open that it could close`;
      return `Cannot read this as YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
    }
    default:
      return `Cannot read this as YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  }
}

/** YAML 1.1 reads `no` as false and 1:30 as 90; we mean 1.2 and say so rather than guess. */
function versionProblems(document: Document.Parsed, places: TextPlaces): Problem[] {
  if (!hasOtherVersion(document)) return [];
  const message = `Cannot read YAML ${document.directives.yaml.version}: write "%YAML 1.2" or leave the line out`;
  return [{ severity: "error", message, place: places.at(0) }];
}

function hasOtherVersion(document: Document.Parsed): boolean {
  return document.directives.yaml.version !== "1.2";
}

const MOST_NODES_BY_ALIASES = 100_000;
const DEEPEST_NESTING = 50;

/** Counts the nodes that aliases would make, and the depth, before anything is built of them. */
class NodeCounter {
  readonly #document: Document.Parsed;
  readonly #places: TextPlaces;
  readonly #sizes = new Map<Node, number>();
  readonly #open = new Set<Node>();
  #byAliases = 0;
  #excess: Problem | undefined;

  constructor(document: Document.Parsed, places: TextPlaces) {
    this.#document = document;
    this.#places = places;
  }

  /** The first place where a document is too large to be built; undefined where it is fit. */
  findExcess(root: Node | null): Problem | undefined {
    this.#sizeOf(root, 0);
    return this.#excess;
  }

  #sizeOf(node: unknown, depth: number): number {
    if (this.#excess !== undefined) return 0;
    if (isAlias(node)) return this.#sizeOfAlias(node, node.source, node.resolve(this.#document), depth);
    if (!isMap(node) && !isSeq(node)) return 1;
    const known = this.#sizes.get(node);
    if (known !== undefined) return known;
    if (depth > DEEPEST_NESTING)
      return this.#refuse(node, `Cannot read lists and maps nested more than ${DEEPEST_NESTING} deep`);
    this.#open.add(node);
    let size = 1;
    for (const item of node.items) {
      const value =
        isMap(node) && "value" in Object(item) ? (item as { readonly value: unknown }).value : item; // proof: `in` found it
      size += this.#sizeOf(value, depth + 1);
    }
    this.#open.delete(node);
    this.#sizes.set(node, size);
    return size;
  }

  #sizeOfAlias(alias: Node, name: string, target: Node | undefined, depth: number): number {
    if (target === undefined)
      return this.#refuse(
        alias,
        `Cannot find the anchor ${quote(`&${name}`)} before its alias ${quote(`*${name}`)}`,
      );
    if (this.#open.has(target))
      return this.#refuse(alias, `Cannot use alias ${quote(`*${name}`)} inside of what it stands for`);
    const size = this.#sizeOf(target, depth);
    this.#byAliases += size;
    if (this.#byAliases <= MOST_NODES_BY_ALIASES) return size;
    return this.#refuse(
      alias,
      `Cannot expand alias ${quote(`*${name}`)}: aliases stand for more than ${MOST_NODES_BY_ALIASES} values by here`,
    );
  }

  #refuse(node: Node, message: string): number {
    this.#excess ??= { severity: "error", message, place: this.#places.at(node.range?.[0] ?? 0) };
    return 0;
  }
}

/** Offsets of a text as places of its file. */
class TextPlaces {
  readonly #file: string;
  readonly #text: string;
  readonly #lineCounter: LineCounter;
  /** The line that was shown last: JSON has often one line only, of megabytes. */
  #shown: { readonly line: number; readonly excerpt: string } | undefined;

  constructor(file: string, text: string, lineCounter: LineCounter) {
    this.#file = file;
    this.#text = text;
    this.#lineCounter = lineCounter;
  }

  get whole(): Place {
    return { file: this.#file };
  }

  at(offset: number): Place {
    const { line, col } = this.#lineCounter.linePos(Math.min(offset, this.#text.length));
    return this.of(Math.max(line, 1), Math.max(col, 1));
  }

  of(line: number, column: number): Place {
    return { file: this.#file, line, column, excerpt: this.#excerptOf(line) };
  }

  #excerptOf(line: number): string {
    if (this.#shown?.line !== line) this.#shown = { line, excerpt: withoutSecrets(this.lineAt(line)) };
    return this.#shown.excerpt;
  }

  /** A line of the text without its end; lines count from 1. */
  lineAt(line: number): string {
    const start = this.#lineCounter.lineStarts[line - 1] ?? 0;
    const end = this.#text.indexOf("\n", start);
    return this.#text.slice(start, end < 0 ? undefined : end).replace(/\r$/, "");
  }
}

/** A line as it may be shown: a secret that should not stand there is not told on. */
function withoutSecrets(line: string): string {
  return line.replace(/(\bsecret["']?\s*:\s*)(?:"[^"]*"?|'[^']*'?|[^\s,}#]+)/gi, "$1…");
}

/** Places of the nodes of a YAML document. */
class DocumentPlaces implements Places {
  readonly #document: Document.Parsed;
  readonly #places: TextPlaces;
  readonly #keys = new KeyIndex();

  constructor(document: Document.Parsed, places: TextPlaces) {
    this.#document = document;
    this.#places = places;
  }

  ofValue(path: Path): Place {
    return this.#placeOf(this.#walk(path).at(-1)?.value ?? this.#document.contents);
  }

  ofKey(path: Path): Place {
    const steps = this.#walk(path);
    return steps.length === path.length ? this.#placeOf(steps.at(-1)?.key) : this.ofValue(path);
  }

  inText(path: Path): (line: number, column: number) => Place {
    const node = this.#walk(path).at(-1)?.value;
    const start = this.ofValue(path);
    if (!isScalar(node) || typeof node.value !== "string") return () => start;
    const { value } = node;
    if (node.type !== Scalar.BLOCK_LITERAL) return (line, column) => inLine(start, value, line, column);
    const lines = value.split("\n");
    return (line, column) => this.#inBlock(start.line ?? 1, lines[line - 1] ?? "", line, column);
  }

  /** A literal block scalar begins on the line below its `|`; each line is the text's own behind its indentation. */
  #inBlock(header: number, text: string, line: number, column: number): Place {
    const excerpt = this.#places.lineAt(header + line);
    const indentation = excerpt.endsWith(text) ? excerpt.length - text.length : 0;
    return this.#places.of(header + line, column + indentation);
  }

  #placeOf(node: unknown): Place {
    const range = isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
    return range ? this.#places.at(range[0]) : this.#places.whole;
  }

  /** The keys and nodes along the path, as far as it leads. */
  #walk(path: Path): { readonly key: unknown; readonly value: unknown }[] {
    const steps: { readonly key: unknown; readonly value: unknown }[] = [];
    let node: unknown = this.#document.contents;
    for (const step of path) {
      const container = isAlias(node) ? node.resolve(this.#document) : node;
      const found = stepInto(container, step, this.#keys);
      if (found === undefined) break;
      steps.push(found);
      node = found.value;
    }
    return steps;
  }
}

/** A text that stands on its line as it is, between quotation marks or not; else only its beginning is known. */
function inLine(start: Place, value: string, line: number, column: number): Place {
  const { excerpt = "", column: first = 1 } = start;
  const behind = [first - 1, first].find((at) => excerpt.startsWith(value, at));
  return behind === undefined || line > 1 ? start : { ...start, column: behind + column };
}

function stepInto(
  container: unknown,
  step: PropertyKey,
  keys: KeyIndex,
): { readonly key: unknown; readonly value: unknown } | undefined {
  if (isSeq(container) && typeof step === "number") {
    const item = container.items[step];
    return item === undefined ? undefined : { key: item, value: item };
  }
  if (!isMap(container)) return undefined;
  const pair = keys.find(container, String(step));
  return pair === undefined ? undefined : { key: pair.key, value: pair.value ?? pair.key };
}
