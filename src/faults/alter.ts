/** From the octets of a good reply to those of a bad one: a function for each misdeed that touches octets. */

import { RCODE, TYPE } from "../dns/codes.ts";
import { bytesOf, nameFromWire, parseDomainName } from "../dns/name.ts";
import { concatenate, unsignedOctets } from "../dns/wire.ts";
import type { Misdeed } from "./lab-fault.ts";
import {
  answersOf,
  FLAG,
  ownerAt,
  type RecordPlace,
  type Reply,
  readReply,
  recordAtQname,
  recordOf,
  withSections,
} from "./reply.ts";

/** The octets that a misdeed makes of a good reply; the same where it cannot touch it. `turn` counts from 0. */
export function alter(octets: Uint8Array, misdeed: Misdeed, turn: number): Uint8Array {
  const reply = readReply(octets);
  if (reply === undefined) return octets;
  switch (misdeed.kind) {
    case "truncate":
      return withSections(reply, { flags: reply.flags | FLAG.TC });
    case "rcode":
      return withSections(reply, { flags: withRcode(reply.flags & ~FLAG.AA, misdeed.rcode) });
    case "wrong-id":
      return withOtherId(octets);
    case "no-opt":
      return withoutOpt(reply);
    case "zero-ttl":
      return withoutTtl(reply);
    case "compressed-target":
      return withCompressedTargets(reply);
    case "no-service":
      return withoutService(reply);
    case "lame":
      return withUpwardReferral(reply);
    case "oversized":
      return padded(reply, misdeed.octets);
    case "stale":
      return withAddresses(reply, misdeed.addresses);
    case "flapping":
      return turn % 2 === 0 ? withAddresses(reply, misdeed.addresses) : octets;
    case "delay":
    case "drop":
    case "close":
      return octets; // what they touch is how it is sent
    default:
      return misdeed satisfies never;
  }
}

function withRcode(flags: number, rcode: number): number {
  return (flags & 0xfff0) | rcode;
}

function withOtherId(octets: Uint8Array): Uint8Array {
  const other = octets.slice();
  other[1] = (other[1] ?? 0) + 1; // two of them make another id still
  return other;
}

/** Nothing points to the root, which is the owner of OPT, so that nothing else moves. */
function withoutOpt({ octets, records }: Reply): Uint8Array {
  const opt = records.find(({ type }) => type === TYPE.OPT);
  if (opt === undefined || opt.end !== octets.length) return octets;
  const left = octets.slice(0, opt.start);
  const additional = records.filter(({ section }) => section === "additional").length;
  left.set(unsignedOctets(additional - 1, 2), 10);
  return left;
}

function withoutTtl({ octets, records }: Reply): Uint8Array {
  const changed = octets.slice();
  for (const { type, fixed } of records) if (type !== TYPE.OPT) changed.fill(0, fixed + 4, fixed + 8);
  return changed;
}

/** RFC 2782: "name compression is not to be used for this field". Dropped records are no loss: they are additional. */
function withCompressedTargets(reply: Reply): Uint8Array {
  const services = answersOf(reply, TYPE.SRV);
  if (services.length === 0) return reply.octets;
  const answer = services.map(({ ttl, rdata, end }) => {
    const target = compressed(reply, reply.octets.subarray(rdata + 6, end));
    return recordAtQname(TYPE.SRV, ttl, concatenate([reply.octets.slice(rdata, rdata + 6), target]));
  });
  return withSections(reply, { flags: reply.flags, answer });
}

/** A name whose end is a pointer into the question, as far as both end alike. */
function compressed(reply: Reply, octets: Uint8Array): Uint8Array {
  const target = nameFromWire(octets);
  const qname = nameFromWire(reply.octets, 12);
  if (target === undefined || qname === undefined) return octets;
  for (let at = 0; at < target.key.length - 1; at += 1 + target.key.charCodeAt(at)) {
    const suffix = target.key.slice(at);
    if (!qname.key.endsWith(suffix)) continue;
    const pointer = 0xc000 + 12 + qname.key.length - suffix.length;
    return concatenate([octets.slice(0, at), unsignedOctets(pointer, 2)]);
  }
  return octets;
}

/** RFC 2782: a target of "." says that there is decidedly no such service. */
function withoutService(reply: Reply): Uint8Array {
  if (reply.qtype !== TYPE.SRV || isRefused(reply)) return reply.octets;
  const answer = [recordAtQname(TYPE.SRV, ttlOf(reply), new Uint8Array(7))];
  return withSections(reply, { flags: withRcode(reply.flags, RCODE.NOERROR), answer });
}

/** What a server says that a zone was delegated to in vain: ask the root (an upward referral). */
function withUpwardReferral(reply: Reply): Uint8Array {
  const flags = withRcode(reply.flags & ~FLAG.AA, RCODE.NOERROR);
  return withSections(reply, {
    flags,
    authority: [recordOf(Uint8Array.of(0), TYPE.NS, 518_400, ROOT_SERVER)],
  });
}

const ROOT_SERVER = wireOf("a.root-servers.net");

function wireOf(text: string): Uint8Array {
  const parsed = parseDomainName(text);
  if (!parsed.ok) throw new Error(`"${text}" is no name`);
  return bytesOf(parsed.value.wire);
}

/** Octets of the text in a TXT record that pads a reply; a character-string holds 255 (RFC 1035 §3.3.14). */
const PADDING = 200;

/** Records are put behind the answers, whatever the requestor can take. */
function padded(reply: Reply, octets: number): Uint8Array {
  const answer = reply.records
    .filter(({ section }) => section === "answer")
    .map(({ start, end }) => reply.octets.slice(start, end));
  const text = concatenate([Uint8Array.of(PADDING), new Uint8Array(PADDING).fill(0x78)]);
  const padding = recordAtQname(TYPE.TXT, ttlOf(reply), text);
  const flags = withRcode(reply.flags, RCODE.NOERROR);
  const short = withSections(reply, { flags, answer }).length;
  const records = Math.max(0, Math.ceil((octets - short) / padding.length));
  return withSections(reply, {
    flags,
    answer: [...answer, ...Array.from({ length: records }, () => padding)],
  });
}

/** What is none of ours to answer stays so. */
function isRefused({ flags }: Reply): boolean {
  return (flags & 0xf) === RCODE.REFUSED;
}

/** In answers to A and AAAA, and in what comes along with others. */
function withAddresses(reply: Reply, addresses: readonly Uint8Array[]): Uint8Array {
  const { qtype, flags } = reply;
  if (isRefused(reply)) return reply.octets;
  if (qtype !== TYPE.A && qtype !== TYPE.AAAA) return withAdditionalAddresses(reply, addresses);
  const fitting = addresses.filter(({ length }) => length === (qtype === TYPE.A ? 4 : 16));
  const answer = fitting.map((address) => recordAtQname(qtype, ttlOf(reply), address));
  return withSections(reply, { flags: withRcode(flags, RCODE.NOERROR), answer });
}

/** Each host of the additional section at these addresses alone. */
function withAdditionalAddresses(reply: Reply, addresses: readonly Uint8Array[]): Uint8Array {
  const { octets, records } = reply;
  const additional = records.filter(({ section }) => section === "additional");
  const isAddress = ({ type }: RecordPlace): boolean => type === TYPE.A || type === TYPE.AAAA;
  const hosts = new Map(
    additional.filter(isAddress).map(({ start, ttl }) => {
      const owner = ownerAt(octets, start);
      return [owner.join(), { owner, ttl }] as const;
    }),
  );
  const [first] = additional;
  if (hosts.size === 0 || first === undefined) return octets;
  const placed = [...hosts.values()].flatMap(({ owner, ttl }) =>
    addresses.map((address) => recordOf(owner, address.length === 4 ? TYPE.A : TYPE.AAAA, ttl, address)),
  );
  const others = additional.filter((record) => !isAddress(record));
  const altered = concatenate([
    octets.slice(0, first.start), // all that names may point to
    ...placed,
    ...others.map(({ start, end }) => octets.slice(start, end)),
  ]);
  altered.set(unsignedOctets(placed.length + others.length, 2), 10);
  return altered;
}

/** Seconds of a record that is made up: those of the answer in its place, else few. */
function ttlOf({ records }: Reply): number {
  return records.find(({ section }) => section === "answer")?.ttl ?? 5;
}
