import { expect, test } from "vitest";
import { TYPE } from "../../src/dns/codes.ts";
import { outcome, respond } from "../../src/responder/respond.ts";
import { snapshot } from "../conformance/contoso.ts";
import { type Request, requestOf, UDP } from "../conformance/harness.ts";

test.each<[string, Request, number]>([
  ["of a question that is answered", { ask: "contoso.com. SOA" }, TYPE.SOA],
  ["of one that is refused", { ask: "example.org. AAAA" }, TYPE.AAAA],
  ["0 where there is no question", {}, 0],
])("outcome.type is the type %s, whoever asked", (_, request, type) => {
  const octets = requestOf(request);
  respond(snapshot, octets, 0, octets.length, new Uint8Array(512), 0, UDP);
  expect(outcome.type).toBe(type);
});
