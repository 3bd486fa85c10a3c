/** A COOKIE option that reaches past its record was read all the same, and octets behind the request came back in the reply. */

import { expect, test } from "vitest";
import { secretMemory } from "../../src/responder/cookie-secrets.ts";
import { udpExtras } from "../../src/responder/extras.ts";
import { respond, udpLimits } from "../../src/responder/respond.ts";
import { snapshot } from "../conformance/contoso.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";

const COOKIES = { secrets: secretMemory([new Uint8Array(16)]), required: false };

test.each([
  ["a client cookie", 8],
  ["a server cookie", 24],
])("%s that does not end with the record is FORMERR without a cookie", (_, length) => {
  const whole = requestOf({ ask: "contoso.com. SOA", edns: { options: { 10: new Uint8Array(length) } } });
  const request = whole.slice(0, -4);
  request[whole.length - length - 5] = length; // RDLENGTH: the option, four octets short
  const around = new Uint8Array(200).fill(0x5a);
  around.set(request);
  const reply = new Uint8Array(1232);
  const limits = udpLimits(1232, udpExtras({ cookies: COOKIES }));
  const replyLength = respond(snapshot, around, 0, request.length, reply, 0, limits);
  const message = decodeMessage(reply.slice(0, replyLength));
  expect(message).toMatchObject({ rcode: "FORMERR", opt: { options: [] } });
  expect([...message.octets]).not.toContain(0x5a);
});
