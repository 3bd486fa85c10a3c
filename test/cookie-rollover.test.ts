/** Secrets that leave the file go on for the life of a cookie, and not longer. */

import { describe, expect, test } from "vitest";
import { RETIREMENT, SecretRollover } from "../src/cookie-rollover.ts";

const secret = (number: number): string => number.toString(16).padStart(32, "0");
const [A, B, C] = [secret(0xa), secret(0xb), secret(0xc)];

describe("SecretRollover", () => {
  const cases: { why: string; files: readonly string[]; secrets: readonly string[] }[] = [
    { why: "as the file says", files: [`${A}\n${B}`], secrets: [A, B] },
    { why: "a new one makes cookies, the old one still counts", files: [A, B], secrets: [B, A] },
    { why: "by the steps of RFC 9018 §5", files: [A, `${A}\n${B}`, `${B}\n${A}`, B], secrets: [B, A] },
    { why: "the last to go first", files: [A, B, C], secrets: [C, B, A] },
    { why: "one that comes back is there once", files: [A, B, A], secrets: [A, B] },
    {
      why: "no more than have room, the oldest go",
      files: Array.from({ length: 12 }, (_, number) => secret(number)),
      secrets: [11, 10, 9, 8, 7, 6, 5, 4].map(secret),
    },
  ];
  test.each(cases)("$why", ({ files: [first = "", ...rest], secrets }) => {
    const rollover = new SecretRollover(first);
    for (const text of rest) rollover.replace(text, 0);
    expect(rollover.secrets).toEqual(secrets);
  });

  test("lets go of a secret when no cookie made with it can be alive", () => {
    const rollover = new SecretRollover(A);
    rollover.replace(B, 0);
    rollover.replace(C, 10);
    expect([rollover.expire(RETIREMENT - 1), rollover.secrets]).toEqual([false, [C, B, A]]);
    expect([rollover.expire(RETIREMENT), rollover.secrets]).toEqual([true, [C, B]]);
    expect([rollover.expire(RETIREMENT + 10), rollover.secrets]).toEqual([true, [C]]);
  });

  test("keeps a secret that left the file, however often the file changes after that", () => {
    const rollover = new SecretRollover(A);
    rollover.replace(B, 0);
    rollover.replace(C, RETIREMENT - 1);
    expect([rollover.expire(RETIREMENT), rollover.secrets]).toEqual([true, [C, B]]);
  });
});
