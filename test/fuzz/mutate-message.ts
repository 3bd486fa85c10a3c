/** Changes to DNS messages by who knows their format: header, question, records, options, names. */

import { changeOctets, insert, joined, overwrite } from "./mutate.ts";
import type { Random } from "./random.ts";

const HEADER = { FLAGS: 2, QUESTIONS: 4, ADDITIONAL: 10, LENGTH: 12 } as const;

/** Types that a server treats in a way of their own, and some that it does not know. */
const TYPES = [
  0, 1, 2, 5, 6, 10, 12, 13, 15, 16, 28, 33, 35, 39, 41, 43, 46, 64, 65, 99, 249, 250, 251, 252, 253, 254,
  255, 257, 65280, 65535,
];
const CLASSES = [1, 1, 1, 3, 4, 254, 255, 0];
const OPTIONS = [3, 3, 8, 9, 10, 10, 10, 11, 11, 12, 15, 0, 26, 65_001, 65_535];
const SIZES = [0, 1, 511, 512, 513, 1220, 1232, 1400, 4096, 0xffff];
const OPCODES = [0, 0, 1, 2, 4, 5, 15];

type Change = (input: Uint8Array, random: Random) => Uint8Array;

/** Changes messages whose questions are about these names, in uncompressed wire form. */
export function messageChanger(names: readonly Uint8Array[]) {
  const changes: readonly Change[] = [
    (input, random) => withQuestion(input, nameBy(names, random), random),
    (input, random) => withQuestion(input, questionName(input), random),
    (input, random) => withFlags(input, random),
    (input, random) => withCount(input, random),
    (input, random) => withRecord(input, optRecord(random), random),
    (input, random) => withRecord(input, optRecord(random), random),
    (input, random) => withRecord(input, anyRecord(names, random), random),
    (input, random) => overwrite(input, 0, Uint8Array.of(random.octet(), random.octet())),
    (input, random) => withOtherCase(input, random),
  ];
  return (input: Uint8Array, random: Random, words: readonly Uint8Array[]): Uint8Array =>
    random.oneIn(2) ? changeOctets(input, random, words) : random.of(changes)(input, random);
}

/** The end of the question's name as far as it can be told; that of the header where it cannot. */
function nameEnd(input: Uint8Array): number {
  let at: number = HEADER.LENGTH;
  while (at < input.length) {
    const length = input[at] ?? 0;
    if (length === 0) return at + 1;
    if (length > 63) break;
    at += 1 + length;
  }
  return HEADER.LENGTH;
}

function questionName(input: Uint8Array): Uint8Array {
  return input.slice(HEADER.LENGTH, nameEnd(input));
}

function withQuestion(input: Uint8Array, name: Uint8Array, random: Random): Uint8Array {
  const question = joined(name, u16(random.of(TYPES)), u16(random.of(CLASSES)));
  const header = overwrite(headerOf(input), HEADER.QUESTIONS, u16(1));
  return joined(header, question, input.subarray(nameEnd(input) + 4));
}

function headerOf(input: Uint8Array): Uint8Array {
  return overwrite(new Uint8Array(HEADER.LENGTH), 0, input.subarray(0, HEADER.LENGTH));
}

/** One of the names, as it is, below other labels, or cut off at a label. */
function nameBy(names: readonly Uint8Array[], random: Random): Uint8Array {
  const name = random.of(names);
  if (random.oneIn(3)) return joined(...labels(random), name);
  return random.oneIn(6) ? name.subarray(1 + (name[0] ?? 0)) : name;
}

function labels(random: Random): Uint8Array[] {
  const isLong = random.oneIn(5);
  return Array.from({ length: 1 + random.below(isLong ? 4 : 2) }, () => {
    const length = 1 + random.below(isLong ? 63 : 3);
    return Uint8Array.from([
      length,
      ...Array.from({ length }, () => random.of([0x61, 0x2a, 0x5f, 0x42, 0x2e])),
    ]);
  });
}

function withFlags(input: Uint8Array, random: Random): Uint8Array {
  const flags = (random.of(OPCODES) << 11) | (random.oneIn(3) ? random.below(0x800) : 0x100);
  return overwrite(headerOf(input).length > input.length ? headerOf(input) : input, HEADER.FLAGS, u16(flags));
}

function withCount(input: Uint8Array, random: Random): Uint8Array {
  return overwrite(input, HEADER.QUESTIONS + 2 * random.below(4), u16(random.of([0, 1, 1, 2, 3, 0xffff])));
}

/** A record in the additional section: at its end or behind the question. */
function withRecord(input: Uint8Array, record: Uint8Array, random: Random): Uint8Array {
  const message = input.length < HEADER.LENGTH ? headerOf(input) : input;
  const at = random.oneIn(3) ? Math.min(message.length, nameEnd(message) + 4) : message.length;
  const count = ((message[HEADER.ADDITIONAL] ?? 0) << 8) + (message[HEADER.ADDITIONAL + 1] ?? 0);
  return overwrite(insert(message, at, record), HEADER.ADDITIONAL, u16((count + 1) & 0xffff));
}

function optRecord(random: Random): Uint8Array {
  const options = joined(...Array.from({ length: random.below(4) }, () => option(random)));
  const version = random.oneIn(6) ? random.octet() : 0;
  const flags = random.oneIn(4) ? random.below(0x1_0000) : random.of([0, 0x8000]);
  const length = random.oneIn(8) ? random.below(0x1_0000) : options.length;
  const fixed = [0, 0, 41, ...u16(random.of(SIZES)), 0, version, ...u16(flags), ...u16(length)];
  return joined(Uint8Array.from(fixed), options);
}

/** Mostly with the length that it has. */
function option(random: Random): Uint8Array {
  const length = random.of([0, 0, 1, 2, 7, 8, 8, 8, 16, 24, 24, 32, 40, 41]);
  const said = random.oneIn(8) ? random.of([0, 1, 0xff, 0xfffe, 0xffff]) : length;
  const data = Uint8Array.from({ length }, () => random.of([0, 1, 0x61, 0xff]));
  return joined(u16(random.of(OPTIONS)), u16(said), data);
}

function anyRecord(names: readonly Uint8Array[], random: Random): Uint8Array {
  const owner = random.oneIn(2)
    ? Uint8Array.of(0xc0, random.of([12, 12, 0, 13, 0xff]))
    : nameBy(names, random);
  const rdata = Uint8Array.from({ length: random.below(random.oneIn(4) ? 200 : 24) }, () =>
    random.of([0, 1, 12, 0xc0]),
  );
  const said = random.oneIn(6) ? random.below(0x1_0000) : rdata.length;
  const fixed = [...u16(random.of(TYPES)), ...u16(random.of(CLASSES)), 0, 0, 0, random.octet(), ...u16(said)];
  return joined(owner, Uint8Array.from(fixed), rdata);
}

/** 0x20: the case of letters in the question. */
function withOtherCase(input: Uint8Array, random: Random): Uint8Array {
  const end = nameEnd(input);
  return input.map((octet, at) =>
    at > HEADER.LENGTH && at < end && octet >= 0x41 && random.oneIn(2) ? octet ^ 0x20 : octet,
  );
}

export function u16(number: number): Uint8Array {
  return Uint8Array.of(number >>> 8, number & 0xff);
}
