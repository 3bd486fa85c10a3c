/** The owner of a $GENERATE in quotation marks was taken apart: an empty one vanished, with the directive or with the field behind it. */

import { expect, test } from "vitest";
import { readMasterFile } from "../../src/dns/master-file.ts";
import { nameOf } from "../conformance/harness.ts";

test.each([
  ["alone", '$GENERATE 1-2 ""'],
  ["with a record behind it", '$GENERATE 1-2 "" a$ A 192.0.2.1'],
  ["that holds an owner", '$GENERATE 1-2 "a$" A 192.0.2.1'],
])("%s it is refused, as it is in any other record", (_, text) => {
  const read = readMasterFile(text, {
    origin: nameOf("a.test."),
    defaultTtl: 300,
    place: (line, column) => ({ file: "db", line, column }),
  });
  expect(read).toMatchObject({
    ok: false,
    problems: expect.arrayContaining([
      expect.objectContaining({
        message: expect.stringMatching(
          /^Cannot read owner ".*": an owner without quotation marks is wanted$/,
        ),
        place: { file: "db", line: 1, column: 15 },
      }),
    ]),
  });
});
