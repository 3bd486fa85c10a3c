/** Bug 289: whoever went on with the "after" of a process that had ended missed queries of the next one without a sign. */

import { expect, test } from "vitest";
import type { Log } from "../../src/ops/log.ts";
import { QueryJournal } from "../../src/query-journal.ts";
import { openQueryLog } from "../../src/query-log.ts";
import { DEFAULT_SETTINGS } from "../../src/settings/settings.ts";
import { makeSampleMemory } from "../../src/transport/query-samples.ts";
import { requestOf } from "../conformance/harness.ts";

function journalOf(id: string, queries: number): QueryJournal {
  const journal = new QueryJournal(10, () => 5, id);
  const question = requestOf({ ask: "alpha.test. SOA" }).subarray(12);
  const client = Uint8Array.of(192, 0, 2, 1);
  for (let n = 0; n < queries; n++)
    journal.add({ client, port: 5300, transport: "UDP", question, rcode: 0, octets: 99 });
  return journal;
}

test("another journal starts over, the same one goes on", () => {
  const { journal, next } = journalOf("before", 3).page({ since: 0, after: 0, limit: 9 });
  expect([journal, next]).toEqual(["before", 3]);
  const range = { since: 0, after: next, limit: 9 };
  const sequences = (id: string | undefined): readonly number[] =>
    journalOf("behind", 5)
      .page({ ...range, journal: id })
      .queries.map(({ sequence }) => sequence);
  expect(sequences("before")).toEqual([1, 2, 3, 4, 5]);
  expect(sequences("behind")).toEqual([4, 5]);
  expect(sequences(undefined)).toEqual([4, 5]);
});

test("a journal pushes queries out with a gap in their numbers", () => {
  const { queries } = journalOf("one", 25).page({ since: 0, after: 3, limit: 1 });
  expect(queries).toMatchObject([{ sequence: 16 }]);
});

test("each process has a journal with an id of its own", () => {
  let seed = 0;
  const log: Log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
  const ids = [1, 2].map(() => {
    const random = (octets: number): Uint8Array => new Uint8Array(octets).fill(++seed);
    const settings = { ...DEFAULT_SETTINGS, lab: { ...DEFAULT_SETTINGS.lab, journal: 9 } };
    const memory = makeSampleMemory(1, new Uint8Array(0));
    const opened = openQueryLog(
      { settings, log, now: () => 5, random },
      memory === undefined ? [] : [memory],
    );
    const page = opened?.journal?.page({ since: 0, after: 0, limit: 1 });
    opened?.close();
    return page?.journal;
  });
  expect(ids).toEqual(["01".repeat(8), "02".repeat(8)]);
});
