/** What of two servers' replies is compared: nothing that each may choose freely, as the order of records. */

import { TYPE, typeFromName } from "../../src/dns/codes.ts";
import { layoutOf } from "../../src/dns/rdata-layout.ts";
import type { Message } from "../conformance/decoder.ts";

/** RCODE, flags, sections as sets, whether there is an OPT. */
export interface Essence {
  readonly rcode: string;
  readonly flags: string;
  readonly question: string | undefined;
  readonly answer: readonly string[];
  /** Aliases one after another. */
  readonly chain: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
  readonly opt: { readonly version: number; readonly dnssecOk: boolean } | undefined;
}

export function essenceOf(message: Message): Essence {
  const { rcode, flags, question, answer, authority, additional, opt } = message;
  const records = answer.map(comparable);
  return {
    rcode,
    flags,
    question,
    answer: records.toSorted(),
    chain: records.filter((record) => ALIASES.has(typeOf(record) ?? 0)),
    authority: authority.map(comparable).sort(),
    additional: additional.map(comparable).sort(),
    opt: opt && { version: opt.version, dnssecOk: opt.dnssecOk },
  };
}

const ALIASES = new Set<number>([TYPE.CNAME, TYPE.DNAME]);

/** Names have no case (RFC 4343), and NSD keeps none; what else is in RDATA has. */
function comparable(record: string): string {
  const layout = layoutOf(typeOf(record) ?? 0);
  if (layout?.fields.some(({ name }) => name !== undefined)) return record.toLowerCase();
  const [owner = "", ...others] = record.split(" ");
  return [owner.toLowerCase(), ...others].join(" ");
}

/** Of `OWNER TTL TYPE RDATA`, whatever its case. */
export function typeOf(record: string): number | undefined {
  return typeFromName(record.split(" ")[2] ?? "");
}
