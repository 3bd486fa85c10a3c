/** Nobody heard of a bracket that is not closed in the quoted RDATA of a $GENERATE. */

import { expect, test } from "vitest";
import { readMasterFile } from "../../src/dns/master-file.ts";
import { nameOf } from "../conformance/harness.ts";

test("it is an error at the RDATA", () => {
  const read = readMasterFile('$GENERATE 1-2 a$ TXT "( one two"', {
    origin: nameOf("a.test."),
    defaultTtl: 300,
    place: (line, column) => ({ file: "db", line, column }),
  });
  expect(read).toEqual({
    ok: false,
    problems: [
      {
        severity: "error",
        message: 'Cannot read "(": it is not closed before the next one or the end of the text',
        place: { file: "db", line: 1, column: 22 },
      },
    ],
  });
});
