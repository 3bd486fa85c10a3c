/** Of static glue of one family it was said that the inner zone's addresses are no longer sent, while those of the other family were. */

import { expect, test } from "vitest";
import { goodValue, saidOf } from "../deployment/given.ts";
import { deriveFrom, zonesOf } from "../records/given.ts";

const V4 = "ns.sub.a.test. 3600 IN A 203.0.113.5";
const V6 = "ns.sub.a.test. 3600 IN AAAA 2001:db8::5";
const SENT = "resolvers that come from the zone above are sent to the";

const NO_MORE = "and no longer to those that zone itself gives";

test.each([
  {
    why: "the other family alone",
    addresses: "203.0.113.5",
    db: "ns.sub AAAA 2001:db8::5\n",
    said: [
      `${SENT} AAAA addresses given here, which that zone itself does not give; its A addresses are still sent beside them`,
    ],
    sent: [V6, V4],
  },
  {
    why: "one family of two",
    addresses: "203.0.113.6, '2001:db8::5'",
    db: "ns.sub A 203.0.113.5\n",
    said: [`${SENT} A addresses given here, ${NO_MORE}; its AAAA addresses are still sent beside them`],
    sent: [V4, V6],
  },
  {
    why: "one of two, the other the same",
    addresses: "203.0.113.5",
    db: "ns.sub A 203.0.113.5\nns.sub AAAA 2001:db8::5\n",
    said: [
      `${SENT} AAAA addresses given here, which that zone itself does not give; its A addresses are still sent beside them`,
    ],
    sent: [V4, V6],
  },
  {
    why: "both families",
    addresses: "203.0.113.6",
    db: "ns.sub A 203.0.113.5\nns.sub AAAA 2001:db8::5\n",
    said: [`${SENT} A addresses given here, ${NO_MORE}`, `${SENT} AAAA addresses given here, ${NO_MORE}`],
    sent: [V4, V6],
  },
  {
    why: "of a host that is no name server of the zone below",
    addresses: "203.0.113.6",
    db: "x NS ns1.sub\nns1.sub AAAA 2001:db8::5\n",
    inner:
      "zones: { a.test: { zoneFile: db, onConflict: static }, sub.a.test: { records: 'ns1 A 203.0.113.7' } }\n",
    said: [`${SENT} AAAA addresses given here, ${NO_MORE}`],
    sent: ["ns.sub.a.test. 3600 IN A 203.0.113.6"],
  },
])("$why", ({ addresses, db, said, sent, inner }) => {
  const derived = deriveFrom(
    `edgePools: [{ fqdn: pool.test, servers: [192.0.2.1] }]
sipDomains:
  - { name: a.test, nameServers: [ns.b.test] }
  - { name: sub.a.test, nameServers: [{ host: ns, addresses: [${addresses}] }] }
${inner ?? "zones: { a.test: { zoneFile: db, onConflict: static } }\n"}`,
    { db },
  );
  const losses = saidOf(derived).filter((text) => text.includes("Kept"));
  expect(losses.map((text) => text.replace(/^.*?\): (.*) \("onConflict: static"\)$/, "$1"))).toEqual(said);
  const zone = zonesOf(goodValue(derived))["a.test."];
  expect(zone?.filter((line) => line.startsWith("ns.sub"))).toEqual(sent);
});
