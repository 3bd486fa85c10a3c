/** A trusted client is told whatever it asks, under its own address. */

import { expect, test } from "vitest";
import { groupOfOne } from "../../src/dns/rrset.ts";
import { type Client, trusted } from "../../src/responder/client.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { exchange, requestOf, snapshotOf, UDP, zoneOf } from "../conformance/harness.ts";

test("trusted() lets a client in whom the zone does not answer, and leaves the client as it is", () => {
  const zone = zoneOf(
    "alpha.test.",
    "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns.elsewhere.example.\n",
  );
  const snapshot = snapshotOf([groupOfOne(zone, 1, { allow: [], deny: [], others: "deny" })]);
  const client = { octets: Uint8Array.of(0, 192, 0, 2, 1), offset: 1, length: 4, time: 9 };
  const rcode = (who: Client) =>
    decodeMessage(exchange(snapshot, requestOf({ ask: "alpha.test. SOA" }), UDP, who)).rcode;
  expect(rcode(client)).toBe("REFUSED");
  expect(trusted(client)).toEqual(client);
  expect(rcode({ ...trusted(client) })).toBe("REFUSED");
  expect(rcode(trusted(client))).toBe("NOERROR");
});
