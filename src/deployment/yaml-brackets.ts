/** Brackets of YAML that nobody closed: the parser complains where it noticed, we where they were opened. */

import { type CST, Parser } from "yaml";

/** The code of these faults, beside those of the parser. */
export const UNCLOSED = "UNCLOSED_BRACKET";

/** A bracket that is open to the end, or closed by one of the other kind. */
interface Unclosed {
  readonly code: typeof UNCLOSED;
  readonly message: string;
  readonly at: number;
  /** What stood in the place of its end. */
  readonly wrongEnd: string | undefined;
}

/** All of them, in the order of the text. */
export function unclosedBrackets(text: string): readonly Unclosed[] {
  return [...new Parser().parse(text)]
    .flatMap((token) => unclosedIn(token, 0))
    .sort((one, other) => one.at - other.at);
}

/** Deeper than any deployment, and far from the end of the stack. */
const DEEPEST = 100;

function unclosedIn(token: CST.Token, depth: number): Unclosed[] {
  if (depth > DEEPEST) return [];
  const inner = innerTokens(token).flatMap((one) => unclosedIn(one, depth + 1));
  if (token.type !== "flow-collection") return inner;
  const [start, end] = token.start.source === "[" ? ["[", "]"] : ["{", "}"];
  const found = token.end.find(({ source }) => source === "]" || source === "}")?.source;
  if (found === end) return inner;
  if (inner.some(({ wrongEnd }) => wrongEnd === end)) return inner; // its end went to a bracket inside of it
  const message = `Cannot read "${start}": it is never closed; put "${end}" where ${start === "[" ? "the list" : "the map"} ends`;
  return [{ code: UNCLOSED, message, at: token.offset, wrongEnd: found }, ...inner];
}

function innerTokens(token: CST.Token): CST.Token[] {
  const own = token.type === "document" && token.value !== undefined ? [token.value] : [];
  const items = "items" in token ? token.items : [];
  return [...own, ...items.flatMap(({ key, value }) => [key, value])].filter(
    (one) => one !== undefined && one !== null,
  );
}
