/**
 * Any octets as a request to `respond`. The message's ID, which is echoed and means nothing else, says over what
 * it comes, from whom, and which zones are asked, so that an input is a message and nothing but that.
 */

import type { Client } from "../../src/responder/client.ts";
import { secretMemory } from "../../src/responder/cookie-secrets.ts";
import { tcpExtras, udpExtras } from "../../src/responder/extras.ts";
import { RateLimiter, WITHHELD } from "../../src/responder/rate-limiter.ts";
import { type Limits, PLAIN_UDP_LENGTH, respond, tcpLimits, udpLimits } from "../../src/responder/respond.ts";
import type { Snapshot } from "../../src/zone/snapshot.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { type Edns, nameOf, requestOf, snapshotOf } from "../conformance/harness.ts";
import { messageChanger } from "./mutate-message.ts";
import { checkReply } from "./reply.ts";
import { requestedLimit } from "./requested-limit.ts";
import type { Target } from "./target.ts";
import { GROUPS, QUESTIONS, ROOT_GROUPS } from "./zones.ts";

const SNAPSHOTS: readonly Snapshot[] = [snapshotOf(GROUPS), snapshotOf(ROOT_GROUPS)];

const SECRETS = secretMemory([new Uint8Array(16), new Uint8Array(16).fill(1)]);
const OPEN = { cookies: { secrets: SECRETS, required: false }, name: "edge", chaos: true, version: "1" };
const STRICT = { ...OPEN, cookies: { secrets: SECRETS, required: true } };
const IDLE_TIMEOUT = 10_000;

const LIMITS: readonly Limits[] = [
  udpLimits(1232),
  udpLimits(512),
  udpLimits(4096, udpExtras(OPEN)),
  udpLimits(1232, udpExtras(OPEN)),
  udpLimits(1232, udpExtras(STRICT)),
  tcpLimits(1232),
  tcpLimits(1232, tcpExtras(OPEN, IDLE_TIMEOUT)),
  tcpLimits(4096, tcpExtras(STRICT, IDLE_TIMEOUT)),
];

const TIME = 1_700_000_000;
const CLIENTS = [
  [],
  [192, 0, 2, 1],
  [192, 0, 2, 66],
  [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
].map((octets) => ({ octets: Uint8Array.from(octets), offset: 0, length: octets.length, time: TIME }));

/** The parts of an ID. */
const ID = { LIMITS: 7, CLIENT: 3, CLIENT_SHIFT: 3, ROOT: 0x20 } as const;

const POISON = 0xee;
/** Octets around a request and its reply: read or written, they would be seen. */
const MARGINS = [16, 40] as const;

const around = new Uint8Array(0xffff + 2 * MARGINS[1]);
const replyRoom = new Uint8Array(0xffff + 2 * MARGINS[1]).fill(POISON);
const limiter = new RateLimiter(
  { responsesPerSecond: 1, slip: 1, ipv4PrefixLength: 24, ipv6PrefixLength: 56, exempt: [] },
  0x5eed,
  { limited: () => {}, slipped: () => {} },
);
let second = 0;

function execute(input: Uint8Array): void {
  const exchange = exchangeFor(input);
  const first = answer(exchange, MARGINS[0]).slice();
  const reply = answer(exchange, MARGINS[1]);
  if (Buffer.compare(first, reply) !== 0) throw new Error("the same request has two replies");
  if (reply.length === 0) {
    checkSilence(input);
    return;
  }
  const isUdp = exchange.limits.plain === PLAIN_UDP_LENGTH;
  const limit = requestedLimit(input, isUdp, exchange.limits.payloadSize);
  checkReply(input, reply, limit);
  if (isUdp) checkLimited(input, reply.length, exchange.client);
}

interface Exchange {
  readonly input: Uint8Array;
  readonly limits: Limits;
  readonly client: Client;
  readonly snapshot: Snapshot;
}

function exchangeFor(input: Uint8Array): Exchange {
  const selector = input[1] ?? 0;
  const limits = LIMITS[selector & ID.LIMITS];
  const client = CLIENTS[(selector >>> ID.CLIENT_SHIFT) & ID.CLIENT];
  const snapshot = SNAPSHOTS[(selector & ID.ROOT) === 0 ? 0 : 1];
  if (limits === undefined || client === undefined || snapshot === undefined)
    throw new Error(`${selector} stands for no exchange`);
  return { input, limits, client, snapshot };
}

/** The reply, where it lies. What stands around the request, and where it lies, must not matter. */
function answer({ input, limits, client, snapshot }: Exchange, margin: number): Uint8Array {
  around.fill(margin, 0, input.length + 2 * margin);
  around.set(input, margin);
  const end = margin + (limits.plain === PLAIN_UDP_LENGTH ? limits.payloadSize : limits.plain);
  replyRoom.fill(POISON, 0, margin);
  replyRoom.fill(POISON, end, end + MARGINS[0]);
  const length = respond(snapshot, around, margin, input.length, replyRoom, margin, limits, client);
  for (let at = 0; at < MARGINS[0]; at++)
    if (replyRoom[at] !== POISON || replyRoom[end + at] !== POISON)
      throw new Error("octets outside of the room for the reply were written");
  return replyRoom.subarray(margin, margin + length);
}

/** RFC 8906: silence is for what is no query. */
function checkSilence(input: Uint8Array): void {
  if (input.length >= 12 && ((input[2] ?? 0) & 0x80) === 0) throw new Error("there is no reply to a query");
}

/** Of two replies of a kind in a second, the other goes out truncated or not at all. */
function checkLimited(input: Uint8Array, length: number, client: Client): void {
  const [, margin] = MARGINS;
  const inItsSecond = { ...client, time: ++second }; // what was counted for other inputs does not matter
  limiter.limit(replyRoom, margin, length, inItsSecond);
  const sent = limiter.limit(replyRoom, margin, length, inItsSecond);
  if (sent === WITHHELD) return;
  if (sent > length) throw new Error(`the limited reply has ${sent} octets, more than ${length}`);
  const { flags } = checkReply(input, replyRoom.subarray(margin, margin + sent), length);
  if (sent < length && !flags.includes("TC"))
    throw new Error("the limited reply does not say that it is cut");
}

/** Requests of every kind, as they should be. */
const seeds = [
  ...QUESTIONS.flatMap((ask) => [
    requestOf({ ask, id: 0 }),
    requestOf({ ask, id: 0x0c, edns: {} }),
    requestOf({ ask, id: 0x0d }),
  ]),
  requestOf({ ask: ". NS", id: 0x20 }),
  requestOf({ ask: "x.test. A", id: 0x28, edns: {} }),
  requestOf({ ask: "version.bind. TXT", class: 3, id: 3 }),
  requestOf({ ask: "id.server. TXT", class: 3, id: 6, edns: {} }),
  requestOf({ id: 4, edns: { options: { 10: new Uint8Array(8) } } }),
  ...[0x0b, 0x0c, 0x0e, 0x1c].flatMap((id) => [
    withOptions(id, { 10: new Uint8Array(8).fill(id) }),
    withOptions(id, { 3: new Uint8Array(), 11: new Uint8Array(), 10: serverCookie(id) }),
  ]),
  withOptions(0, { 65001: new Uint8Array(3) }),
  requestOf({ ask: "everything.test. SOA", edns: { version: 1 } }),
  requestOf({ ask: "everything.test. AXFR" }),
  requestOf({ ask: "everything.test. SOA", flags: 0x2000 }),
];

function withOptions(id: number, options: NonNullable<Edns["options"]>): Uint8Array {
  return requestOf({ ask: "www.everything.test. A", id, edns: { options } });
}

/** The cookie that a client gets which has none. */
function serverCookie(id: number): Uint8Array {
  const input = withOptions(id, { 10: new Uint8Array(8).fill(id) });
  const option = decodeMessage(answer(exchangeFor(input), MARGINS[0])).opt?.options.find((text) =>
    text.startsWith("10:"),
  );
  if (option === undefined) throw new Error("a client that has no cookie is given none");
  return Uint8Array.from(Buffer.from(option.slice(3), "hex"));
}

const names = [...QUESTIONS.map((ask) => ask.split(" ")[0] ?? "."), "version.bind.", "id.server."];

export const target: Target = {
  seeds,
  longest: 700,
  words: [...new Set(names)].map((name) => nameOf(name).toBytes()),
  change: messageChanger(names.map((name) => nameOf(name).toBytes())),
  execute,
};
