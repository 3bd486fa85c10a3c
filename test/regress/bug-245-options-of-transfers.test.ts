/** Transfers left EDNS options unanswered, cookies and their faults among them, and IXFR over UDP knew no cookies. */

import { describe, expect, test } from "vitest";
import { parsePrefix } from "../../src/dns/prefix.ts";
import { groupOfOne } from "../../src/dns/rrset.ts";
import { policyText } from "../../src/dns/transfer-policy.ts";
import { secretMemory } from "../../src/responder/cookie-secrets.ts";
import { tcpExtras, udpExtras } from "../../src/responder/extras.ts";
import { outcome, tcpLimits, udpLimits } from "../../src/responder/respond.ts";
import { Journal } from "../../src/transfer/journal.ts";
import { KeyedResponder } from "../../src/transfer/keyed-responder.ts";
import { TransferService } from "../../src/transfer/service.ts";
import { signRequest } from "../../src/tsig/sign.ts";
import { compile } from "../../src/zone/compile.ts";
import { decodeMessage, type Message } from "../conformance/decoder.ts";
import { expectValue, requestOf, zoneOf } from "../conformance/harness.ts";
import { ixfrRequest, testKey } from "../transfer/client.ts";

const SECONDS = 1_000;
const KEY = testKey();
const ADDRESS = "192.0.2.7";
const OCTETS = Uint8Array.of(192, 0, 2, 7);
const ZONE = zoneOf("alpha.test.", "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 192.0.2.53\n");
const POLICY = policyText({
  keys: [KEY],
  allow: [{ prefix: parsePrefix("192.0.2.0/24"), key: undefined }],
  notify: [],
  zones: [],
});
const INSIDERS = { allow: [], deny: [], others: "deny" } as const;
const SNAPSHOT = expectValue(
  compile([groupOfOne(ZONE, 2, INSIDERS)], { serialOf: () => 2, policyText: POLICY }),
).snapshot;
const COOKIES = { cookies: { secrets: secretMemory([new Uint8Array(16)]), required: true }, name: "edge-1" };

const COOKIE = new Uint8Array(8).fill(7);
const ALL = { 3: new Uint8Array(), 9: new Uint8Array(), 10: COOKIE, 11: new Uint8Array() };
const NSID = `3:${Buffer.from("edge-1").toString("hex")}`;
const EXPIRE = "9:00015180";
const KEEPALIVE = "11:0064";
const MADE = expect.stringMatching(/^10:(07){8}01000000000003e8[0-9a-f]{16}$/);

/** The first message over a stream. */
async function overTcp(request: Uint8Array, address = ADDRESS): Promise<Message> {
  const messages: Message[] = [];
  const service = new TransferService({
    journal: new Journal({ versions: 1, octets: 1 }),
    snapshot: () => SNAPSHOT,
    limits: tcpLimits(1232, tcpExtras(COOKIES, 10_000)),
    now: () => SECONDS * 1000,
    onRefused: () => {},
    onFinished: () => {},
    onBroken: () => {},
    onFault: (error) => expect.unreachable(String(error)),
  });
  const write = async (octets: Uint8Array) => messages.push(decodeMessage(octets.slice(2))) > 0;
  await service.serve(request, 0, request.length, { peer: { address, port: 9 }, write });
  return expectValue({ ok: true, value: messages[0] as Message, remarks: [] });
}

function overUdp(request: Uint8Array): Message {
  const { respond } = new KeyedResponder(() => SNAPSHOT, {
    limits: udpLimits(1232, udpExtras(COOKIES)),
    now: () => SECONDS * 1000,
  });
  const reply = new Uint8Array(2_000);
  const client = { octets: OCTETS, offset: 0, length: 4, time: SECONDS };
  return decodeMessage(reply.subarray(0, respond(request, 0, request.length, reply, 0, client)));
}

const axfr = (options: Readonly<Record<number, Uint8Array>>, ask = "alpha.test. AXFR") =>
  requestOf({ ask, edns: { options } });
const ixfr = (options: Readonly<Record<number, Uint8Array>>) => ixfrRequest("alpha.test.", 1, { options });
const withCookie = (message: Message): Uint8Array =>
  Buffer.from(message.opt?.options.find((option) => option.startsWith("10:"))?.slice(3) ?? "", "hex");

describe("a transfer", () => {
  test.each([
    ["AXFR", axfr(ALL)],
    ["IXFR", ixfr(ALL)],
    ["a signed AXFR", signRequest(KEY, axfr(ALL), SECONDS).octets],
  ])("answers the options of %s", async (_, request) => {
    const message = await overTcp(request);
    expect(message.rcode).toBe("NOERROR");
    expect(message.opt?.options).toEqual([MADE, NSID, KEEPALIVE, EXPIRE]);
  });

  test.each([
    ["not allowed", axfr(ALL), "198.51.100.1", "REFUSED", "15:0012", [EXPIRE]],
    ["of no zone", axfr(ALL, "beta.test. AXFR"), ADDRESS, "NOTAUTH", "15:0014", []],
  ])("that is %s says why beside them", async (_, request, address, rcode, error, expire) => {
    const message = await overTcp(request, address);
    expect(message.rcode).toBe(rcode);
    expect(message.opt?.options).toEqual([MADE, NSID, KEEPALIVE, ...expire, error]);
  });

  test("is FORMERR with a cookie of a length that no cookie has (RFC 7873 §5.2.2)", async () => {
    const message = await overTcp(axfr({ 10: COOKIE.subarray(4) }));
    expect(message).toMatchObject({ rcode: "FORMERR", answer: [], opt: { options: [] } });
  });
});

describe("IXFR over UDP", () => {
  test("wants a cookie back where those are required, and takes it", () => {
    const first = overUdp(ixfr({ 10: COOKIE }));
    expect(first).toMatchObject({ rcode: "BADCOOKIE", question: "alpha.test. IXFR", answer: [] });
    expect(first.opt?.options).toEqual([MADE]);
    const second = overUdp(ixfr({ 10: withCookie(first) }));
    expect(second.rcode).toBe("NOERROR");
    expect(second.answer).toEqual([expect.stringContaining(" SOA ")]);
    expect(outcome.hasCookie).toBe(true);
  });

  test("gets one back with its SOA where it is signed", () => {
    const message = overUdp(signRequest(KEY, ixfr({ 10: COOKIE, 3: new Uint8Array() }), SECONDS).octets);
    expect(message.rcode).toBe("NOERROR");
    expect(message.opt?.options).toEqual([MADE, NSID]);
  });

  test("is FORMERR with a cookie of a length that no cookie has", () => {
    expect(overUdp(ixfr({ 10: COOKIE.subarray(4) })).rcode).toBe("FORMERR");
  });
});
