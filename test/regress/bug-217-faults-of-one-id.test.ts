/** Two faults put in at once got one id, and the first was lost; a handle spoke for whichever fault had its id. */

import { expect, onTestFinished, test } from "vitest";
import { ClosedError, type DnsServer, OptionsError, startServer } from "../../src/api.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";
import { askUdp } from "../transport/clients.ts";

const deployment = {
  edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }],
  sipDomains: ["alpha.test"],
};

async function start(): Promise<DnsServer> {
  const dns = await startServer({ deployment });
  onTestFinished(() => dns.close());
  return dns;
}

async function rcodeOf({ port }: DnsServer, ask: string): Promise<string> {
  return decodeMessage(await askUdp("127.0.0.1", port, requestOf({ ask }))).rcode;
}

test("faults that are put in at once have ids of their own, and all hold", async () => {
  const dns = await start();
  const [none, refused, third] = await Promise.all([
    dns.fault({ owner: "a.alpha.test", fault: "rcode", rcode: "SERVFAIL" }),
    dns.fault({ owner: "b.alpha.test", fault: "rcode", rcode: "REFUSED" }),
    dns.fault({ id: "mine", fault: "zero-ttl" }),
  ]);
  expect([none.id, refused.id, third.id]).toEqual(["fault-1", "fault-2", "mine"]);
  expect(await rcodeOf(dns, "a.alpha.test. A")).toBe("SERVFAIL");
  expect(await rcodeOf(dns, "b.alpha.test. A")).toBe("REFUSED");
});

test("an id that somebody has asked for a moment ago is not given to another", async () => {
  const dns = await start();
  const [mine, other] = await Promise.all([
    dns.fault({ id: "fault-1", fault: "zero-ttl" }),
    dns.fault({ fault: "zero-ttl" }),
  ]);
  expect([mine.id, other.id]).toEqual(["fault-1", "fault-2"]);
});

test("a handle counts and removes its own fault, not the one that has taken its place", async () => {
  const dns = await start();
  const first = await dns.fault({ id: "one", fault: "rcode", rcode: "SERVFAIL" });
  await rcodeOf(dns, "a.alpha.test. A");
  const second = await dns.fault({ id: "one", fault: "rcode", rcode: "REFUSED" });
  expect(await rcodeOf(dns, "a.alpha.test. A")).toBe("REFUSED");
  expect(await rcodeOf(dns, "a.alpha.test. A")).toBe("REFUSED");
  expect([first.counts.struck, second.counts.struck]).toEqual([1, 2]);
  await first.remove();
  expect(await rcodeOf(dns, "a.alpha.test. A")).toBe("REFUSED");
  await second.remove();
  expect(await rcodeOf(dns, "xmpp.alpha.test. A")).toBe("NOERROR");
});

test.each([undefined, null, "drop", []])("fault(%j) is refused in words", async (fault) => {
  const dns = await start();
  // @ts-expect-error: no compiler may have looked at it
  await expect(dns.fault(fault)).rejects.toThrow(OptionsError);
});

test.each(["", "a\nb", "\u007f", "x".repeat(101)])("an id such as %j is none", async (id) => {
  const dns = await start();
  await expect(dns.fault({ id, fault: "drop" })).rejects.toThrow(OptionsError);
});

test.each(["after", "during"])("fault() %s close() throws", async (when) => {
  const dns = await startServer({ deployment });
  const closed = dns.close();
  if (when === "after") await closed;
  await expect(dns.fault({ fault: "drop" })).rejects.toThrow(ClosedError);
  await closed;
});
