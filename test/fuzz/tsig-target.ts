/**
 * Any octets as a request to a server that knows keys, and as the answer to a NOTIFY. The message's ID says over
 * what it comes and from whom, and whether the target signs it first: what stands behind a good signature would
 * never be reached by chance.
 */

import { parsePrefix } from "../../src/dns/prefix.ts";
import { groupOfOne, type ZoneGroup } from "../../src/dns/rrset.ts";
import { policyText, Secret, type TsigAlgorithm, type TsigKey } from "../../src/dns/transfer-policy.ts";
import { secretMemory } from "../../src/responder/cookie-secrets.ts";
import { udpExtras } from "../../src/responder/extras.ts";
import { tcpLimits, udpLimits } from "../../src/responder/respond.ts";
import { Journal } from "../../src/transfer/journal.ts";
import { KeyedResponder } from "../../src/transfer/keyed-responder.ts";
import { readNotifyAnswer } from "../../src/transfer/notify-message.ts";
import { TransferService } from "../../src/transfer/service.ts";
import { HEADER_LENGTH, readTsig } from "../../src/tsig/message.ts";
import { type SignedRequest, signRequest } from "../../src/tsig/sign.ts";
import { isContinuationSigned, isReplySigned } from "../../src/tsig/verify.ts";
import { compile } from "../../src/zone/compile.ts";
import type { Snapshot } from "../../src/zone/snapshot.ts";
import { expectValue, nameOf, requestOf, zoneOf } from "../conformance/harness.ts";
import { ixfrRequest, lastRecord } from "../transfer/client.ts";
import { joined, overwrite } from "./mutate.ts";
import { messageChanger, u16 } from "./mutate-message.ts";
import { checkReply } from "./reply.ts";
import { requestedLimit } from "./requested-limit.ts";
import type { Target } from "./target.ts";

/** Seconds since 1970. */
const NOW = 1_700_000_000;
const LONG_AGO = NOW - 1_000;

function keyOf(name: string, algorithm: TsigAlgorithm, octet = 7): TsigKey {
  return { name: nameOf(name), algorithm, secret: new Secret(new Uint8Array(32).fill(octet)) };
}

const KEYS = [
  keyOf("k256.key.", "hmac-sha256"),
  keyOf("k384.key.", "hmac-sha384"),
  keyOf("k512.key.", "hmac-sha512"),
] as const;
const [KEY] = KEYS;
/** Says that it is one of ours. */
const FORGED = keyOf("k256.key.", "hmac-sha256", 8);
const STRANGE = keyOf("strange.key.", "hmac-sha256");

const APEX = "@ IN SOA ns hostmaster 0 7200 900 1209600 300\n@ IN NS ns\nns IN A 192.0.2.53\n";
const MANY = Array.from({ length: 60 }, (_, n) => `many A 192.0.2.${n}\n`).join("");

function snapshotWith(records: string, serial: number): Snapshot {
  const groups: ZoneGroup[] = ["alpha.test.", "beta.test."].map((apex) =>
    groupOfOne(zoneOf(apex, `${APEX}${records}`), serial),
  );
  const policy = policyText({
    keys: KEYS,
    allow: [
      { prefix: parsePrefix("192.0.2.0/24"), key: undefined },
      { prefix: undefined, key: KEY.name },
    ],
    notify: [],
    zones: [],
  });
  return expectValue(compile(groups, { serialOf: () => serial, policyText: policy })).snapshot;
}

const SERIAL = 5;
const snapshot = snapshotWith(`${MANY}new A 192.0.2.5\n`, SERIAL);
const journal = new Journal({ versions: 2, octets: 1 << 24 });
journal.keep(snapshotWith(`${MANY}old A 192.0.2.4\n`, SERIAL - 1));

const now = () => NOW * 1000;
const cookies = { secrets: secretMemory([new Uint8Array(16)]), required: true };
const PAYLOAD_SIZE = 1232;
const LIMITS = [udpLimits(PAYLOAD_SIZE, udpExtras({ cookies })), tcpLimits(PAYLOAD_SIZE)] as const;
const RESPONDERS = LIMITS.map((limits) => new KeyedResponder(() => snapshot, { limits, now }));
const service = new TransferService({
  journal,
  snapshot: () => snapshot,
  limits: LIMITS[1],
  now,
  onRefused: () => {},
  onFinished: () => {},
  onBroken: () => {},
  onFault: () => {}, // the promise is rejected besides
});

const CLIENTS = [
  { address: "192.0.2.1", octets: [192, 0, 2, 1] },
  { address: "198.51.100.1", octets: [198, 51, 100, 1] },
].map(({ address, octets }) => ({
  address,
  client: { octets: Uint8Array.from(octets), offset: 0, length: octets.length, time: NOW },
}));

const room = new Uint8Array(0x1_0000);

/** The parts of an ID. */
const ID = { TCP: 1, STRANGER: 2, SIGNER: 7, SIGNER_SHIFT: 2, TRUNCATED: 0x20, TRANSFER: 0x40 } as const;

interface Signer {
  readonly key: TsigKey;
  readonly time: number;
}

/** By the number in the ID: who signs the input, and when. Nobody signs where there is none. */
const SIGNERS: readonly (Signer | undefined)[] = [
  undefined,
  ...KEYS.map((key) => ({ key, time: NOW })),
  { key: KEY, time: LONG_AGO },
  { key: FORGED, time: NOW },
  { key: STRANGE, time: NOW },
];

interface Request {
  readonly octets: Uint8Array;
  readonly signer: Signer | undefined;
  /** The MAC that ties replies to it, where it was signed here. */
  readonly mac: Uint8Array | undefined;
  readonly isUdp: boolean;
  readonly from: (typeof CLIENTS)[number];
}

function requestFor(input: Uint8Array): Request {
  const selector = input[1] ?? 0;
  const signer = input.length < 12 ? undefined : SIGNERS[(selector >>> ID.SIGNER_SHIFT) & ID.SIGNER];
  const from = CLIENTS[(selector & ID.STRANGER) === 0 ? 0 : 1];
  if (from === undefined) throw new Error("there is no client");
  const rest = { signer, isUdp: (selector & ID.TCP) === 0, from };
  if (signer === undefined) return { octets: input, mac: undefined, ...rest };
  const signed = signRequest(signer.key, input, signer.time);
  return {
    ...((selector & ID.TRUNCATED) === 0 ? signed : halved(signed, input.length, signer.key)),
    ...rest,
  };
}

/** Octets behind the MAC: original ID, error, length of other data. */
const TAIL = 6;

/** With half of its MAC, as RFC 8945 §5.2.2.1 allows; `start` is where the TSIG record begins. */
function halved({ octets, mac }: SignedRequest, start: number, { name }: TsigKey): SignedRequest {
  const half = mac.length >>> 1;
  const macStart = octets.length - TAIL - mac.length;
  const cut = joined(octets.subarray(0, macStart + half), octets.subarray(octets.length - TAIL));
  const rdlength = start + name.wire.length + 8;
  const rdata = cut.length - rdlength - 2;
  return {
    octets: overwrite(overwrite(cut, rdlength, u16(rdata)), macStart - 2, u16(half)),
    mac: mac.subarray(0, half),
  };
}

function execute(input: Uint8Array): void | Promise<void> {
  readAsAnswer(input);
  const request = requestFor(input);
  answer(request);
  return ((input[1] ?? 0) & ID.TRANSFER) === 0 ? undefined : transfer(request);
}

/** What comes back for a NOTIFY, and behind the first message of a transfer. */
function readAsAnswer(input: Uint8Array): void {
  const answered = readNotifyAnswer(input);
  const record = readTsig(input, 0, answered?.tsigStart || HEADER_LENGTH, input.length);
  if (record === undefined) return;
  const mac = new Uint8Array(32);
  if (isReplySigned(KEY, mac, input, record, NOW) || isContinuationSigned(KEY, mac, input, record))
    throw new Error("a signature was found without the key");
}

function answer(request: Request): void {
  const { octets, isUdp, from } = request;
  const responder = RESPONDERS[isUdp ? 0 : 1];
  const length = responder?.respond(octets, 0, octets.length, room, 0, from.client) ?? 0;
  if (length > 0) checkSigned(request, room.subarray(0, length), isUdp);
}

/** A request for a transfer, if it is one; all its messages fit into one here. */
function transfer(request: Request): Promise<void> | undefined {
  const connection = {
    peer: { address: request.from.address, port: 53_000 },
    write: (frame: Uint8Array) => {
      const message = frame.subarray(2);
      if (((frame[0] ?? 0) << 8) + (frame[1] ?? 0) !== message.length)
        throw new Error("a frame says another length");
      checkSigned(request, message, false);
      return Promise.resolve(true);
    },
  };
  return service.serve(request.octets, 0, request.octets.length, connection);
}

/** A reply is as any other, and what is signed in it is signed by the key of the request. */
function checkSigned({ octets, signer, mac }: Request, reply: Uint8Array, isUdp: boolean): void {
  checkReply(octets, reply, requestedLimit(octets, isUdp, PAYLOAD_SIZE));
  const record = readTsig(reply, 0, lastRecord(reply), reply.length);
  if (signer === undefined || mac === undefined || record === undefined || record.mac.length === 0) return;
  if (!KEYS.includes(signer.key)) throw new Error("a reply is signed for who has no key of ours");
  if (!isReplySigned(signer.key, mac, reply, record, record.timeSigned))
    throw new Error("a reply has a signature that its requestor cannot verify");
}

const ASKS = [
  "alpha.test. SOA",
  "alpha.test. AXFR",
  "many.beta.test. A",
  "nothing.alpha.test. A",
  "gamma.test. AXFR",
];
const SELECTORS = [
  0,
  1,
  2,
  0x41,
  0x43,
  ...[1, 2, 3, 4, 5, 6].flatMap((n) => [n << 2, (n << 2) | 0x41, (n << 2) | 0x43]),
  0x24,
  0x65,
];

/** Requests of every kind, signed in every way; some of them bear a signature already. */
const seeds = SELECTORS.flatMap((selector) => [
  ...ASKS.flatMap((ask) => [requestOf({ ask, id: selector }), requestOf({ ask, id: selector, edns: {} })]),
  ...[SERIAL, SERIAL - 1, 1].map((serial) =>
    overwrite(ixfrRequest("alpha.test.", serial, serial === 1 && {}), 0, u16(selector)),
  ),
]).concat(
  KEYS.map((key) => signRequest(key, requestOf({ ask: "alpha.test. SOA", id: 0 }), NOW).octets),
  requestOf({ ask: "alpha.test. SOA", flags: 0xa400 }),
  signRequest(KEY, requestOf({ ask: "alpha.test. SOA", flags: 0xa400 }), NOW).octets,
);

const names = [
  "alpha.test.",
  "many.alpha.test.",
  "beta.test.",
  "k256.key.",
  "hmac-sha256.",
  "gamma.test.",
].map((name) => nameOf(name).toBytes());

export const target: Target = { seeds, longest: 700, words: names, change: messageChanger(names), execute };
