/** A master file with a record such as LOC or HIP kept the whole deployment from being served. */

import { expect, test } from "vitest";
import { saidWhileBuilding } from "./given.ts";

test("records of types that few zones hold are read, and the error for others says what to write", () => {
  const zone = "zones:\n  a.test:\n    records: |\n";
  expect(
    saidWhileBuilding(`${zone}      @ LOC 42 21 54 N 71 06 18 W -24m 30m\n      h HIP 2 20 AQ== a\n`),
  ).toEqual([]);
  expect(saidWhileBuilding(`${zone}      @ UID 5\n      @ NXNAME \\# 0\n`)).toEqual([
    "4:13 error: Cannot read RDATA of UID: octets in the form \\# LENGTH HEX (RFC 3597) are wanted",
    '5:9 error: Cannot take a record of type "NXNAME": it stands in messages only, not in zones',
  ]);
});
