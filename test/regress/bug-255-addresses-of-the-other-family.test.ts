/** A static AAAA record at a host with derived IPv4 addresses alone was served beside them without a remark. */

import { expect, test } from "vitest";
import { goodValue, saidOf } from "../deployment/given.ts";
import { deriveFrom, zonesOf } from "../records/given.ts";

const V4 = { pool: "192.0.2.1", record: "xmpp AAAA 2001:db8::1", type: "AAAA", family: "IPv6" };
const V6 = { pool: "2001:db8::10", record: "xmpp A 192.0.2.99", type: "A", family: "IPv4" };

function derive(pool: string, record: string, onConflict: string) {
  const yaml = `edgePools: [{ fqdn: pool.test, servers: ["${pool}"] }]
sipDomains: [{ name: a.test, nameServers: [ns.b.test] }]
zones: { a.test: { zoneFile: db, onConflict: ${onConflict} } }
`;
  return deriveFrom(yaml, { db: `${record}\n` });
}

function hostOf(derivation: ReturnType<typeof derive>): string[] {
  return (zonesOf(goodValue(derivation))["a.test."] ?? []).filter((line) => line.startsWith("xmpp.a.test."));
}

test.each([V4, V6])(
  "$record beside derived addresses of the other family",
  ({ pool, record, type, family }) => {
    const fault = `the addresses of that name are derived from the deployment, without any of ${family} (the addresses of Edge pool "pool.test", d.yaml:2:14)`;
    const said = (onConflict: string) => saidOf(derive(pool, record, onConflict));
    expect(said("error")).toEqual([
      `db:1:1 error: Cannot serve the static record "xmpp.a.test ${type}": ${fault}; leave one of the two out, or say which holds with "onConflict"`,
    ]);
    expect(said("derived")).toEqual([
      `db:1:1 note: Dropped the static record "xmpp.a.test ${type}": ${fault}; the deployment holds ("onConflict: derived")`,
    ]);
    expect(said("static")).toEqual([
      `db:1:1 warning: Kept the static record "xmpp.a.test ${type}", although ${fault}: whoever looks for "xmpp.a.test" over ${family} goes to the addresses given here, which do not follow Edge pool "pool.test" ("onConflict: static")`,
    ]);
    expect(hostOf(derive(pool, record, "derived"))).toHaveLength(1);
    expect(hostOf(derive(pool, record, "static"))).toHaveLength(2);
  },
);
