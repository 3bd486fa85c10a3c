/** Four servers' replies to one request: where three agree, the fourth must. */

import { decodeMessage, type Message } from "../conformance/decoder.ts";
import type { Reply } from "./asking.ts";
import { type Essence, essenceOf } from "./essence.ts";
import type { RandomQuery } from "./random-queries.ts";

/** What is compared of a reply, field by field. */
export const FIELDS = {
  rcode: ({ rcode }: Said) => rcode,
  AA: (said: Said) => hasFlag(said, "AA"),
  TC: (said: Said) => hasFlag(said, "TC"),
  RD: (said: Said) => hasFlag(said, "RD"),
  RA: (said: Said) => hasFlag(said, "RA"),
  AD: (said: Said) => hasFlag(said, "AD"),
  CD: (said: Said) => hasFlag(said, "CD"),
  question: ({ question }: Said) => question,
  answer: ({ answer }: Said) => answer,
  chain: ({ chain }: Said) => chain,
  authority: ({ authority }: Said) => authority,
  additional: ({ additional }: Said) => additional,
  opt: ({ opt }: Said) => opt,
} as const;
export type Field = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as readonly Field[]; // proof: the keys of FIELDS

function hasFlag({ flags }: Said, flag: string): boolean | undefined {
  return flags?.split(" ").includes(flag);
}

/** A reply taken apart; an RCODE alone where that is all that can be read of it, or all that matters. */
export type Said = Partial<Essence> & {
  readonly rcode: string;
  /** Octets of the message. */
  readonly length?: number;
};

/** A query and what was said to it. */
export interface Case {
  readonly query: RandomQuery;
  readonly ours: Said;
  /** What we say over TCP, where we said something else than the others over UDP. */
  readonly whole?: Said | undefined;
  /** What NSD, Knot and BIND said; NSD is left out where its silence means nothing. */
  readonly theirs: readonly Said[];
}

/**
 * Malformed messages are met by NSD with a few errors a second and silence for the rest, which no setting
 * changes: there it has no vote.
 */
export function votesOf({ twist }: RandomQuery, [nsd, ...others]: readonly Said[]): readonly Said[] {
  const isSilenced = nsd === undefined || (twist !== undefined && nsd.rcode === "silence");
  return isSilenced ? others : [nsd, ...others];
}

/** A field in which the three agree, and we do not. */
export interface Difference extends Case {
  readonly field: Field;
}

/** Throws where our reply cannot be read. */
export function saidByUs(reply: Reply, { octets }: RandomQuery): Said {
  try {
    return saidIn(reply, decodeMessage);
  } catch (cause) {
    throw new Error(`Our reply to ${Buffer.from(octets).toString("hex")} cannot be read`, { cause });
  }
}

/** Another server may do what we must not: echo the reserved bit, or a question that is none. */
export function saidByPeer(reply: Reply): Said {
  return saidIn(reply, decodeTolerantly);
}

function saidIn(reply: Reply, decode: typeof decodeTolerantly): Said {
  if (reply === undefined) return { rcode: "silence" };
  const message = decode(reply);
  if (typeof message === "string") return { rcode: message };
  return { ...essenceOf(message), length: message.length };
}

const RESERVED_BIT = 0x40;

/** Or what can be said of a reply that cannot be read. */
function decodeTolerantly(reply: Uint8Array): Message | string {
  const octets = Uint8Array.from(reply);
  octets[3] = (octets[3] ?? 0) & ~RESERVED_BIT;
  try {
    return decodeMessage(octets);
  } catch {
    return `unreadable, RCODE ${(octets[3] ?? 0) & 15}`;
  }
}

/** Whether all say the same of a field. */
export function agree(said: readonly Said[], field: Field): boolean {
  const texts = said.map((one) => JSON.stringify(FIELDS[field](one)));
  return texts.every((text) => text === texts[0]);
}

/** Whether the three agree on RCODE and answer: then it is said what ours must be. */
export function isDecided({ query, theirs }: Case): boolean {
  return agree(theirs, "rcode") && (query.twist !== undefined || agree(theirs, "answer"));
}

/**
 * The fields in which the three agree, and we do not agree with them. Of a query that no resolver would send
 * it is only compared whether there is a reply, and its RCODE.
 */
export function differencesOf(one: Case): Difference[] {
  const { query, ours, theirs } = one;
  const compared: readonly Field[] = query.twist === undefined ? FIELD_NAMES : ["rcode"];
  return compared
    .filter(
      (field) =>
        [...premisesOf(field), field].every((premise) => agree(theirs, premise)) &&
        !agree([ours, ...theirs.slice(0, 1)], field),
    )
    .map((field) => ({ ...one, field }));
}

/**
 * What must be the same before a field can be compared: NSD follows aliases into other zones of its own, and
 * what it then says of TC or adds has nothing to do with what the others say.
 */
function premisesOf(field: Field): readonly Field[] {
  if (field === "rcode") return [];
  if (field === "TC" || field === "additional") return ["rcode", "answer", "authority"];
  return field === "answer" ? ["rcode"] : ["rcode", "answer"];
}

/** Whether what we say over TCP may explain something. */
export function wantsWhole(one: Case): boolean {
  return one.query.request.tcp !== true && one.query.twist === undefined && differencesOf(one).length > 0;
}
