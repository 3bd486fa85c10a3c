/** Whom a zone answers: refused are the question, the rest of a chain, and addresses that would go along. */

import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/dns/address.ts";
import { parsePrefix, type QueryAccess } from "../../src/dns/prefix.ts";
import { groupOfOne } from "../../src/dns/rrset.ts";
import { decodeMessage, type Message } from "./decoder.ts";
import { exchange, type Request, requestOf, snapshotOf, UDP, zoneOf } from "./harness.ts";

const APEX = "@ IN SOA ns hostmaster 1 7200 900 1209600 300\n@ IN NS ns\nns IN A 203.0.113.53\n";
const OPEN = `${APEX}alias IN CNAME xmpp.inside.test.
www IN A 203.0.113.80
_xmpp-server._tcp IN SRV 0 0 5269 xmpp.inside.test.
`;
const INSIDE = `${APEX}xmpp IN A 10.0.0.1
out IN CNAME www.open.test.
child IN NS ns.child
ns.child IN A 203.0.113.53
`;

/** Answers 10.0.0.0/8 and nobody else. */
const INSIDE_ONLY: QueryAccess = {
  allow: [parsePrefix("10.0.0.0/8") ?? []].flat(),
  deny: [],
  others: "deny",
};

const snapshot = snapshotOf([
  groupOfOne(zoneOf("open.test.", OPEN)),
  groupOfOne(zoneOf("inside.test.", INSIDE), undefined, INSIDE_ONLY),
  groupOfOne(zoneOf("child.inside.test.", APEX)),
]);

function askFrom(address: string, request: Request): Message {
  const octets = parseAddress(address)?.octets ?? new Uint8Array();
  const client = { octets, offset: 0, length: octets.length, time: 0 };
  return decodeMessage(exchange(snapshot, requestOf(request), UDP, client));
}

describe("respond() refuses a zone to those whom it does not answer", () => {
  test.each([
    ["10.1.2.3", "xmpp.inside.test. A", "NOERROR"],
    ["192.0.2.1", "xmpp.inside.test. A", "REFUSED"],
    ["2001:db8::1", "xmpp.inside.test. A", "REFUSED"],
    ["192.0.2.1", "nothing.inside.test. A", "REFUSED"],
    ["192.0.2.1", "www.open.test. A", "NOERROR"],
    ["192.0.2.1", "child.inside.test. SOA", "NOERROR"],
    ["192.0.2.1", "child.inside.test. DS", "REFUSED"],
    ["10.1.2.3", "child.inside.test. DS", "NOERROR"],
  ])("%s asks for %s", (address, ask, rcode) => expect(askFrom(address, { ask }).rcode).toBe(rcode));

  test("REFUSED without AA or records, with EDE 18 Prohibited where it can be said", () => {
    const refused = askFrom("192.0.2.1", { ask: "xmpp.inside.test. A", edns: {} });
    expect(refused).toMatchObject({
      flags: "QR RD",
      answer: [],
      authority: [],
      opt: { options: ["15:0012"] },
    });
  });

  test("a chain ends before a zone that the client may not ask", () => {
    expect(askFrom("192.0.2.1", { ask: "alias.open.test. A" })).toMatchObject({
      rcode: "NOERROR",
      answer: ["alias.open.test. 3600 CNAME xmpp.inside.test."],
    });
    expect(askFrom("10.0.0.9", { ask: "alias.open.test. A" }).answer.length).toBe(2);
    expect(askFrom("10.0.0.9", { ask: "out.inside.test. A" }).answer.length).toBe(2);
  });

  test("no address goes along from a zone that the client may not ask", () => {
    const ask = "_xmpp-server._tcp.open.test. SRV";
    expect(askFrom("192.0.2.1", { ask }).additional).toEqual([]);
    expect(askFrom("10.0.0.9", { ask }).additional).toEqual(["xmpp.inside.test. 3600 A 10.0.0.1"]);
  });
});
