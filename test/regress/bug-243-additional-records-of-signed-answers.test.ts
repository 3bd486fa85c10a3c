/** A signed answer over UDP was truncated where its additional records left no room for the signature. */

import { expect, test } from "vitest";
import { groupOfOne } from "../../src/dns/rrset.ts";
import { policyText } from "../../src/dns/transfer-policy.ts";
import { udpLimits } from "../../src/responder/respond.ts";
import { KeyedResponder } from "../../src/transfer/keyed-responder.ts";
import { signRequest } from "../../src/tsig/sign.ts";
import { compile } from "../../src/zone/compile.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { expectValue, requestOf, zoneOf } from "../conformance/harness.ts";
import { testKey } from "../transfer/client.ts";

const KEY = testKey();
const SECONDS = 1_000;
const HOSTS = Array.from({ length: 5 }, (_, at) => at);

test("additional records give way to the signature, without TC; the answer does with it", () => {
  const zone = zoneOf(
    "alpha.test.",
    [
      "@ SOA ns hostmaster 1 3600 600 86400 300",
      "@ NS ns.elsewhere.example.",
      ...HOSTS.map((at) => `_x._tcp SRV 0 0 1 host-number-${at}`),
      ...HOSTS.map((at) => `host-number-${at} AAAA 2001:db8::${at}`),
      ...Array.from({ length: 28 }, (_, at) => `many A 198.18.0.${at}`),
    ].join("\n"),
  );
  const policy = policyText({ keys: [KEY], allow: [], notify: [], zones: [] });
  const options = { serialOf: () => 1, policyText: policy };
  const { snapshot } = expectValue(compile([groupOfOne(zone)], options));
  const { respond } = new KeyedResponder(() => snapshot, {
    limits: udpLimits(1232),
    now: () => SECONDS * 1000,
  });
  const room = new Uint8Array(2_000);
  const ask = (request: Uint8Array) => {
    const length = respond(request, 0, request.length, room, 0);
    expect(length).toBeLessThanOrEqual(512);
    return decodeMessage(room.subarray(0, length));
  };
  const srv = requestOf({ ask: "_x._tcp.alpha.test. SRV" });
  const bare = ask(srv);
  expect(bare).toMatchObject({ flags: "QR AA RD" });
  expect(bare.additional).toHaveLength(5);
  const signed = ask(signRequest(KEY, srv, SECONDS).octets);
  expect(signed).toMatchObject({ flags: "QR AA RD" });
  expect(signed.answer).toHaveLength(5);
  const addresses = signed.additional.filter((record) => record.includes(" AAAA "));
  expect(addresses.length).toBeGreaterThan(0);
  expect(addresses.length).toBeLessThan(5);
  const many = requestOf({ ask: "many.alpha.test. A" });
  expect(ask(many).answer).toHaveLength(28);
  expect(ask(signRequest(KEY, many, SECONDS).octets)).toMatchObject({ flags: "QR AA TC RD", answer: [] });
});
