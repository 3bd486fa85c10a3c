/** Bug 291: the alert on SERVFAIL missed the first ones: rate() sees nothing of a series that begins with them. */

import { expect, test } from "vitest";
import { openMetrics } from "../../src/admin/metrics.ts";
import { sourcesOf, trafficOf } from "../admin/given.ts";

async function responses(rcodes: readonly number[]): Promise<string[]> {
  const sources = sourcesOf({ traffic: () => [trafficOf("udp", { rcodes })] });
  const text = await openMetrics(sources).metrics();
  return [...text.matchAll(/^xmpp_edge_dns_responses_total\{.*rcode="(\w+)"\} (\d+)$/gm)].map(
    ([, rcode, count]) => `${rcode} ${count}`,
  );
}

test("RCODEs that are alerted on are there before the first of them was sent, others are not", async () => {
  const none = new Array<number>(24).fill(0);
  expect(await responses(none)).toEqual(["NOERROR 0", "FORMERR 0", "SERVFAIL 0", "NXDOMAIN 0", "REFUSED 0"]);
  expect(await responses(none.with(2, 3).with(4, 1))).toEqual([
    "NOERROR 0",
    "FORMERR 0",
    "SERVFAIL 3",
    "NXDOMAIN 0",
    "NOTIMP 1",
    "REFUSED 0",
  ]);
});
