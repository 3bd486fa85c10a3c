/** What ConvertTo-Json printed → values with their offsets. */

import { type Node, type ParseError, type ParseErrorCode, parseTree } from "jsonc-parser";
import { failed, type Result, success } from "../result.ts";
import type { SourceText } from "./source-text.ts";
import type { Value } from "./value.ts";

/** Reads one JSON text, strictly. */
export function readJson(source: SourceText): Result<Value> {
  const errors: ParseError[] = [];
  try {
    const root = parseTree(source.text, errors, { disallowComments: true, allowTrailingComma: false });
    const [first] = errors;
    if (first !== undefined || root === undefined) {
      const offset = Math.min(first?.offset ?? 0, source.text.length);
      return failed(`Cannot read this as JSON: ${reasonOf(first, source)}`, source.placeAt(offset));
    }
    return success(toValue(root));
  } catch (fault) {
    if (!(fault instanceof RangeError)) throw fault; // the stack is full; anything else is a bug
    return failed("Cannot read lists and maps nested so deeply", { file: source.file });
  }
}

function reasonOf(error: ParseError | undefined, { text }: SourceText): string {
  if (error === undefined || error.offset >= text.trimEnd().length)
    return "it ends too soon; export it again";
  return REASONS[error.error] ?? "it is damaged here; export it again";
}

/** By the numbers of jsonc-parser's ParseErrorCode, which is a type without values under isolatedModules. */
const REASONS: { readonly [code in ParseErrorCode]?: string } = {
  1: "a value is wanted here",
  2: "a number is wanted here",
  3: "the name of a property is wanted here",
  4: "a value is wanted here",
  5: "a colon is wanted here",
  6: "a comma is wanted here",
  7: "a closing brace is wanted here",
  8: "a closing bracket is wanted here",
  9: "it should end here",
  10: "JSON has no comments",
  12: "a text does not end",
};

function toValue(node: Node): Value {
  const { type, offset, children = [] } = node;
  switch (type) {
    case "null":
    case "property":
      return { kind: "nothing", offset };
    case "array":
      return { kind: "list", items: children.map(toValue), offset };
    case "object":
      return { kind: "properties", properties: propertiesOf(children), text: undefined, offset };
    case "string":
    case "number":
    case "boolean":
      return { kind: "scalar", value: node.value as string | number | boolean, offset }; // proof: the type names it
    default:
      return type satisfies never;
  }
}

function propertiesOf(properties: readonly Node[]): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
  for (const { children: [name, value] = [] } of properties) {
    if (name !== undefined && value !== undefined)
      found.set(String(name.value).toLowerCase(), toValue(value));
  }
  return found;
}
