/** Names of zones on the command line. */

import { domainToASCII } from "node:url";
import { type DomainName, parseDomainName } from "../dns/name.ts";

/** The zone that a word names, with or without a final dot, in ASCII or in the letters of an IDN. */
export function zoneNamed(word: string): DomainName | undefined {
  const isAscii = /^[\0-\x7f]*$/.test(word);
  const name = parseDomainName(isAscii ? word : domainToASCII(word));
  return name.ok ? name.value : undefined;
}

/** A name as people write it: without the final dot, the root aside. */
export function withoutFinalDot(name: DomainName): string {
  return name.isRoot ? "." : name.toString().slice(0, -1);
}
