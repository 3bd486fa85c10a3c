/** How long a reply may be, and what is left out first (RFC 1035 §4.2.1, RFC 2181 §9, RFC 6891 §6.2, RFC 9471). */

import { describe, expect, test } from "vitest";
import { ask, snapshotOfZones } from "./harness.ts";

const BASE = `
@ IN SOA ns hostmaster 0 7200 900 1209600 300
@ IN NS ns
ns IN A 192.0.2.53
`;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const addresses = (owner: string, count: number) =>
  numbers(count)
    .map((n) => `${owner} IN A 192.0.2.${n}`)
    .join("\n");
const targets = numbers(8).map(
  (n) =>
    `_xmpp-server._tcp IN SRV ${n} 0 5269 edge${n}\nedge${n} IN A 192.0.2.${n}\nedge${n} IN A 192.0.2.${100 + n}`,
);

const snapshot = snapshotOfZones({
  "size.test.": `${BASE}\n${addresses("many", 60)}\n${addresses("huge", 250)}\n${targets.join("\n")}
sub IN NS ns.sub
${numbers(40)
  .map((n) => `ns.sub IN AAAA 2001:db8::${n}`)
  .join("\n")}
`,
});

/** Names after Prosody without lua-unbound, which sends no EDNS and has no TCP. */
describe("respond() keeps within the requestor's limit", () => {
  const rows = [
    { why: "512 octets without EDNS", ask: "many.size.test. A", most: 512, truncated: true },
    {
      why: "EDNS below 512 counts as 512",
      ask: "many.size.test. A",
      edns: { payloadSize: 100 },
      most: 512,
      truncated: true,
    },
    {
      why: "1,000 octets hold 60 addresses",
      ask: "many.size.test. A",
      edns: { payloadSize: 1020 },
      most: 1020,
      truncated: false,
    },
    {
      why: "our 1,232 against a requestor's 4,096",
      ask: "huge.size.test. A",
      edns: { payloadSize: 4096 },
      most: 1232,
      truncated: true,
    },
    { why: "TCP has room", ask: "huge.size.test. A", tcp: true, most: 65_535, truncated: false },
    {
      why: "TCP has room, whatever EDNS says",
      ask: "huge.size.test. A",
      tcp: true,
      edns: { payloadSize: 512 },
      most: 65_535,
      truncated: false,
    },
    {
      why: "additional records go without TC",
      ask: "_xmpp-server._tcp.size.test. SRV",
      most: 512,
      truncated: false,
    },
    { why: "glue that does not fit sets TC", ask: "x.sub.size.test. A", most: 512, truncated: true },
  ];
  for (const { why, most, truncated, ...request } of rows) {
    test(`${request.ask}: ${why}`, () => {
      const reply = ask(snapshot, request);
      expect(reply?.length).toBeLessThanOrEqual(most);
      expect(reply?.flags.includes("TC")).toBe(truncated);
    });
  }

  test("a truncated answer holds no part of an RRset, and keeps its OPT", () => {
    const reply = ask(snapshot, { ask: "huge.size.test. A", edns: {} });
    expect(reply).toMatchObject({ answer: [], opt: { version: 0, payloadSize: 1232 } });
  });

  test("as many whole additional RRsets are kept as fit", () => {
    const reply = ask(snapshot, { ask: "_xmpp-server._tcp.size.test. SRV" });
    expect(reply?.answer).toHaveLength(8);
    expect(reply?.additional.length).toBeGreaterThan(0);
    const owners = (reply?.additional ?? []).map((record) => record.split(" ")[0]);
    for (const owner of owners) expect(owners.filter((other) => other === owner)).toHaveLength(2);
  });

  test("an owner beyond the reach of a pointer is written whole", () => {
    const records = numbers(1700).map((n) => `t IN TXT "record number ${n}"`);
    const long = snapshotOfZones({
      "long.test.": `${BASE}\n${records.join("\n")}\n${numbers(900)
        .map((n) => `@ IN MX ${n} mail${n}\nmail${n} IN A 192.0.2.1`)
        .join("\n")}`,
    });
    const reply = ask(long, { ask: "long.test. MX", tcp: true });
    expect(reply?.answer).toHaveLength(900);
    expect(reply?.additional).toHaveLength(900);
    expect(ask(long, { ask: "t.long.test. TXT", tcp: true })?.flags).toBe("QR AA RD");
  });
});
