/** What goes with answers in the OPT record: cookies, NSID, extended errors, keepalive; and class CH. */

import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/dns/address.ts";
import type { Client } from "../../src/responder/client.ts";
import { secretMemory } from "../../src/responder/cookie-secrets.ts";
import { type ExtrasOptions, tcpExtras, udpExtras } from "../../src/responder/extras.ts";
import { outcome, tcpLimits, udpLimits } from "../../src/responder/respond.ts";
import { snapshot } from "./contoso.ts";
import { decodeMessage, type Message } from "./decoder.ts";
import { exchange, type Request, requestOf } from "./harness.ts";

/** The client, secret, time and cookies of RFC 9018 appendix A.1. */
const OCTETS = parseAddress("198.51.100.100")?.octets ?? new Uint8Array();
const CLIENT: Client = { octets: OCTETS, offset: 0, length: 4, time: 1_559_731_985 };
const SECRET = hex("e5e973e5a6b2a43f48e7dc849e37bfcf");
const CLIENT_COOKIE = "2464c4abcf10c957";
const COOKIE = `${CLIENT_COOKIE}010000005cf79f111f8130c3eee29480`;
const COOKIES = { secrets: secretMemory([SECRET]), required: false };

const ASK = "xmpp.contoso.com. A";

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

/** A request with options in hex. */
function withOptions(options: Readonly<Record<number, string>>, rest: Request = { ask: ASK }): Request {
  const data = Object.fromEntries(Object.entries(options).map(([code, text]) => [code, hex(text)]));
  return { ...rest, edns: { options: data } };
}

function reply(request: Request | Uint8Array, extras: ExtrasOptions, transport = "UDP"): Message {
  const limits =
    transport === "UDP" ? udpLimits(1232, udpExtras(extras)) : tcpLimits(1232, tcpExtras(extras, 10_000));
  const octets = request instanceof Uint8Array ? request : requestOf(request);
  return decodeMessage(exchange(snapshot, octets, limits, CLIENT));
}

/** `RCODE` and the options. */
function gist({ rcode, opt }: Message): string {
  return [rcode, ...(opt?.options ?? [])].join(" ");
}

describe("respond() and EXPIRE (RFC 7314)", () => {
  const EXPIRE = "9:00127500"; // 1,209,600 seconds
  const cases: { why: string; ask: string; options?: Record<number, string>; wanted: string }[] = [
    { why: "the SOA of a zone", ask: "contoso.com. SOA", wanted: `NOERROR ${EXPIRE}` },
    {
      why: "whatever is in it",
      ask: "contoso.com. SOA",
      options: { 9: "00000001" },
      wanted: `NOERROR ${EXPIRE}`,
    },
    { why: "not asked for", ask: "contoso.com. SOA", options: {}, wanted: "NOERROR" },
    { why: "another type", ask: "contoso.com. NS", wanted: "NOERROR" },
    { why: "no apex", ask: "xmpp.contoso.com. SOA", wanted: "NOERROR" },
    { why: "no such name", ask: "nothing.contoso.com. SOA", wanted: "NXDOMAIN" },
    { why: "no zone of ours", ask: "example.org. SOA", wanted: "REFUSED 15:0014" },
    { why: "a transfer is none over UDP", ask: "contoso.com. AXFR", wanted: "NOTIMP 15:0015" },
    {
      why: "beside a cookie",
      ask: "contoso.com. SOA",
      options: { 9: "", 10: CLIENT_COOKIE },
      wanted: `NOERROR 10:${COOKIE} ${EXPIRE}`,
    },
    {
      why: "not with BADCOOKIE, whatever was answered before",
      ask: "contoso.com. SOA",
      options: { 9: "", 10: `${COOKIE.slice(0, -2)}00` },
      wanted: `BADCOOKIE 10:${COOKIE}`,
    },
  ];
  test.each(cases)("$why", ({ ask, options = { 9: "" }, wanted }) => {
    const required = wanted.startsWith("BADCOOKIE");
    expect(gist(reply(withOptions({ 9: "" }, { ask: "contoso.com. SOA" }), {}))).toBe(`NOERROR ${EXPIRE}`);
    expect(gist(reply(withOptions(options, { ask }), { cookies: { ...COOKIES, required } }))).toBe(wanted);
  });
});

describe("respond() and cookies (RFC 7873 §5.2)", () => {
  test.each([
    ["none: none", {}, "NOERROR"],
    ["a client cookie: ours with it", { 10: CLIENT_COOKIE }, `NOERROR 10:${COOKIE}`],
    ["ours: it comes back", { 10: COOKIE }, `NOERROR 10:${COOKIE}`],
    ["a forged one counts as none", { 10: `${COOKIE.slice(0, -2)}00` }, `NOERROR 10:${COOKIE}`],
    ["one of another maker", { 10: `${CLIENT_COOKIE}${"ab".repeat(32)}` }, `NOERROR 10:${COOKIE}`],
    ["7 octets", { 10: CLIENT_COOKIE.slice(2) }, "FORMERR"],
    ["9 octets", { 10: `${CLIENT_COOKIE}00` }, "FORMERR"],
    ["41 octets", { 10: `${CLIENT_COOKIE}${"00".repeat(33)}` }, "FORMERR"],
    ["none at all", { 10: "" }, "FORMERR"],
  ])("%s", (_, options, wanted) => {
    expect(gist(reply(withOptions(options), { cookies: COOKIES }))).toBe(wanted);
  });

  test("the first of two counts", () => {
    const two = Uint8Array.from([
      ...requestOf({ ask: ASK }).subarray(0, 11),
      1,
      ...requestOf({ ask: ASK }).subarray(12),
      ...[0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 24, 0, 10, 0, 8, ...hex(CLIENT_COOKIE), 0, 10, 0, 8, 1, 2, 3],
      ...[4, 5, 6, 7, 8],
    ]);
    expect(gist(reply(two, { cookies: COOKIES }))).toBe(`NOERROR 10:${COOKIE}`);
  });

  test("switched off: whatever is sent is ignored", () => {
    expect(gist(reply(withOptions({ 10: COOKIE }), {}))).toBe("NOERROR");
    expect(gist(reply(withOptions({ 10: "00" }), {}))).toBe("NOERROR");
  });

  test("goes with errors too", () => {
    const elsewhere = withOptions({ 10: CLIENT_COOKIE }, { ask: "example.org. A" });
    expect(gist(reply(elsewhere, { cookies: COOKIES }))).toBe(`REFUSED 10:${COOKIE} 15:0014`);
  });

  test.each([
    ["UDP", { 10: CLIENT_COOKIE }, `BADCOOKIE 10:${COOKIE}`],
    ["UDP", { 10: `${COOKIE.slice(0, -2)}00` }, `BADCOOKIE 10:${COOKIE}`],
    ["UDP", { 10: COOKIE }, `NOERROR 10:${COOKIE}`],
    ["UDP", {}, "NOERROR"],
    ["TCP", { 10: CLIENT_COOKIE }, `NOERROR 10:${COOKIE}`],
  ])("required, over %s", (transport, options, wanted) => {
    const required = { cookies: { ...COOKIES, required: true } };
    expect(gist(reply(withOptions(options), required, transport))).toBe(wanted);
  });

  test("BADCOOKIE holds no records", () => {
    const required = { cookies: { ...COOKIES, required: true } };
    const { answer, authority, question, flags } = reply(withOptions({ 10: CLIENT_COOKIE }), required);
    expect({ answer, authority, question, flags }).toEqual({
      answer: [],
      authority: [],
      question: ASK,
      flags: "QR RD",
    });
  });

  test.each([
    ["a client cookie", { 10: CLIENT_COOKIE }, `NOERROR 10:${COOKIE}`],
    ["a valid cookie", { 10: COOKIE }, `NOERROR 10:${COOKIE}`],
    ["one that is not", { 10: `${COOKIE.slice(0, -2)}00` }, `BADCOOKIE 10:${COOKIE}`],
    ["a malformed one", { 10: "0102" }, "FORMERR"],
    ["none", {}, "FORMERR"],
  ])("asked for the cookie alone, with %s (§5.4)", (_, options, wanted) => {
    const message = reply(withOptions(options, {}), { cookies: COOKIES });
    expect(gist(message)).toBe(wanted);
    expect(message).toMatchObject({ question: undefined, answer: [], flags: "QR RD" });
  });

  test("switched off, no question is FORMERR (RFC 9619)", () => {
    expect(gist(reply(withOptions({ 10: CLIENT_COOKIE }, {}), {}))).toBe("FORMERR");
  });

  test("tells whoever limits replies about a valid cookie, of this request alone", () => {
    reply(withOptions({ 10: COOKIE }), { cookies: COOKIES });
    expect(outcome.hasCookie).toBe(true);
    reply({ ask: ASK }, { cookies: COOKIES });
    expect(outcome.hasCookie).toBe(false);
  });
});

describe("respond() and NSID (RFC 5001)", () => {
  const named = { name: "edge-dns-1" };
  const nsid = `3:${Buffer.from("edge-dns-1").toString("hex")}`;

  test("tells the name to whoever asks", () => {
    expect(gist(reply(withOptions({ 3: "" }), named))).toBe(`NOERROR ${nsid}`);
  });
  test("to nobody else", () => expect(gist(reply(withOptions({}), named))).toBe("NOERROR"));
  test("has nothing to tell without a name", () =>
    expect(gist(reply(withOptions({ 3: "" }), {}))).toBe("NOERROR"));
  test("tells it with an error, and beside a cookie", () => {
    const request = withOptions({ 3: "", 10: CLIENT_COOKIE }, { ask: "example.org. A" });
    expect(gist(reply(request, { ...named, cookies: COOKIES }))).toBe(`REFUSED 10:${COOKIE} ${nsid} 15:0014`);
  });
});

describe("respond() explains errors to those who speak EDNS (RFC 8914)", () => {
  test.each([
    ["20 Not Authoritative", { ask: "example.org. A" }, "REFUSED 15:0014"],
    ["18 Prohibited", { ask: "contoso.com. IXFR" }, "REFUSED 15:0012"],
    ["21 Not Supported: AXFR over UDP", { ask: "contoso.com. AXFR" }, "NOTIMP 15:0015"],
    ["21 Not Supported: opcode", { ask: ASK, flags: 0x1000 }, "NOTIMP 15:0015"],
    ["21 Not Supported: class", { ask: ASK, class: 4 }, "REFUSED 15:0015"],
    ["nothing where all is well", { ask: ASK }, "NOERROR"],
    ["nothing where the RCODE says it", { ask: "nothing.contoso.com. A" }, "NXDOMAIN"],
  ])("%s", (_, request, wanted) => {
    expect(gist(reply(withOptions({}, request), {}))).toBe(wanted);
  });

  test("to nobody else", () => expect(gist(reply({ ask: "example.org. A" }, {}))).toBe("REFUSED"));
});

describe("respond() and edns-tcp-keepalive (RFC 7828)", () => {
  test("says over TCP how long a connection may be idle, in tenths of a second", () => {
    expect(gist(reply(withOptions({ 11: "" }), {}, "TCP"))).toBe("NOERROR 11:0064");
  });
  test("to those who ask", () => expect(gist(reply(withOptions({}), {}, "TCP"))).toBe("NOERROR"));
  test("not over UDP", () => expect(gist(reply(withOptions({ 11: "" }), {}, "UDP"))).toBe("NOERROR"));
});

describe("respond() leaves options alone that it does not serve", () => {
  test.each([
    ["client subnet", 8],
    ["EXPIRE", 9],
    ["padding", 12],
    ["an unknown one", 65_001],
  ])("%s", (_, code) => {
    expect(gist(reply(withOptions({ [code]: "00010203" }), { cookies: COOKIES, name: "x" }))).toBe("NOERROR");
  });
});

describe("respond() and class CH (RFC 4892)", () => {
  const told = { name: "edge-dns-1", version: "of today", chaos: true };
  const ask = (question: string, extras: ExtrasOptions) => reply({ ask: question, class: 3 }, extras);

  test.each([
    ["id.server.", '"edge-dns-1"'],
    ["hostname.bind.", '"edge-dns-1"'],
    ["HOSTNAME.BIND.", '"edge-dns-1"'],
    ["version.server.", '"of today"'],
    ["version.bind.", '"of today"'],
  ])("tells %s", (name, text) => {
    const message = ask(`${name} TXT`, told);
    expect(message).toMatchObject({
      rcode: "NOERROR",
      flags: "QR RD",
      answer: [`${name} 0 TXT ${text}`],
    });
    expect([...message.octets.subarray(-text.length - 7, -text.length - 5)]).toEqual([0, 3]);
  });

  test.each([
    ["switched off", "id.server. TXT", { ...told, chaos: false }],
    ["another name", "authors.bind. TXT", told],
    ["a name below", "x.id.server. TXT", told],
    ["another type", "id.server. A", told],
    ["no name to tell", "id.server. TXT", { version: "1", chaos: true }],
    ["no version to tell", "version.bind. TXT", { name: "x", chaos: true }],
    ["a zone of ours", "contoso.com. SOA", told],
  ])("REFUSED: %s", (_, question, extras) => expect(ask(question, extras).rcode).toBe("REFUSED"));

  test("class IN knows none of these names", () => {
    expect(reply({ ask: "id.server. TXT" }, told).rcode).toBe("REFUSED");
  });
});

describe("respond() leaves an option out that has no room", () => {
  const refused = { ask: "example.org. A" };
  const at512 = (name: string) => {
    const request = withOptions({ 3: "" }, refused);
    return reply({ ...request, edns: { ...request.edns, payloadSize: 512 } }, { name });
  };
  test.each([
    ["both fit", 512 - 12 - 17 - 11 - 4 - 6, "REFUSED 3 15"],
    ["the explanation does not", 512 - 12 - 17 - 11 - 4 - 5, "REFUSED 3"],
    ["the name just fits", 512 - 12 - 17 - 11 - 4, "REFUSED 3"],
    ["the name does not", 512 - 12 - 17 - 11 - 4 + 1, "REFUSED 15"],
  ])("%s: a name of %i octets, longer than the settings allow", (_, length, wanted) => {
    const message = at512("x".repeat(length));
    expect(
      [message.rcode, ...(message.opt?.options ?? []).map((option) => option.split(":")[0])].join(" "),
    ).toBe(wanted);
    expect(message.length).toBeLessThanOrEqual(512);
  });
});

describe("respond() keeps room for what goes with an answer", () => {
  test("options count before records do", () => {
    const name = "x".repeat(64);
    const request = withOptions({ 3: "", 10: CLIENT_COOKIE }, { ask: "_xmpp-server._tcp.contoso.com. SRV" });
    const octets = requestOf({ ...request, edns: { ...request.edns, payloadSize: 512 } });
    const message = reply(octets, { name, cookies: COOKIES });
    expect(message.opt?.options.length).toBe(2);
    expect(message.length).toBeLessThanOrEqual(512);
    expect(message.answer.length).toBe(1);
  });
});
