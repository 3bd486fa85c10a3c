/** Pages that never read kept the places of others; an address behind the last SIP domain showed "0–5,000 of 500". */

import { ServerResponse } from "node:http";
import { expect, onTestFinished, test, vi } from "vitest";
import { EventStreams } from "../../src/admin/events.ts";
import { LAB, openFor, sourcesOf } from "../admin/given.ts";

/** A response that writes to nowhere; `unread` says how much of it waits. */
function responseWith(state: { unread: number }): ServerResponse {
  const request = { method: "GET", httpVersionMajor: 1, httpVersionMinor: 1, headers: {} };
  // @ts-expect-error: a response looks at no more of a request than this
  const response = new ServerResponse(request);
  vi.spyOn(response, "writeHead").mockReturnValue(response);
  vi.spyOn(response, "write").mockReturnValue(true);
  Object.defineProperty(response, "writableLength", { get: () => state.unread });
  return response;
}

test("a page that takes nothing leaves its place to another, one that is slow once keeps it", () => {
  const streams = new EventStreams(2);
  onTestFinished(() => streams.close());
  const slow = { unread: 0 };
  const [reader, silent] = [responseWith(slow), responseWith({ unread: 500 })];
  for (const response of [reader, silent]) streams.add(response, {});
  expect(streams.isFull).toBe(true);
  for (let event = 0; event < 20; event++) {
    slow.unread = event % 2;
    streams.send("traffic", "");
  }
  expect([reader.destroyed, silent.destroyed, streams.size]).toEqual([false, true, 1]);
});

test("behind the last SIP domain the page shows the last ones", async () => {
  const sipDomains = Array.from({ length: 120 }, (_, number) => `d${number + 1000}.test`);
  const { url } = await openFor(sourcesOf({}, { ...LAB, sipDomains }));
  const text = await (await fetch(`${url}/?offset=5000`)).text();
  expect(text).toContain("101–120 of 120");
  expect(text).toContain("d1119.test");
});
