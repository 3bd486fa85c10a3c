/**
 * The secrets of cookies in memory that all threads share: one writes them anew, each jar sees it at the next
 * cookie, whatever its thread is doing. A thread that starts later finds what holds then.
 *
 * ```text
 *  generation │ secrets of even generations: count, 8 × 4 words │ those of odd generations: the same
 * ```
 *
 * New secrets go to the half that nobody reads; the generation is raised when they are whole.
 */

import { type SipHashKey, sipHashKey } from "./siphash.ts";

/** Laid out as above. */
export type SecretMemory = Uint32Array<SharedArrayBuffer>;

/** Secrets that have room. */
export const MOST_SECRETS = 8;

const WORDS = 4;
const HALF = 1 + MOST_SECRETS * WORDS;

/** Memory that holds these secrets of 16 octets each; the first makes cookies, all check them. */
export function secretMemory(secrets: readonly Uint8Array[]): SecretMemory {
  const length = (1 + 2 * HALF) * Uint32Array.BYTES_PER_ELEMENT;
  const memory = new Uint32Array(new SharedArrayBuffer(length));
  replaceSecrets(memory, secrets);
  return memory;
}

/** Writes other secrets, `MOST_SECRETS` at most. One thread alone does this. */
export function replaceSecrets(memory: SecretMemory, secrets: readonly Uint8Array[]): void {
  if (secrets.length > MOST_SECRETS) throw new Error(`${secrets.length} secrets, ${MOST_SECRETS} have room`);
  const generation = (generationOf(memory) + 1) >>> 0;
  const start = halfOf(generation);
  Atomics.store(memory, start, secrets.length);
  const words = secrets.flatMap((secret) => [...sipHashKey(secret)]);
  for (const [at, word] of words.entries()) Atomics.store(memory, start + 1 + at, word);
  Atomics.store(memory, 0, generation);
}

/** Changes with the secrets. */
export function generationOf(memory: SecretMemory): number {
  return Atomics.load(memory, 0);
}

/** The secrets of the newest generation, as keys. */
export function readSecrets(memory: SecretMemory): {
  readonly generation: number;
  readonly keys: readonly SipHashKey[];
} {
  for (;;) {
    const generation = generationOf(memory);
    const start = halfOf(generation);
    const word = (at: number): number => Atomics.load(memory, start + at);
    const keyAt = (at: number): SipHashKey =>
      Uint32Array.from({ length: WORDS }, (_, each) => word(at + each));
    const keys = Array.from({ length: word(0) }, (_, number) => keyAt(1 + number * WORDS));
    // This half is written again only after the generation has changed.
    if (generationOf(memory) === generation) return { generation, keys };
  }
}

function halfOf(generation: number): number {
  return 1 + (generation & 1) * HALF;
}
