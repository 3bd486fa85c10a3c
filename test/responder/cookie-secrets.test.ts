import { expect, test, vi } from "vitest";
import {
  generationOf,
  MOST_SECRETS,
  readSecrets,
  replaceSecrets,
  secretMemory,
} from "../../src/responder/cookie-secrets.ts";
import { sipHashKey } from "../../src/responder/siphash.ts";

const secret = (octet: number): Uint8Array => new Uint8Array(16).fill(octet);

test("readSecrets() gives what was written last, however many times, and at most as many as have room", () => {
  const memory = secretMemory([secret(1)]);
  expect(readSecrets(memory).keys).toEqual([sipHashKey(secret(1))]);
  const full = Array.from({ length: MOST_SECRETS }, (_, number) => secret(number));
  for (const secrets of [[secret(2), secret(1)], full, [secret(3)]]) {
    const before = generationOf(memory);
    replaceSecrets(memory, secrets);
    expect(readSecrets(memory)).toEqual({ generation: before + 1, keys: secrets.map(sipHashKey) });
  }
  expect(() => replaceSecrets(memory, [...full, secret(9)])).toThrow("9 secrets, 8 have room");
});

test("readSecrets() reads again where others were written meanwhile", () => {
  const memory = secretMemory([secret(1)]);
  const { load } = Atomics;
  const spy = vi.spyOn(Atomics, "load").mockImplementationOnce((words, at) => {
    const generation = load(words, at);
    spy.mockRestore();
    replaceSecrets(memory, [secret(2)]);
    return generation;
  });
  expect(readSecrets(memory)).toEqual({ generation: generationOf(memory), keys: [sipHashKey(secret(2))] });
});
