import { expect, test, vi } from "vitest";
import type { Fields } from "../src/ops/log.ts";
import { QueryLog, queryFields } from "../src/query-log.ts";
import { makeSampleMemory, type QuerySample, QuerySampler, SAMPLES } from "../src/transport/query-samples.ts";
import { requestOf } from "./conformance/harness.ts";

const sample = (changed: Partial<QuerySample>): QuerySample => ({
  client: Uint8Array.of(192, 0, 2, 1),
  port: 5300,
  transport: "UDP",
  question: requestOf({ ask: "_xmpp-server._tcp.Contoso.com. SRV" }).subarray(12),
  rcode: 0,
  octets: 99,
  ...changed,
});

test("queryFields() says who asked what and what came of it", () => {
  expect(queryFields(sample({}))).toEqual({
    client: "192.0.2.1",
    port: 5300,
    transport: "UDP",
    qname: "_xmpp-server._tcp.Contoso.com.",
    qtype: "SRV",
    rcode: "NOERROR",
    bytes: 99,
  });
});

test.each<[string, Partial<QuerySample>, Fields]>([
  ["IPv6", { client: new Uint8Array(16).fill(1, 15) }, { client: "::1" }],
  ["an address as text", { client: "fe80::1%eth0" }, { client: "fe80::1%eth0" }],
  ["an extended RCODE that TSIG has as well", { rcode: 16 }, { rcode: "BADVERS" }],
  ["an unknown RCODE", { rcode: 11 }, { rcode: "RCODE11" }],
  ["no question", { question: new Uint8Array(0) }, { qname: undefined, qtype: undefined }],
  ["a question that is cut", { question: Uint8Array.of(1, 97, 0, 0) }, { qname: "a.", qtype: undefined }],
  [
    "a line end in a name",
    { question: Uint8Array.of(1, 10, 0, 0, 1, 0, 1) },
    { qname: "\\010.", qtype: "A" },
  ],
])("queryFields() of %s", (_, changed, fields) => {
  expect(queryFields(sample(changed))).toMatchObject(fields);
});

test("QueryLog writes down what waits, and at its end what it had no place for", () => {
  const memory = makeSampleMemory(1);
  if (memory === undefined) throw new Error("nothing is sampled");
  const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };
  const queryLog = new QueryLog([memory], log);
  const sampler = new QuerySampler(memory, "TCP");
  const request = requestOf({ ask: "xmpp.contoso.com. A" });
  for (let n = 0; n < SAMPLES + 3; n++) {
    if (!sampler.isDue(request, 0, request.length)) continue;
    sampler.begin(request, 0, request.length, request, 0, request.length);
    sampler.endWithText("::1", n);
  }
  queryLog.close();
  expect(log.info).toHaveBeenCalledTimes(SAMPLES);
  expect(log.info).toHaveBeenCalledWith(
    expect.objectContaining({ qname: "xmpp.contoso.com.", port: 0 }),
    "Query",
  );
  expect(log.warn.mock.calls).toEqual([[{ dropped: 3 }, expect.stringContaining("too fast")]]);
});
