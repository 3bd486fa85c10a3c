/** The answer to an IXFR whose authority section held the OPT record ended within a record: the OPT was taken for the SOA and left out. */

import { expect, onTestFinished, test } from "vitest";
import { startServer } from "../../src/api.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";
import { TcpClient } from "../transport/clients.ts";

const RECORDS = "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns.elsewhere.example.\n";

test("an IXFR with the OPT record in its authority section", async () => {
  const zones = { "alpha.test": { records: RECORDS } };
  const transfers = { allow: [{ prefix: "127.0.0.1" }] };
  const server = await startServer({ deployment: { zones, transfers } });
  onTestFinished(() => server.close());
  const client = await TcpClient.open("127.0.0.1", server.port);
  onTestFinished(() => client.close());
  const request = requestOf({ ask: "alpha.test. IXFR", edns: {} });
  request.set([0, 1, 0, 0], 8); // the OPT record counts for the authority section
  client.send(request);
  expect(decodeMessage(await client.next()).opt).toMatchObject({ payloadSize: 1232 });
});
