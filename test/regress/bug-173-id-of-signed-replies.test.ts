/** A signed query whose ID was changed on its way was answered with the ID that it had been signed with. */

import { expect, test } from "vitest";
import { groupOfOne } from "../../src/dns/rrset.ts";
import { policyText } from "../../src/dns/transfer-policy.ts";
import { udpLimits } from "../../src/responder/respond.ts";
import { KeyedResponder } from "../../src/transfer/keyed-responder.ts";
import { readTsig } from "../../src/tsig/message.ts";
import { signRequest } from "../../src/tsig/sign.ts";
import { isReplySigned } from "../../src/tsig/verify.ts";
import { compile } from "../../src/zone/compile.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { expectValue, requestOf, zoneOf } from "../conformance/harness.ts";
import { lastRecord, testKey } from "../transfer/client.ts";

const NOW = 1_700_000_000;
const KEY = testKey();

test("a forwarder's ID comes back, and the signature holds (RFC 8945 §4.2, Original ID)", () => {
  const zone = zoneOf("alpha.test.", "@ SOA ns host 1 2 3 4 5\n@ NS ns\nns A 192.0.2.53\n");
  const policy = policyText({ keys: [KEY], allow: [], notify: [], zones: [] });
  const { snapshot } = expectValue(compile([groupOfOne(zone)], { serialOf: () => 1, policyText: policy }));
  const { octets, mac } = signRequest(KEY, requestOf({ ask: "ns.alpha.test. A", id: 0x1234 }), NOW);
  octets.set([0x56, 0x78]);
  const responder = new KeyedResponder(() => snapshot, { limits: udpLimits(1232), now: () => NOW * 1000 });
  const room = new Uint8Array(2_000);
  const reply = room.subarray(0, responder.respond(octets, 0, octets.length, room, 0));
  expect(decodeMessage(reply)).toMatchObject({ id: 0x5678, rcode: "NOERROR" });
  const record = readTsig(reply, 0, lastRecord(reply), reply.length);
  expect(record && isReplySigned(KEY, mac, reply, record, NOW)).toBe(true);
});
