/**
 * Puts a counter at each branch of the sources that are loaded from here on, and gathers the constants that
 * stand in them: what a parser compares its input with is what inputs should be made of. Types are stripped in
 * place and no line is added, so a stack names the lines of the sources. Why not a library: docs/decisions/0013-fuzzing.md.
 */

import { type LoadFnOutput, registerHooks, stripTypeScriptTypes } from "node:module";
import { type AnyNode, type Program, parse } from "acorn";
import { full } from "acorn-walk";

const SOURCES = new URL("../../src/", import.meta.url).href;
const COUNTERS = new URL("coverage.ts", import.meta.url).href;

/** What is known of the sources that were loaded. */
export interface Instrumented {
  /** Branches that have a counter. */
  readonly places: number;
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
}

/** Instruments the modules of these rooms of src/ when they are loaded; constants are those of all rooms. */
export function instrumentRooms(rooms: readonly string[]): () => Instrumented {
  const counted = rooms.map((room) => `${SOURCES}${room}`);
  const texts = new Set<string>();
  const numbers = new Set<number>();
  let places = 0;
  registerHooks({
    load(url, context, nextLoad): LoadFnOutput {
      const loaded = nextLoad(url, context);
      if (!url.startsWith(SOURCES) || loaded.source === undefined || loaded.source === null) return loaded;
      const source = stripTypeScriptTypes(textOf(loaded.source));
      const tree = parsed(source);
      full(tree, (node) => gather(node, texts, numbers));
      const isCounted = counted.some((room) => url.startsWith(`${room}/`) || url === `${room}.ts`);
      const code = isCounted ? withCounters(source, () => places++, tree) : source;
      return { format: "module", source: code, shortCircuit: true };
    },
  });
  return () => ({ places, texts: [...texts], numbers: [...numbers] });
}

function textOf(source: NonNullable<LoadFnOutput["source"]>): string {
  return typeof source === "string" ? source : new TextDecoder().decode(source);
}

/** Sentences for people are longer, and hold blanks. */
const LONGEST_WORD = 24;

function gather(node: AnyNode, texts: Set<string>, numbers: Set<number>): void {
  if (node.type === "Property" && node.key.type === "Identifier" && /^[A-Z0-9_]+$/.test(node.key.name))
    texts.add(node.key.name); // RCODE and TYPE are objects: their keys are what stands in zone files
  if (node.type !== "Literal") return;
  const { value } = node;
  if (typeof value === "number" && Number.isInteger(value) && value <= 0xffff_ffff) numbers.add(value);
  if (typeof value === "string" && /^[^\s./][^\s/]*$/.test(value) && value.length <= LONGEST_WORD)
    texts.add(value);
}

function parsed(source: string): Program {
  return parse(source, { ecmaVersion: "latest", sourceType: "module" });
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** A module, given in JavaScript, with a counter at the start of each branch; `next` numbers them. */
export function withCounters(source: string, next: () => number, tree = parsed(source)): string {
  const insertions: Insertion[] = [];
  const count = () => `__hits[${next()}]++`;
  const inBlock = (at: number) => insertions.push({ at, text: `${count()};` });
  const around = (node: AnyNode, open: string, close: string) =>
    insertions.push({ at: node.start, text: open }, { at: node.end, text: close });
  const statement = (node: AnyNode) => {
    if (node.type === "BlockStatement") inBlock(node.start + 1);
    else around(node, `{${count()};`, "}");
  };
  const expression = (node: AnyNode) => around(node, `(${count()},`, ")");
  // Inner nodes come first: of what is inserted at one place, what closes an inner one stands first.
  full(tree, (node) => {
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
        return statement(node.body);
      case "ArrowFunctionExpression":
        return node.body.type === "BlockStatement" ? statement(node.body) : expression(node.body);
      case "IfStatement":
        statement(node.consequent);
        return node.alternate ? statement(node.alternate) : insertions.push(elseAt(node.end, count()));
      case "ForStatement":
      case "ForOfStatement":
      case "ForInStatement":
      case "WhileStatement":
      case "DoWhileStatement":
        return statement(node.body);
      case "SwitchCase":
        return node.consequent[0] && inBlock(node.consequent[0].start);
      case "CatchClause":
        return statement(node.body);
      case "ConditionalExpression":
        expression(node.consequent);
        return expression(node.alternate);
      case "LogicalExpression":
      case "AssignmentPattern":
        return expression(node.right);
      default:
        return undefined;
    }
  });
  return `import { hits as __hits } from "${COUNTERS}"; ${inserted(source, insertions)}`;
}

function elseAt(at: number, count: string): Insertion {
  return { at, text: ` else ${count};` };
}

function inserted(source: string, insertions: readonly Insertion[]): string {
  const inOrder = insertions.toSorted((one, other) => one.at - other.at);
  const parts: string[] = [];
  let from = 0;
  for (const { at, text } of inOrder) {
    parts.push(source.slice(from, at), text);
    from = at;
  }
  return parts.join("") + source.slice(from);
}
