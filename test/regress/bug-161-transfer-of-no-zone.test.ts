/** Transfers of what is no zone of ours were REFUSED to those who may have none, as if there were one; NSD, Knot and BIND say NOTAUTH (RFC 5936 §2.2.1). */

import { describe, expect, onTestFinished, test } from "vitest";
import { startServer } from "../../src/api.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { ask, requestOf, snapshotOfZones } from "../conformance/harness.ts";
import { TcpClient } from "../transport/clients.ts";

const RECORDS = "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns.elsewhere.example.\nwww A 192.0.2.1\n";
const SNAPSHOT = snapshotOfZones({ "alpha.test.": RECORDS });
const NAMES = [
  { name: "www.alpha.test.", why: "a name inside of a zone", rcode: "NOTAUTH" },
  { name: "beta.test.", why: "a name in no zone", rcode: "NOTAUTH" },
  { name: "alpha.test.", why: "a zone", rcode: "REFUSED" },
];

describe.each(NAMES)("of $why", ({ name, rcode }) => {
  test("IXFR over UDP", () => {
    const ede = rcode === "NOTAUTH" ? "15:0014" : "15:0012"; // Not Authoritative, Prohibited
    expect(ask(SNAPSHOT, { ask: `${name} IXFR`, edns: {} })).toMatchObject({
      rcode,
      question: `${name} IXFR`,
      opt: { options: [ede] },
    });
  });

  test.each(["AXFR", "IXFR"])("%s over TCP", async (type) => {
    const server = await startServer({ deployment: { zones: { "alpha.test": { records: RECORDS } } } });
    onTestFinished(() => server.close());
    const client = await TcpClient.open("127.0.0.1", server.port);
    onTestFinished(() => client.close());
    client.send(requestOf({ ask: `${name} ${type}` }));
    expect(decodeMessage(await client.next())).toMatchObject({ rcode, question: `${name} ${type}` });
  });
});
