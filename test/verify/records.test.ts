import { describe, expect, test } from "vitest";
import type { Reply } from "../../src/probe/dns-client.ts";
import type { Expectation } from "../../src/verify/expectation.ts";
import { examineRecords } from "../../src/verify/records.ts";
import { type Answers, answer, askerFor, authority, failing, SILENT, sourceAt } from "./dns.ts";
import { complaints, lines } from "./findings.ts";

const OWNER = "_xmpp-server._tcp.contoso.com";
const SRV = `${OWNER} 3600 SRV 0 0 5269 xmpp.contoso.com`;

const GOOD: Answers = {
  [`${OWNER} SRV`]: answer(SRV),
  "xmpp.contoso.com A": answer("xmpp.contoso.com 300 A 192.0.2.10", "xmpp.contoso.com 300 A 192.0.2.11"),
  "xmpp.contoso.com AAAA": answer("xmpp.contoso.com 300 AAAA 2001:db8::10"),
};

const WANTED: Expectation = {
  kind: "published",
  reason: "its users may",
  ttl: 3_600,
  hostTtl: 300,
  targets: [
    {
      host: "xmpp.contoso.com",
      port: 5269,
      priority: 0,
      weight: 0,
      addresses: ["192.0.2.10", "192.0.2.11", "2001:db8::10"],
    },
  ],
};

interface Row {
  readonly why: string;
  readonly changes?: Answers;
  readonly wants?: Expectation | undefined;
  readonly from?: "server" | "resolver";
  readonly fromPartner?: boolean;
  readonly says: readonly string[];
  /** Where partners are sent to, where that is not the three of the good answer. */
  readonly contacts?: readonly string[];
}

const THREE = ["192.0.2.10 5269", "192.0.2.11 5269", "2001:db8::10 5269"];

async function examine({ changes, wants, from = "server", fromPartner = false }: Partial<Row>) {
  return examineRecords("contoso.com", {
    asker: askerFor({ "192.0.2.53": { ...GOOD, ...changes } }),
    source: sourceAt("192.0.2.53", from),
    expectation: wants,
    fromPartner,
  });
}

describe("examineRecords()", () => {
  test("finds what the deployment wants", async () => {
    const { findings, contacts } = await examine({ wants: WANTED });
    expect(lines(findings)).toEqual([
      `fine ${OWNER} SRV: 0 0 5269 xmpp.contoso.com`,
      "fine xmpp.contoso.com A: 192.0.2.10",
      "fine xmpp.contoso.com A: 192.0.2.11",
      "fine xmpp.contoso.com AAAA: 2001:db8::10",
    ]);
    expect(contacts.map(({ address, port }) => `${address} ${port}`)).toEqual(THREE);
  });

  const rows: readonly Row[] = [
    { why: "somebody else's is compared with nothing", wants: undefined, says: [] },
    {
      why: "no answer; the addresses are tried all the same",
      wants: WANTED,
      changes: { [`${OWNER} SRV`]: SILENT },
      says: [`broken no-answer ${OWNER} SRV: 192.0.2.53 gives no answer: no answer within 5 s`],
    },
    {
      why: "a server of other zones",
      wants: undefined,
      changes: { [`${OWNER} SRV`]: failing(5) },
      says: [`broken no-answer ${OWNER} SRV: 192.0.2.53 gives no answer: REFUSED`],
      contacts: [],
    },
    {
      why: "no record",
      wants: WANTED,
      changes: { [`${OWNER} SRV`]: authority("contoso.com 60 SOA 7") },
      says: [`broken srv-missing ${OWNER} SRV: there is no SRV record`],
    },
    {
      why: "no record of somebody else's: RFC 6120 has a way",
      changes: { [`${OWNER} SRV`]: failing(3), "contoso.com A": answer("contoso.com 60 A 192.0.2.80") },
      says: [
        `warning srv-fallback ${OWNER} SRV: the name does not exist; partners try contoso.com itself, port 5269`,
      ],
      contacts: ["192.0.2.80 5269"],
    },
    {
      why: "nor an address",
      changes: { [`${OWNER} SRV`]: failing(3) },
      says: [
        `warning srv-fallback ${OWNER} SRV: the name does not exist; partners try contoso.com itself, port 5269`,
        "broken address-none contoso.com: has no address: nobody can connect to it",
      ],
      contacts: [],
    },
    {
      why: "no record, and none is wanted",
      wants: { ...WANTED, kind: "unpublished", targets: [] },
      changes: { [`${OWNER} SRV`]: failing(3) },
      says: [],
      contacts: [],
    },
    {
      why: "a record that is not wanted",
      wants: { ...WANTED, kind: "unpublished", reason: "nobody may", targets: [] },
      says: [
        `broken srv-unwanted ${OWNER} SRV: is published (0 0 5269 xmpp.contoso.com) though the deployment does not want it: nobody may`,
      ],
    },
    {
      why: 'target "." where the service is wanted',
      wants: WANTED,
      changes: { [`${OWNER} SRV`]: answer(`${OWNER} 3600 SRV 0 0 0 .`) },
      says: [
        `broken srv-refused ${OWNER} SRV: its target is ".", which tells partners that there is no XMPP service (RFC 2782)`,
      ],
    },
    {
      why: 'target "." where it is wanted',
      wants: { ...WANTED, kind: "refused", targets: [] },
      changes: { [`${OWNER} SRV`]: answer(`${OWNER} 3600 SRV 0 0 0 .`) },
      says: [],
      contacts: [],
    },
    {
      why: "an alias as owner",
      wants: WANTED,
      changes: {
        [`${OWNER} SRV`]: answer(
          `${OWNER} 60 CNAME srv.example.net`,
          "srv.example.net 3600 SRV 0 0 5269 xmpp.contoso.com",
        ),
      },
      says: [
        `warning srv-alias ${OWNER} SRV: is an alias of srv.example.net, which costs each partner a question more`,
      ],
    },
    {
      why: "another port",
      wants: WANTED,
      changes: { [`${OWNER} SRV`]: answer(`${OWNER} 3600 SRV 0 0 5222 xmpp.contoso.com`) },
      says: [
        `broken target-differs ${OWNER} SRV: 0 0 5222 xmpp.contoso.com is published, the deployment wants 0 0 5269 xmpp.contoso.com`,
      ],
      contacts: ["192.0.2.10 5222", "192.0.2.11 5222", "2001:db8::10 5222", ...THREE],
    },
    {
      why: "another priority works all the same",
      wants: WANTED,
      changes: { [`${OWNER} SRV`]: answer(`${OWNER} 3600 SRV 10 0 5269 xmpp.contoso.com`) },
      says: [
        `warning target-differs ${OWNER} SRV: 10 0 5269 xmpp.contoso.com is published, the deployment wants 0 0 5269 xmpp.contoso.com`,
      ],
    },
    {
      why: "another target, and ours missing",
      wants: WANTED,
      changes: {
        [`${OWNER} SRV`]: answer(`${OWNER} 3600 SRV 0 0 5269 old.contoso.com`),
        "old.contoso.com A": answer("old.contoso.com 300 A 192.0.2.9"),
      },
      says: [
        `broken target-additional ${OWNER} SRV: 0 0 5269 old.contoso.com is published, the deployment does not know that target`,
        `broken target-missing ${OWNER} SRV: 0 0 5269 xmpp.contoso.com is not published`,
      ],
      contacts: ["192.0.2.9 5269", ...THREE],
    },
    {
      why: "an alias as target (RFC 2782)",
      wants: WANTED,
      changes: {
        "xmpp.contoso.com A": answer(
          "xmpp.contoso.com 300 CNAME edge.contoso.com",
          "edge.contoso.com 300 A 192.0.2.10",
          "edge.contoso.com 300 A 192.0.2.11",
        ),
      },
      says: [
        "broken target-alias xmpp.contoso.com: is an alias of edge.contoso.com, which an SRV record must not point to (RFC 2782)",
      ],
    },
    {
      why: "an address is missing",
      wants: WANTED,
      changes: { "xmpp.contoso.com AAAA": authority("contoso.com 60 SOA 7") },
      says: ["broken address-missing xmpp.contoso.com AAAA: 2001:db8::10 is not published"],
    },
    {
      why: "an address too many",
      wants: {
        ...WANTED,
        targets: WANTED.targets.map((one) => ({
          ...one,
          addresses: THREE.slice(0, 1).map((text) => text.split(" ")[0] ?? ""),
        })),
      },
      changes: { "xmpp.contoso.com AAAA": failing(3) },
      says: [
        "broken address-additional xmpp.contoso.com A: 192.0.2.11 is published, no Edge Server in service has it",
      ],
      contacts: THREE.slice(0, 2),
    },
    {
      why: "no address at all",
      wants: WANTED,
      changes: { "xmpp.contoso.com A": failing(3), "xmpp.contoso.com AAAA": failing(3) },
      says: ["broken address-none xmpp.contoso.com: has no address: nobody can connect to it"],
    },
    {
      why: "a target in nobody's zone here: ours to take from the deployment",
      wants: WANTED,
      changes: { "xmpp.contoso.com A": failing(5) },
      says: ["skipped xmpp.contoso.com: lies in no zone of 192.0.2.53; ask a resolver for it"],
    },
    {
      why: "a resolver that does not find it",
      wants: WANTED,
      from: "resolver",
      changes: { "xmpp.contoso.com AAAA": failing(2) },
      says: ["broken no-answer xmpp.contoso.com A and AAAA: 192.0.2.53 gives no answer: SERVFAIL"],
    },
    {
      why: "another TTL at the server",
      wants: { ...WANTED, ttl: 60, hostTtl: 5 },
      says: [
        `warning ttl-differs ${OWNER}: has TTL 3600, the deployment wants 60`,
        "warning ttl-differs xmpp.contoso.com: has TTL 300, the deployment wants 5",
      ],
    },
    {
      why: "a resolver counts down",
      from: "resolver",
      wants: { ...WANTED, ttl: 4_000, hostTtl: 299 },
      says: ["warning ttl-differs xmpp.contoso.com: has TTL 300, the deployment wants 299"],
    },
    {
      why: "direct TLS, which no Edge Server speaks",
      wants: WANTED,
      changes: {
        "_xmpps-server._tcp.contoso.com SRV": answer(
          "_xmpps-server._tcp.contoso.com 60 SRV 0 0 5270 x.contoso.com",
        ),
      },
      says: [
        "warning direct-tls _xmpps-server._tcp.contoso.com SRV: is published (x.contoso.com), though no Edge Server speaks direct TLS",
      ],
    },
    {
      why: "direct TLS refused in due form",
      wants: WANTED,
      changes: {
        "_xmpps-server._tcp.contoso.com SRV": answer("_xmpps-server._tcp.contoso.com 60 SRV 0 0 0 ."),
      },
      says: [],
    },
    {
      why: "silence for direct TLS keeps partners waiting",
      changes: { "_xmpps-server._tcp.contoso.com SRV": SILENT },
      says: [
        "warning direct-tls _xmpps-server._tcp.contoso.com SRV: no answer (no answer within 5 s): partners ask for it first, and some wait many seconds",
      ],
    },
    {
      why: "a private address, as partners see it",
      fromPartner: true,
      changes: {
        "xmpp.contoso.com A": answer("xmpp.contoso.com 300 A 10.45.16.10"),
        "xmpp.contoso.com AAAA": failing(3),
      },
      says: [
        "broken address-private xmpp.contoso.com A: 10.45.16.10 is private (RFC 1918): partners cannot reach it",
      ],
      contacts: ["10.45.16.10 5269"],
    },
  ];
  test.each(rows)("$why", async (row) => {
    const { findings, contacts } = await examine(row);
    expect(complaints(findings)).toEqual(row.says);
    expect(contacts.map(({ address, port }) => `${address} ${port}`)).toEqual(row.contacts ?? THREE);
  });

  test("contacts an address once, however many targets have it", async () => {
    const twice: Reply = answer(SRV, `${OWNER} 3600 SRV 5 0 5269 other.contoso.com`);
    const changes = {
      [`${OWNER} SRV`]: twice,
      "other.contoso.com A": answer("other.contoso.com 300 A 192.0.2.11"),
    };
    const { contacts } = await examine({ changes });
    expect(contacts.map(({ address }) => address)).toEqual(["192.0.2.10", "192.0.2.11", "2001:db8::10"]);
  });

  test("every complaint has a cure", async () => {
    for (const row of rows) {
      const { findings } = await examine(row);
      const wrong = findings.filter(({ mark }) => mark === "warning" || mark === "broken");
      expect(wrong.filter(({ cure = "" }) => cure === "")).toEqual([]);
    }
  });
});
