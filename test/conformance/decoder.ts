/** A decoder of messages for tests, written apart from the server: strict about everything it reads. */

import { typeName } from "../../src/dns/codes.ts";
import { nameFromWire } from "../../src/dns/name.ts";
import { formatRdata, rdataParts } from "../../src/dns/rdata.ts";

export interface Message {
  readonly id: number;
  readonly rcode: string;
  /** Of QR AA TC RD RA AD CD those that are set, in this order. */
  readonly flags: string;
  readonly opcode: number;
  /** `NAME TYPE`, the name as it stands in the message. */
  readonly question: string | undefined;
  /** `OWNER TTL TYPE RDATA` of each record, in the order of the message. */
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
  readonly opt: Opt | undefined;
  readonly length: number;
  /** Offsets of owner names that are pointers, for tests of compression. */
  readonly octets: Uint8Array;
}

export interface Opt {
  readonly version: number;
  readonly payloadSize: number;
  readonly dnssecOk: boolean;
  /** `CODE:hex` of each option. */
  readonly options: readonly string[];
}

const RCODES: Readonly<Record<number, string>> = {
  0: "NOERROR",
  1: "FORMERR",
  2: "SERVFAIL",
  3: "NXDOMAIN",
  4: "NOTIMP",
  5: "REFUSED",
  6: "YXDOMAIN",
  9: "NOTAUTH",
  16: "BADVERS",
  23: "BADCOOKIE",
};

const FLAGS = [
  ["QR", 0x8000],
  ["AA", 0x0400],
  ["TC", 0x0200],
  ["RD", 0x0100],
  ["RA", 0x0080],
  ["AD", 0x0020],
  ["CD", 0x0010],
] as const;

/** Types whose RDATA names may be compressed (RFC 1035 §3.3, RFC 3597 §4). */
const COMPRESSED = new Set([2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 15]);

class Reader {
  readonly octets: Uint8Array;
  at = 0;

  constructor(octets: Uint8Array) {
    this.octets = octets;
  }

  u8(): number {
    const octet = this.octets[this.at++];
    if (octet === undefined) throw new Error(`the message ends at ${this.octets.length}, inside a field`);
    return octet;
  }

  u16(): number {
    return this.u8() * 256 + this.u8();
  }

  u32(): number {
    return this.u16() * 65536 + this.u16();
  }

  /** A name as uncompressed octets; pointers go backwards only. */
  name(mayPoint: boolean): number[] {
    const whole: number[] = [];
    let resume = -1;
    let lowest = this.at;
    for (;;) {
      const length = this.u8();
      if (length >= 0xc0) {
        if (!mayPoint) throw new Error(`a pointer stands at ${this.at - 1}, where none is allowed`);
        const target = (length & 0x3f) * 256 + this.u8();
        if (target >= lowest) throw new Error(`a pointer at ${this.at - 2} does not go backwards`);
        if (resume < 0) resume = this.at;
        lowest = target;
        this.at = target;
        continue;
      }
      if (length > 63) throw new Error(`octet ${length} at ${this.at - 1} begins no label`);
      whole.push(length);
      for (let left = length; left > 0; left--) whole.push(this.u8());
      if (whole.length > 255) throw new Error("a name is over 255 octets");
      if (length === 0) break;
    }
    if (resume >= 0) this.at = resume;
    return whole;
  }
}

function nameText(octets: readonly number[]): string {
  return nameFromWire(Uint8Array.from(octets))?.toString() ?? "?";
}

export function decodeMessage(octets: Uint8Array): Message {
  const reader = new Reader(octets);
  const id = reader.u16();
  const flags = reader.u16();
  const counts = [reader.u16(), reader.u16(), reader.u16(), reader.u16()];
  if ((flags & 0x0040) !== 0) throw new Error("the reserved bit is set");
  let question: string | undefined;
  if (counts[0] === 1) {
    const name = nameText(reader.name(false));
    question = `${name} ${typeName(reader.u16())}`;
    reader.u16();
  } else if (counts[0] !== 0) throw new Error(`${counts[0]} questions in a reply`);
  const sections: string[][] = [[], [], []];
  let opt: (Opt & { rcode: number }) | undefined;
  sections.forEach((section, index) => {
    for (let left = counts[index + 1] ?? 0; left > 0; left--) {
      const record = readRecord(reader);
      if (typeof record === "string") section.push(record);
      else if (opt !== undefined || index !== 2)
        throw new Error("an OPT record too many or in the wrong section");
      else opt = record;
    }
  });
  if (reader.at !== octets.length)
    throw new Error(`${octets.length - reader.at} octets follow the last record`);
  const rcode = (flags & 15) + (opt?.rcode ?? 0) * 16;
  return {
    id,
    rcode: RCODES[rcode] ?? String(rcode),
    flags: FLAGS.filter(([, bit]) => (flags & bit) !== 0)
      .map(([name]) => name)
      .join(" "),
    opcode: (flags >>> 11) & 15,
    question,
    answer: sections[0] ?? [],
    authority: sections[1] ?? [],
    additional: sections[2] ?? [],
    opt: opt && {
      version: opt.version,
      payloadSize: opt.payloadSize,
      dnssecOk: opt.dnssecOk,
      options: opt.options,
    },
    length: octets.length,
    octets,
  };
}

function readRecord(reader: Reader): string | (Opt & { rcode: number }) {
  const owner = nameText(reader.name(true));
  const type = reader.u16();
  if (type === 41) return readOpt(reader, owner);
  reader.u16();
  const ttl = reader.u32();
  const length = reader.u16();
  const end = reader.at + length;
  const rdata = COMPRESSED.has(type)
    ? decompress(reader, type, end)
    : Uint8Array.from({ length }, () => reader.u8());
  if (reader.at !== end)
    throw new Error(`RDATA of ${owner} ${typeName(type)} does not end where RDLENGTH says`);
  if (type !== 250 && rdataParts(type, rdata) === undefined)
    throw new Error(`RDATA of ${owner} ${typeName(type)} is malformed`);
  return `${owner} ${ttl} ${typeName(type)} ${formatRdata(type, rdata)}`;
}

/** Names of RFC 1035 types made whole; what is between them is copied. */
function decompress(reader: Reader, type: number, end: number): Uint8Array {
  const octets: number[] = [];
  if (type === 15) octets.push(reader.u8(), reader.u8());
  octets.push(...reader.name(true));
  if (type === 6 || type === 14) octets.push(...reader.name(true));
  while (reader.at < end) octets.push(reader.u8());
  return Uint8Array.from(octets);
}

function readOpt(reader: Reader, owner: string): Opt & { rcode: number } {
  if (owner !== ".") throw new Error(`the OPT record's owner is ${owner}`);
  const payloadSize = reader.u16();
  const rcode = reader.u8();
  const version = reader.u8();
  const dnssecOk = (reader.u16() & 0x8000) !== 0;
  const end = reader.u16() + reader.at;
  const options: string[] = [];
  while (reader.at < end) {
    const code = reader.u16();
    const length = reader.u16();
    const data = Array.from({ length }, () => reader.u8().toString(16).padStart(2, "0")).join("");
    options.push(`${code}:${data}`);
  }
  return { payloadSize, rcode, version, dnssecOk, options };
}
