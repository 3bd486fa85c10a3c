/** The catalog answered everybody, whomever the defaults let in. */

import { expect, test } from "vitest";
import { derive } from "../../src/records/derive.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { exchange, requestOf, snapshotOf, UDP } from "../conformance/harness.ts";
import { good, goodValue } from "../deployment/given.ts";

test.each([
  ["allowQuery: [192.0.2.0/24]", "REFUSED", "NOERROR"],
  ["denyQuery: [192.0.2.0/24]", "NOERROR", "REFUSED"],
])("the catalog follows defaults: { %s }", (access, others, members) => {
  const deployment = good(
    `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
defaults: { ${access} }
transfers: { catalog: { name: catalog.test } }`,
  );
  const snapshot = snapshotOf(goodValue(derive(deployment)).groups);
  const rcode = (address: readonly number[]) => {
    const client = { octets: Uint8Array.from(address), offset: 0, length: 4, time: 0 };
    return decodeMessage(exchange(snapshot, requestOf({ ask: "catalog.test. SOA" }), UDP, client)).rcode;
  };
  expect(rcode([198, 51, 100, 1])).toBe(others);
  expect(rcode([192, 0, 2, 1])).toBe(members);
});
