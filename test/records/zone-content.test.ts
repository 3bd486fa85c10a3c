/** What stands in a zone: the deployment's records, the operator's, and who gives way. */

import { describe, expect, test } from "vitest";
import { goodValue, saidOf } from "../deployment/given.ts";
import { deriveFrom, zonesOf } from "./given.ts";

const POOL = "edgePools: [{ fqdn: pool.test, servers: [192.0.2.1] }]\n";

describe("SOA and NS records of a master file", () => {
  test.each([
    {
      why: "its SOA and NS records hold, the serial is that of the content",
      yaml: "zones: { a.test: { zoneFile: db } }\n",
      db: "$TTL 60\n@ SOA ns hm 7 2 3 4 5\n@ NS ns\nns A 192.0.2.53\n",
      zone: [
        "a.test. 60 IN SOA ns.a.test. hm.a.test. 7 2 3 4 5",
        "a.test. 60 IN NS ns.a.test.",
        "ns.a.test. 60 IN A 192.0.2.53",
      ],
    },
    {
      why: "without them they are derived",
      yaml: "zones: { a.test: { zoneFile: db, nameServers: [ns.b.test], soa: { minimum: 9 } } }\n",
      db: "www A 192.0.2.80\n",
      zone: [
        "a.test. 3600 IN SOA ns.b.test. hostmaster.a.test. 0 3600 600 1209600 9",
        "a.test. 3600 IN NS ns.b.test.",
        "www.a.test. 3600 IN A 192.0.2.80",
      ],
    },
    {
      why: "NS records without a SOA record: the first of them is the primary",
      yaml: "zones: { a.test: { zoneFile: db } }\n",
      db: "@ NS ns.b.test.\n",
      zone: [
        "a.test. 3600 IN SOA ns.b.test. hostmaster.a.test. 0 3600 600 1209600 300",
        "a.test. 3600 IN NS ns.b.test.",
      ],
    },
    {
      why: "a zone of its own takes the defaults over, as a SIP domain does",
      yaml: "defaults: { ttl: 60, nameServers: [ns.b.test], soa: { mailbox: dns@b.test, serial: 5 } }\nzones: { 2.0.192.in-addr.arpa: { zoneFile: db } }\n",
      db: "$GENERATE 1-2 $ PTR h$.b.test.\n",
      apex: "2.0.192.in-addr.arpa.",
      zone: [
        "2.0.192.in-addr.arpa. 60 IN SOA ns.b.test. dns.b.test. 5 3600 600 1209600 300",
        "2.0.192.in-addr.arpa. 60 IN NS ns.b.test.",
        "1.2.0.192.in-addr.arpa. 60 IN PTR h1.b.test.",
        "2.2.0.192.in-addr.arpa. 60 IN PTR h2.b.test.",
      ],
    },
    {
      why: "but not the name servers where it has its own",
      yaml: "defaults: { nameServers: [ns.b.test] }\nzones: { a.test: { zoneFile: db } }\n",
      db: "@ NS ns.c.test.\n",
      zone: [
        "a.test. 3600 IN SOA ns.c.test. hostmaster.a.test. 0 3600 600 1209600 300",
        "a.test. 3600 IN NS ns.c.test.",
      ],
    },
  ])("$why", ({ yaml, db, zone, apex = "a.test." }) => {
    const derivation = goodValue(deriveFrom(yaml, { db }));
    expect(zonesOf(derivation)).toEqual({ [apex]: zone });
  });

  test("a SIP domain below a zone of its own is delegated there, glue included", () => {
    const yaml = `${POOL}sipDomains: [{ name: alpha.lab.test, nameServers: [{ host: ns, addresses: [192.0.2.53] }] }]
zones: { lab.test: { zoneFile: db } }
`;
    const zones = zonesOf(goodValue(deriveFrom(yaml, { db: "www A 192.0.2.80\n" })));
    expect(zones["lab.test."]).toEqual([
      "lab.test. 3600 IN SOA localhost. hostmaster.lab.test. 0 3600 600 1209600 300",
      "lab.test. 3600 IN NS localhost.",
      "www.lab.test. 3600 IN A 192.0.2.80",
      "alpha.lab.test. 3600 IN NS ns.alpha.lab.test.",
      "ns.alpha.lab.test. 3600 IN A 192.0.2.53",
    ]);
    expect(zones["alpha.lab.test."]).toContain(
      "_xmpp-server._tcp.alpha.lab.test. 3600 IN SRV 0 0 5269 xmpp.alpha.lab.test.",
    );
  });
});

interface Clash {
  readonly why: string;
  readonly db: string;
  /** What is served at the owner with each choice; none for an error. */
  readonly derived: readonly string[];
  readonly static?: readonly string[];
  readonly at: string;
  /** What is said with `error`, and what is lost with `static`. */
  readonly fault: string;
  readonly loss?: string;
}

const CHOICE = '; leave one of the two out, or say which holds with "onConflict"';
const SRV = "_xmpp-server._tcp.a.test. 3600 IN SRV 0 0 5269 xmpp.a.test.";

const CLASHES: readonly Clash[] = [
  {
    why: "another SRV record",
    db: "_xmpp-server._tcp SRV 0 0 5269 other.test.",
    at: "_xmpp-server._tcp.a.test.",
    derived: [SRV],
    static: ["_xmpp-server._tcp.a.test. 3600 IN SRV 0 0 5269 other.test."],
    fault: 'that RRset is derived from the deployment (XMPP federation of SIP domain "a.test", d.yaml:2:14)',
    loss: "XMPP partners go where it says, and no longer follow the Edge pool",
  },
  {
    why: "other addresses of the XMPP host",
    db: "xmpp 60 A 192.0.2.99",
    at: "xmpp.a.test.",
    derived: ["xmpp.a.test. 300 IN A 192.0.2.1"],
    static: ["xmpp.a.test. 60 IN A 192.0.2.99"],
    fault: 'that RRset is derived from the deployment (the addresses of Edge pool "pool.test", d.yaml:2:14)',
    loss: 'whoever looks for "xmpp.a.test" goes to the addresses given here, which no longer follow Edge pool "pool.test"',
  },
  {
    why: "an alias in place of the XMPP host can never hold",
    db: "xmpp CNAME www",
    at: "xmpp.a.test.",
    derived: ["xmpp.a.test. 300 IN A 192.0.2.1"],
    fault:
      'the name has derived addresses (the addresses of Edge pool "pool.test", d.yaml:2:14), and an SRV or NS target must never be an alias (RFC 2782, RFC 2181 §10.3)',
  },
  {
    why: "an alias in place of the SRV record",
    db: "_xmpp-server._tcp CNAME srv.b.test.",
    at: "_xmpp-server._tcp.a.test.",
    derived: [SRV],
    static: ["_xmpp-server._tcp.a.test. 3600 IN CNAME srv.b.test."],
    fault:
      'an alias stands alone, and the name has a derived SRV record (XMPP federation of SIP domain "a.test", d.yaml:2:14)',
    loss: "XMPP partners go where it says, and no longer follow the Edge pool",
  },
  {
    why: "other name servers",
    db: "@ NS ns.c.test.",
    at: "a.test.",
    derived: [
      "a.test. 3600 IN SOA ns.b.test. hostmaster.a.test. 0 3600 600 1209600 300",
      "a.test. 3600 IN NS ns.b.test.",
    ],
    static: [
      "a.test. 3600 IN SOA ns.c.test. hostmaster.a.test. 0 3600 600 1209600 300",
      "a.test. 3600 IN NS ns.c.test.",
    ],
    fault: 'the name servers are given under "nameServers", d.yaml:2:44',
    loss: 'resolvers are sent to the name servers given here, and no longer to those under "nameServers"',
  },
  {
    why: "a delegation above the SRV record",
    db: "_tcp NS ns.c.test.",
    at: "_xmpp-server._tcp.a.test.",
    derived: [SRV],
    static: [],
    fault:
      'it would hide "_xmpp-server._tcp.a.test SRV", which is derived from the deployment (XMPP federation of SIP domain "a.test", d.yaml:2:14)',
    loss: "XMPP partners go where it says, and no longer follow the Edge pool",
  },
];

describe("onConflict", () => {
  const given = (choice: string) => `${POOL}sipDomains: [{ name: a.test, nameServers: [ns.b.test] }]
zones: { a.test: { zoneFile: db, onConflict: ${choice} } }
`;
  const clashes = CLASHES.map((row) => {
    const [owner = "", ...words] = row.db.split(" ");
    const type = words.find((word) => /^(?:A|NS|SRV|CNAME)$/.test(word)) ?? "";
    return { ...row, rrset: `"${owner === "@" ? "" : `${owner}.`}a.test ${type}"` };
  });
  const at = (owner: string, choice: string, db: string) =>
    (zonesOf(goodValue(deriveFrom(given(choice), { db })))["a.test."] ?? []).filter((line) =>
      line.startsWith(`${owner} `),
    );

  test.each(clashes)("error, $why", ({ db, fault, rrset, static: kept }) => {
    const choice = kept === undefined ? "" : CHOICE;
    const wanted = `db:1:1 error: Cannot serve the static record ${rrset}: ${fault}${choice}`;
    expect(saidOf(deriveFrom(given("error"), { db }))).toContain(wanted);
    expect(saidOf(deriveFrom(given("error").replace(", onConflict: error", ""), { db }))).toContain(wanted);
  });

  test.each(clashes)("derived, $why", ({ db, derived, at: owner, fault, rrset }) => {
    expect(at(owner, "derived", db)).toEqual(derived);
    expect(saidOf(deriveFrom(given("derived"), { db }))).toContain(
      `db:1:1 note: Dropped the static record ${rrset}: ${fault}; the deployment holds ("onConflict: derived")`,
    );
  });

  test.each(clashes)("static, $why", ({ db, static: kept, at: owner, fault, rrset, loss }) => {
    if (kept === undefined) {
      expect(saidOf(deriveFrom(given("static"), { db }))).toContain(
        `db:1:1 error: Cannot serve the static record ${rrset}: ${fault}`,
      );
      return;
    }
    expect(at(owner, "static", db)).toEqual(kept);
    expect(saidOf(deriveFrom(given("static"), { db }))).toContain(
      `db:1:1 warning: Kept the static record ${rrset}, although ${fault}: ${loss} ("onConflict: static")`,
    );
  });

  test("the choice at the top holds where a zone says nothing", () => {
    const yaml = `onConflict: derived\n${given("x").replace(", onConflict: x", "")}`;
    expect(deriveFrom(yaml, { db: "xmpp A 192.0.2.99" }).ok).toBe(true);
    expect(deriveFrom(`onConflict: derived\n${given("error")}`, { db: "xmpp A 192.0.2.99" }).ok).toBe(false);
  });

  test("records that say what the deployment says are no clash", () => {
    const db = "_xmpp-server._tcp SRV 0 0 5269 XMPP\nxmpp 5 A 192.0.2.1\n@ NS ns.b.test.\n";
    const said = saidOf(deriveFrom(given("error"), { db }));
    expect(said).toHaveLength(3);
    expect(said.every((line) => /note: Dropped .*, with the same data$/.test(line))).toBe(true);
    expect(at("xmpp.a.test.", "error", db)).toEqual(["xmpp.a.test. 300 IN A 192.0.2.1"]);
  });

  test("glue above a zone of ours is kept, and no name server is missed that lies elsewhere", () => {
    const yaml = 'zones: { ".": { zoneFile: root }, edu: { zoneFile: edu } }\n';
    const files = {
      root: "@ NS c.isi.edu.\nedu NS C.ISI.edu.\nc.isi.edu A 192.0.2.1\n",
      edu: "@ NS c.isi\nisi NS a.isi\na.isi A 192.0.2.3\n",
    };
    const derived = deriveFrom(yaml, files);
    expect(zonesOf(goodValue(derived))["."]).toEqual([
      ". 3600 IN SOA c.isi.edu. hostmaster. 0 3600 600 1209600 300",
      ". 3600 IN NS c.isi.edu.",
      "c.isi.edu. 3600 IN A 192.0.2.1",
      "edu. 3600 IN NS c.isi.edu.",
    ]);
    expect(saidOf(derived)).toEqual([
      'root:2:1 note: Dropped the static record "edu NS": it lies in zone "edu", which is a zone of its own here, and delegated with the same data',
    ]);
  });

  test("what lies in another zone of ours is dropped with derived alone", () => {
    const yaml = (choice: string) => `${POOL}sipDomains: [a.test, emea.a.test]
zones: { a.test: { zoneFile: db, onConflict: ${choice} } }
`;
    const db = "emea NS ns.emea\nns.emea A 192.0.2.53\nwww.emea A 192.0.2.80\n";
    const fault = 'lies in zone "emea.a.test", which is a zone of its own here';
    const said = (choice: string) =>
      saidOf(deriveFrom(yaml(choice), { db })).filter((line) => line.includes(fault));
    expect(said("derived").map((line) => line.slice(0, 12))).toEqual(["db:1:1 note:", "db:3:1 note:"]);
    expect(said("static").map((line) => line.slice(0, 13))).toEqual(["db:1:1 error:", "db:3:1 error:"]);
    expect(said("error")).toEqual(said("static"));
  });
});
