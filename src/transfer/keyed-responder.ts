/**
 * Answers like `respond`, and knows keys besides: signed queries are verified, answered, and the answers signed;
 * who may transfer a zone and asks for its changes over UDP hears its SOA (RFC 1995 §2). Where the deployment
 * has no transfer policy, it is `respond` and nothing else.
 */

import { type Address, formatAddress } from "../dns/address.ts";
import { OPCODE, TYPE, typeName } from "../dns/codes.ts";
import { DomainName, stringOf } from "../dns/name.ts";
import { policyFromText, type TransferPolicy } from "../dns/transfer-policy.ts";
import { type Client, trusted, UNKNOWN_CLIENT } from "../responder/client.ts";
import { HEADER_LENGTH, Query } from "../responder/query.ts";
import {
  type Limits,
  MAXIMUM_MESSAGE_LENGTH,
  outcome,
  PLAIN_UDP_LENGTH,
  respond,
} from "../responder/respond.ts";
import type { Snapshot } from "../zone/snapshot.ts";
import { mayTransfer, rightsTo } from "./access.ts";
import { bareRequest, setQueryType, soaRequest } from "./request.ts";
import {
  checkSignature,
  faultOf,
  type GoodSignature,
  type Received,
  type ReplyRoom,
  writeFault,
  writeHead,
} from "./signature.ts";
import { zoneVersionAt } from "./version.ts";

/** A request that was not granted, for the log. Names are in presentation form. */
export interface Refusal {
  readonly zone: string;
  readonly type: string;
  /** The key that it is signed with, or claims to be. */
  readonly key: string | undefined;
  readonly reason: string;
  /** Address of who asked, where that is known here. */
  readonly client?: string | undefined;
}

/** Whether something that a thread has sent is a refusal. */
export function isRefusal(note: unknown): note is Refusal {
  return typeof note === "object" && note !== null && "zone" in note && "reason" in note;
}

export interface KeyedOptions {
  readonly limits: Limits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onRefused?: (refusal: Refusal) => void;
}

const policies = new WeakMap<Snapshot, TransferPolicy>();

/** The transfer policy of a snapshot, read once; undefined where it has none. */
export function policyOf(snapshot: Snapshot): TransferPolicy | undefined {
  if (!snapshot.hasPolicy) return undefined;
  const known = policies.get(snapshot) ?? policyFromText(snapshot.policyText);
  policies.set(snapshot, known);
  return known;
}

const TRUNCATED = 0x0200;

/** One serves a thread. */
export class KeyedResponder {
  readonly #options: KeyedOptions;
  readonly #inForce: () => Snapshot;
  readonly #query = new Query();
  /** Who has a key of ours needs no cookie. */
  readonly #signedLimits: Limits;

  /** Answers each request from the snapshot that is in force then, and under its policy. */
  constructor(inForce: () => Snapshot, options: KeyedOptions) {
    this.#inForce = inForce;
    this.#options = options;
    this.#signedLimits = withoutRequiredCookies(options.limits);
  }

  /** As `respond` in responder/respond.ts. */
  readonly respond = (
    request: Uint8Array,
    offset: number,
    length: number,
    reply: Uint8Array,
    replyOffset: number,
    client: Client = UNKNOWN_CLIENT,
  ): number => {
    const { limits } = this.#options;
    const snapshot = this.#inForce();
    if (snapshot.hasPolicy && length >= HEADER_LENGTH) {
      const query = this.#query;
      query.read(request, offset, length);
      if (query.isWellFormed && (query.tsigStart !== 0 || isIxfrOverUdp(query, limits))) {
        const room = { octets: reply, offset: replyOffset, limit: replyLimit(query, limits) };
        return this.#answer(snapshot, { octets: request, offset, length, query }, room, client);
      }
    }
    return respond(snapshot, request, offset, length, reply, replyOffset, limits, client);
  };

  #answer(snapshot: Snapshot, received: Received, room: ReplyRoom, client: Client): number {
    if ((received.query.flags & 0x8000) !== 0) return 0;
    if (received.query.tsigStart === 0) return this.#answerBare(snapshot, undefined, received, room, client);
    const now = secondsOf(this.#options.now());
    const signature = checkSignature(policyOf(snapshot)?.keys ?? [], received, now);
    if (signature.kind === "bad") {
      this.#refused(received.query, signature.record?.keyName, faultOf(signature), client);
      this.#answerUnread(snapshot, received, room, client);
      return writeFault(signature, received, room, now);
    }
    const length = this.#answerBare(snapshot, signature, received, room, client);
    outcome.isSigned = length > 0;
    return length === 0 ? 0 : signed(signature, received, room, length, now);
  }

  /** Answers what is left of a request without its signature. */
  #answerBare(
    snapshot: Snapshot,
    signature: GoodSignature | undefined,
    received: Received,
    { octets, offset }: ReplyRoom,
    client: Client,
  ): number {
    const limits = this.#limitsFor(signature);
    const { query } = received;
    const asksForChanges = isIxfrOverUdp(query, limits);
    const policy = policyOf(snapshot);
    const version = asksForChanges ? zoneVersionAt(snapshot, query.name) : undefined;
    const isSoaEnough =
      version !== undefined &&
      policy !== undefined &&
      mayTransfer(rightsTo(policy, version), addressOf(client), signature?.key);
    const request = isSoaEnough ? soaRequest(received, signature) : bareRequest(received, signature);
    const who = isSoaEnough ? trusted(client) : client; // the transfers' own rules hold, not those of queries
    const length = respond(snapshot, request, 0, request.length, octets, offset, limits, who);
    if (isSoaEnough) {
      setQueryType(octets, offset + query.questionEnd - received.offset, TYPE.IXFR);
      outcome.type = TYPE.IXFR;
    } else if (asksForChanges) this.#refused(query, signature?.key.name.wire, "not allowed", client);
    return length;
  }

  /** Room for the signature is kept free: additional records give way to it, before TC is set (RFC 2181 §9). */
  #limitsFor(signature: GoodSignature | undefined): Limits {
    return signature === undefined
      ? this.#options.limits
      : { ...this.#signedLimits, reserved: signature.signer.room };
  }

  /** The reply of a server that knows no key, to be written over: it leaves the outcome as the limiter wants it. */
  #answerUnread(snapshot: Snapshot, received: Received, room: ReplyRoom, client: Client): void {
    const { octets, offset, length } = received;
    respond(snapshot, octets, offset, length, room.octets, room.offset, this.#options.limits, client);
  }

  #refused(query: Query, key: string | undefined, reason: string, client: Client): void {
    const address = addressOf(client);
    const text = address && formatAddress(address.octets);
    this.#options.onRefused?.({ ...refusalOf(query, key, reason), client: text });
  }
}

function withoutRequiredCookies(limits: Limits): Limits {
  const { extras } = limits;
  return { ...limits, extras: { ...extras, cookies: extras.cookies?.optional() } };
}

/** Undefined where the address is not known. */
function addressOf({ octets, offset, length }: Client): Address | undefined {
  if (length === 0) return undefined;
  return { family: length === 4 ? 4 : 6, octets: octets.subarray(offset, offset + length) };
}

function isIxfrOverUdp(query: Query, { plain }: Limits): boolean {
  return query.type === TYPE.IXFR && query.opcode === OPCODE.QUERY && plain === PLAIN_UDP_LENGTH;
}

/** Signs a reply. One that leaves no room for that goes as question and signature with TC set (RFC 8945 §5.3). */
function signed(
  { signer }: GoodSignature,
  received: Received,
  room: ReplyRoom,
  length: number,
  now: number,
): number {
  const fits = length + signer.room <= room.limit;
  return signer.sign(room.octets, room.offset, fits ? length : writeHead(received, room, TRUNCATED), now);
}

/** RFC 6891 §6.2.3 and §6.2.5, as `respond` reckons it. */
function replyLimit(query: Query, limits: Limits): number {
  if (limits.plain > PLAIN_UDP_LENGTH) return MAXIMUM_MESSAGE_LENGTH;
  if (!query.hasOpt) return PLAIN_UDP_LENGTH;
  return Math.max(PLAIN_UDP_LENGTH, Math.min(query.payloadSize, limits.payloadSize));
}

/** What to log of a request that is not granted; `key` is in wire form. */
export function refusalOf(query: Query, key: string | undefined, reason: string): Refusal {
  const { name, type } = query;
  const zone = DomainName.fromCheckedWire(stringOf(name.octets, 0, name.length + 1));
  return {
    zone: zone.toString(),
    type: typeName(type),
    key: key === undefined ? undefined : DomainName.fromCheckedWire(key).toString(),
    reason,
  };
}

/** Seconds since 1970. */
export function secondsOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
