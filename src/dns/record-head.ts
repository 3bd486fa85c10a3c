/** What stands between the owner and the RDATA of a record in a master file (RFC 1035 §5.1). */

import { isDataType, typeFromName } from "./codes.ts";
import { quote } from "./quotation.ts";
import type { Token } from "./token.ts";
import { parseTtl } from "./ttl.ts";

export interface RecordHead {
  /** Seconds; undefined where the record has none of its own. */
  readonly ttl: number | undefined;
  readonly type: number;
  readonly typeToken: Token;
  readonly rdataTokens: readonly Token[];
}

/** Notes an error at a token. */
type Report = (token: Token, message: string) => void;

/** What a TTL is to look like: the end of a sentence. */
export const TTL_WANTED = "seconds from 0 to 2147483647, or units as in 1h30m, are wanted";

/** Reads TTL and class in either order, each at most once, then the type; `first` is the first token of the record. */
export function readRecordHead(
  first: Token,
  tokens: readonly Token[],
  report: Report,
): RecordHead | undefined {
  let ttlToken: Token | undefined;
  let classToken: Token | undefined;
  for (const [at, token] of tokens.entries()) {
    if (ttlToken === undefined && isTtl(token)) ttlToken = token;
    else if (classToken === undefined && isClass(token)) classToken = token;
    else {
      const ttl = ttlToken && readTtl(ttlToken, report);
      if (classToken !== undefined) checkClass(classToken, report);
      const type = readType(token, report);
      return type === undefined
        ? undefined
        : { ttl, type, typeToken: token, rdataTokens: tokens.slice(at + 1) };
    }
  }
  report(tokens.at(-1) ?? first, "Cannot read a record: it ends where its type is wanted");
  return undefined;
}

/** No type and no class begins with a digit. */
function isTtl({ text, quoted }: Token): boolean {
  return !quoted && /^\d/.test(text);
}

function isClass({ text, quoted }: Token): boolean {
  return !quoted && /^(?:IN|CS|CH|HS|CLASS\d+)$/i.test(text);
}

function readTtl(token: Token, report: Report): number | undefined {
  const ttl = parseTtl(token.text);
  if (ttl === undefined) report(token, `Cannot read TTL ${quote(token.text)}: ${TTL_WANTED}`);
  return ttl;
}

const IN = new Set(["IN", "CLASS1"]);

function checkClass(token: Token, report: Report): void {
  if (IN.has(token.text.toUpperCase())) return;
  report(token, `Cannot take a record of class ${quote(token.text)}: class IN is wanted`);
}

function readType(token: Token, report: Report): number | undefined {
  const type = token.quoted ? undefined : typeFromName(token.text);
  if (type !== undefined && isDataType(type)) return type;
  const fault =
    type === undefined
      ? `Cannot read type ${quote(token.text)}: a type such as A, SRV or TYPE65280 is wanted`
      : `Cannot take a record of type ${quote(token.text)}: it stands in messages only, not in zones`;
  report(token, fault);
  return undefined;
}
