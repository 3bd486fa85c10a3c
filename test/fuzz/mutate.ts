/** Changes that need to know nothing of what an input means: bits, octets, blocks, numbers, words. */

import type { Random } from "./random.ts";

/** Octets at which lengths, types of labels and signs turn over. */
const OCTETS = [0, 1, 2, 12, 31, 32, 62, 63, 64, 65, 127, 128, 191, 192, 193, 254, 255];

type Change = (input: Uint8Array, random: Random, words: readonly Uint8Array[]) => Uint8Array;

const CHANGES: readonly Change[] = [
  (input, random) => withOctet(input, random, (octet) => octet ^ (1 << random.below(8))),
  (input, random) => withOctet(input, random, () => random.of(OCTETS)),
  (input, random) => withOctet(input, random, (octet) => octet + random.below(35) - 17),
  (input, random) => withOctet(input, random, () => random.octet()),
  (input, random) => overwrite(input, random.below(input.length + 1), bigEndian(random)),
  (input, random) => insert(input, random.below(input.length + 1), someOctets(random)),
  (input, random) => remove(input, random),
  (input, random) => repeat(input, random),
  (input, random, words) => overwrite(input, random.below(input.length + 1), random.of(words)),
  (input, random, words) => insert(input, random.below(input.length + 1), random.of(words)),
];

/** One change by chance. */
export function changeOctets(input: Uint8Array, random: Random, words: readonly Uint8Array[]): Uint8Array {
  return random.of(CHANGES)(input, random, words);
}

/** The beginning of one and the end of the other. */
export function splice(one: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const end = random.below(one.length + 1);
  const start = random.oneIn(2) ? Math.min(end, other.length) : random.below(other.length + 1);
  return joined(one.subarray(0, end), other.subarray(start));
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function insert(input: Uint8Array, at: number, octets: Uint8Array): Uint8Array {
  return joined(input.subarray(0, at), octets, input.subarray(at));
}

/** What reaches past the end makes the input longer. */
export function overwrite(input: Uint8Array, at: number, octets: Uint8Array): Uint8Array {
  const changed = new Uint8Array(Math.max(input.length, at + octets.length));
  changed.set(input);
  changed.set(octets, at);
  return changed;
}

function withOctet(input: Uint8Array, random: Random, change: (octet: number) => number): Uint8Array {
  if (input.length === 0) return Uint8Array.of(random.octet());
  const changed = input.slice();
  const at = random.below(input.length);
  changed[at] = change(changed[at] ?? 0);
  return changed;
}

/** A number of two or four octets at which something may turn over. */
function bigEndian(random: Random): Uint8Array {
  const number = random.of([0, 1, 2, 255, 256, 511, 512, 0x3fff, 0x7fff, 0x8000, 0xc00c, 0xfffe, 0xffff]);
  const pair = [number >>> 8, number & 0xff];
  return Uint8Array.from(random.oneIn(3) ? [...pair, random.octet(), random.octet()] : pair);
}

function someOctets(random: Random): Uint8Array {
  const octet = random.octet();
  const isRun = random.oneIn(2);
  return Uint8Array.from({ length: 1 + random.below(random.oneIn(8) ? 120 : 8) }, () =>
    isRun ? octet : random.octet(),
  );
}

function remove(input: Uint8Array, random: Random): Uint8Array {
  const start = random.below(input.length + 1);
  const length = 1 + random.below(random.oneIn(3) ? input.length + 1 : 4);
  return joined(input.subarray(0, start), input.subarray(start + length));
}

function repeat(input: Uint8Array, random: Random): Uint8Array {
  const start = random.below(input.length + 1);
  const block = input.subarray(start, start + 1 + random.below(32));
  const at = random.oneIn(2) ? start : random.below(input.length + 1);
  return insert(
    input,
    at,
    joined(...Array.from({ length: 1 + random.below(random.oneIn(6) ? 20 : 2) }, () => block)),
  );
}
