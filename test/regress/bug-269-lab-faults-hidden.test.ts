/** Bug 269: faults on purpose were invisible, and the verdict was that all is well. */

import { expect, test } from "vitest";
import { openMetrics } from "../../src/admin/metrics.ts";
import { openFor, sourcesOf } from "../admin/given.ts";

test("the page and the metrics say that answers are wrong on purpose", async () => {
  const sources = sourcesOf({ labFaults: () => [{ id: "<servfail>" }] });
  const { url } = await openFor(sources);
  const page = await (await fetch(url)).text();
  expect(page).toContain("<title>Wrong on purpose · xmpp-edge-dns</title>");
  expect(page).toContain(
    '<p class="sentence">Answers are wrong on purpose: lab fault &quot;&lt;servfail&gt;&quot;.</p>',
  );
  expect(page).not.toContain("what the deployment says");
  expect(await openMetrics(sources).metrics()).toContain("xmpp_edge_dns_lab_faults 1\n");
  expect(await openMetrics(sourcesOf()).metrics()).toContain("xmpp_edge_dns_lab_faults 0\n");
});
