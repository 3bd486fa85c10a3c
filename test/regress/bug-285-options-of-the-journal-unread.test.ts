/** Bug 285: waitForQuery({ timeuot: 1 }) waited five seconds in silence, queries({ since: NaN }) found nothing in silence. */

import { expect, test } from "vitest";
import { OptionsError } from "../../src/errors.ts";
import { QueryJournal } from "../../src/query-journal.ts";

const journal = new QueryJournal(10, () => 5, "j");

test.each<[options: unknown, sentence: string]>([
  [
    { timeuot: 1 },
    'Cannot wait with option "timeuot": there is none of that name, give "timeout" or "since"',
  ],
  [{ timeout: 1, After: 3 }, 'Cannot wait with option "After"'],
  [[], "Cannot wait with [] as options: an object is wanted"],
])("waitFor() refuses %j", async (options, sentence) => {
  // @ts-expect-error: no compiler may have looked at it
  const waiting = journal.waitFor("alpha.test", "SOA", options);
  await expect(waiting).rejects.toThrow(OptionsError);
  // @ts-expect-error: no compiler may have looked at it
  await expect(journal.waitFor("alpha.test", "SOA", options)).rejects.toThrow(sentence);
});

test.each<[options: unknown, sentence: string]>([
  [{ since: Number.NaN }, "Cannot look since NaN: give milliseconds since 1970"],
  [{ since: "yesterday" }, "Cannot look since 'yesterday': give milliseconds since 1970"],
  [{ sinse: 1 }, 'Cannot look with option "sinse": there is none of that name, give "since"'],
  [{ timeout: 1 }, 'Cannot look with option "timeout"'],
  [null, "Cannot look with null as options: an object is wanted"],
])("queries() refuses %j", (options, sentence) => {
  // @ts-expect-error: no compiler may have looked at it
  const look = (): unknown => journal.queries(options);
  expect(look).toThrow(OptionsError);
  expect(look).toThrow(sentence);
});

test("what is undefined is left out", () => {
  expect(journal.queries({ since: undefined })).toEqual([]);
  expect(journal.queries(undefined)).toEqual([]);
});
