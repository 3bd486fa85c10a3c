/** Bug 286: faults and the journal took no IDN, which everything else takes. */

import { expect, onTestFinished, test } from "vitest";
import { startServer } from "../../src/api.ts";
import { labFaultFromValue } from "../../src/deployment/lab-faults.ts";
import { faultWords } from "../../src/faults/fault-words.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";
import { askUdp } from "../transport/clients.ts";

test.each([
  ["bücher.test", "xn--bcher-kva.test"],
  ["*.BÜCHER.test", "*.xn--bcher-kva.test"],
  ["_xmpp-server._tcp.bücher.test.", "_xmpp-server._tcp.xn--bcher-kva.test"],
  ["*.bu\u0308cher.test", "*.xn--bcher-kva.test"],
])("%s is the owner %s", (owner, name) => {
  const read = labFaultFromValue({ fault: "drop", owner });
  expect(read.ok && faultWords(read.value)).toMatchObject({ owner: name });
});

test.each(["\u{1f4a9}\u200e.test", "bü cher.test", "xn--\u00fc.test"])("%j is no owner", (owner) => {
  const message = expect.stringMatching(/^Cannot use ".*" as owner of a fault: it is no domain name/);
  expect(labFaultFromValue({ fault: "drop", owner })).toMatchObject({ ok: false, problems: [{ message }] });
});

test("a fault strikes an IDN and the journal finds it, both of the deployment and of a test", async () => {
  const dns = await startServer({
    deployment: {
      edgePools: [{ fqdn: "edge.test", servers: ["127.0.0.1"] }],
      sipDomains: ["bücher.test"],
      lab: { faults: [{ owner: "xmpp.bücher.test", type: "A", fault: "rcode", rcode: "SERVFAIL" }] },
    },
    journal: true,
  });
  onTestFinished(() => dns.close());
  await dns.fault({ owner: "*.bücher.test", type: "AAAA", fault: "rcode", rcode: "REFUSED" });
  for (const [type, rcode] of [
    ["A", "SERVFAIL"],
    ["AAAA", "REFUSED"],
  ] as const) {
    const request = requestOf({ ask: `xmpp.xn--bcher-kva.test. ${type}` });
    expect(decodeMessage(await askUdp("127.0.0.1", dns.port, request)).rcode).toBe(rcode);
    expect(await dns.waitForQuery("xmpp.bücher.test", type, { timeout: 0 })).toMatchObject({ type });
  }
  await expect(dns.waitForQuery("bü cher.test", "A")).rejects.toThrow(
    'Cannot wait for "bü cher.test": it is no domain name',
  );
});
