/** Bug 290: the DNS summary and the Edge pools stood behind all reloads, on a small screen nine thousand pixels down. */

import { expect, test } from "vitest";
import { History } from "../../src/reload/history.ts";
import { openFor, STATE, sourcesOf } from "../admin/given.ts";

async function pageOf(history: History, isCurrent: boolean): Promise<string> {
  const { url } = await openFor(sourcesOf({ history, state: () => ({ ...STATE, isCurrent }) }));
  return (await fetch(url)).text();
}

function historyOf(loads: number): History {
  const history = new History(() => 5);
  const tally = { added: 0, changed: 0, removed: 0 };
  for (let n = 1; n <= loads; n++) {
    const report = { zones: { ...tally, changed: n }, rrsets: tally, examples: [] };
    history.reloaded({ cause: "files", observed: [], milliseconds: 2, report });
  }
  return history;
}

function headingsOf(page: string): readonly (string | undefined)[] {
  return [...page.matchAll(/<h2[^>]*>([^<]*)</g)].map(([, heading]) => heading);
}

test("the verdict comes first, then the summary, the pools, the reloads, the answers", async () => {
  const page = await pageOf(historyOf(1), true);
  expect(headingsOf(page)).toEqual(["State", "DNS summary", "Edge pools", "Reloads", "Answers"]);
  expect(page).toContain(
    '<section id="refusal" data-live aria-labelledby="refusal-heading" hidden></section>',
  );
});

test("why the file is refused stands right behind the verdict, not folded, and not twice", async () => {
  const history = historyOf(1);
  history.refused([{ severity: "error", message: "Cannot read it" }]);
  for (let n = 0; n < 9; n++) history.fault(`Something ${n}`);
  const page = await pageOf(history, false);
  expect(headingsOf(page).slice(0, 3)).toEqual(["State", "Refused", "DNS summary"]);
  expect(page.split("Cannot read it")).toHaveLength(2);
  expect(page.indexOf("Cannot read it")).toBeLessThan(page.indexOf("DNS summary"));
});

test.each([
  [5, undefined],
  [7, "2 earlier"],
])("of %d reloads those before the last five are folded: %s", async (loads, summary) => {
  const page = await pageOf(historyOf(loads), true);
  const [unfolded = "", folded = ""] = page.split("<details");
  expect(unfolded.match(/<li id="reload-/g)).toHaveLength(5);
  expect(/<summary>(.*)<\/summary>/.exec(folded)?.[1]).toBe(summary);
  expect(folded.match(/<li id="reload-/g)?.length).toBe(summary && loads - 5);
});
