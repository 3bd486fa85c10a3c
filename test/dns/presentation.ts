/** Short ways from presentation format to wire form for the tables of the tests in this folder. */

import { typeFromName } from "../../src/dns/codes.ts";
import { type DomainName, parseDomainName } from "../../src/dns/name.ts";
import { readRdata } from "../../src/dns/rdata.ts";
import { scanEntries } from "../../src/dns/token.ts";
import type { Problem, Result } from "../../src/result.ts";

/** The name of a text that is known to be one. */
export function name(text: string): DomainName {
  return goodValue(parseDomainName(text));
}

/** The value of a result that is known to be good. */
export function goodValue<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(messagesOf(result.problems).join("\n"));
}

/** The sentences of a result's errors, warnings and notes. */
export function messages(result: Result<unknown>): readonly string[] {
  return messagesOf(result.ok ? result.remarks : result.problems);
}

/** RDATA of `SRV 10 0 5269 xmpp`: a type and its text, relative names below contoso.com. */
export function read(text: string): Result<Uint8Array> {
  const [entry] = scanEntries(text);
  const [type, ...tokens] = entry?.tokens ?? [];
  return readRdata(typeOf(type?.text ?? ""), tokens, name("contoso.com."));
}

/** The number of a mnemonic. */
export function typeOf(text: string): number {
  const type = typeFromName(text);
  if (type === undefined) throw new Error(`no type ${text}`);
  return type;
}

/** Octets as "c0 00 02 01". */
export function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join(" ");
}

/** The octets of "c0 00 02 01". */
export function octets(text: string): Uint8Array {
  return Uint8Array.from(text.split(" ").filter(Boolean), (pair) => Number.parseInt(pair, 16));
}

function messagesOf(problems: readonly Problem[]): readonly string[] {
  return problems.map((problem) => problem.message);
}
