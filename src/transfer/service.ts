/**
 * Answers requests for transfers over a stream: one after the other on a connection, which may carry several
 * (RFC 5936 §4.1, RFC 9103 §7.3), each from one snapshot from its first message to its last.
 *
 * Only one message of a transfer waits to be sent at a time, so whoever reads slowly costs one buffer, and the
 * event loop turns between two messages, so answers to others go on.
 */

import { type Address, parseAddress } from "../dns/address.ts";
import { EDE, EDNS_OPTION, RCODE, TYPE } from "../dns/codes.ts";
import { DomainName, stringOf } from "../dns/name.ts";
import { copyOf, octetAt, uint16At } from "../dns/octets.ts";
import { trusted } from "../responder/client.ts";
import { HEADER_LENGTH, Query } from "../responder/query.ts";
import { type Limits, outcome, respond } from "../responder/respond.ts";
import type { Snapshot } from "../zone/snapshot.ts";
import { mayTransfer, rightsTo } from "./access.ts";
import { type Answer, answerIxfr, wholeZone } from "./content.ts";
import type { Journal } from "./journal.ts";
import { policyOf, type Refusal, refusalOf, secondsOf } from "./keyed-responder.ts";
import { asksForTransfer, clientSerial, soaRequest } from "./request.ts";
import {
  checkSignature,
  faultOf,
  type GoodSignature,
  type Received,
  type ReplyRoom,
  writeFault,
  writeHead,
} from "./signature.ts";
import { FRAME_LENGTH, LONGEST_MESSAGE, type StreamTally, writeStream } from "./stream.ts";
import { type ZoneVersion, zoneVersionAt } from "./version.ts";

/** The connection that a request came on. */
export interface TransferConnection {
  readonly peer: { readonly address: string; readonly port: number };
  /** Resolves when the octets have left and may be changed; false where the connection has ended. */
  write(octets: Uint8Array): Promise<boolean>;
}

/** A transfer that came to its end. */
export interface Finished extends StreamTally {
  readonly zone: string;
  readonly serial: number;
  readonly style: Answer["style"];
  readonly key: string | undefined;
  readonly milliseconds: number;
}

export type PeerAddress = TransferConnection["peer"];

export interface TransferOptions {
  readonly journal: Journal;
  /** The snapshot in force. */
  readonly snapshot: () => Snapshot;
  /** What goes with answers over TCP. */
  readonly limits: Limits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onRefused: (peer: PeerAddress, refusal: Refusal) => void;
  readonly onFinished: (peer: PeerAddress, finished: Finished) => void;
  /** Told of a transfer whose connection ended before it did. */
  readonly onBroken: (peer: PeerAddress, finished: Finished) => void;
  /** Told of what can only be a bug; the connection is closed. */
  readonly onFault: (error: unknown) => void;
}

const AUTHORITATIVE = 0x0400;

/** Of a refusal that its RCODE explains. */
const NO_ERROR = -1;

/** What EDNS options are not answered with: one of them is none. */
const MALFORMED = Symbol("malformed options");

/** A request, as far as it was looked at. */
interface Request {
  readonly received: Received;
  readonly signature: GoodSignature | undefined;
  readonly opt: Uint8Array | undefined | typeof MALFORMED;
  readonly connection: TransferConnection;
}

/** A request that is granted. */
interface Granted extends Request {
  readonly opt: Uint8Array | undefined;
  readonly answer: Answer;
  readonly version: ZoneVersion;
}

export class TransferService {
  readonly #options: TransferOptions;
  readonly #query = new Query();

  constructor(options: TransferOptions) {
    this.#options = options;
  }

  /** QTYPE of the request that was taken last: AXFR or IXFR. */
  get lastType(): number {
    return this.#query.type;
  }

  /**
   * Takes a request for a transfer and resolves when it is answered; undefined where the message is none. The
   * octets are looked at during the call only.
   */
  readonly serve = (
    octets: Uint8Array,
    offset: number,
    length: number,
    connection: TransferConnection,
  ): Promise<void> | undefined => {
    if (!mayAskForTransfer(octets, offset, offset + length)) return undefined;
    const query = this.#query;
    query.read(octets, offset, length);
    const received = { octets, offset, length, query };
    if (!asksForTransfer(received)) return undefined;
    return this.#serve(received, connection).catch((error: unknown) => {
      this.#options.onFault(error);
      throw error; // nothing behind half a transfer can be understood: the connection has to go
    });
  };

  async #serve(received: Received, connection: TransferConnection): Promise<void> {
    const { query } = received;
    const { snapshot, now, onRefused } = this.#options;
    const inForce = snapshot();
    const policy = policyOf(inForce);
    let signature: GoodSignature | undefined;
    if (query.tsigStart !== 0) {
      const checked = checkSignature(policy?.keys ?? [], received, secondsOf(now()));
      if (checked.kind === "bad") {
        onRefused(connection.peer, refusalOf(query, checked.record?.keyName, faultOf(checked)));
        const room = replyRoom();
        return send(connection, room, writeFault(checked, received, room, secondsOf(now())));
      }
      signature = checked;
    }
    const address = parseAddress(connection.peer.address.replace(/^::ffff:(?=\d+\.)|%.*$/g, ""));
    const opt = this.#optFor(inForce, received, signature, address);
    const refuse = (rcode: number, extendedError: number, reason: string) =>
      this.#refuse({ received, signature, opt, connection }, rcode, extendedError, reason);
    if (opt === MALFORMED) return refuse(RCODE.FORMERR, NO_ERROR, "a cookie of a length that no cookie has");
    const version = zoneVersionAt(inForce, query.name);
    if (version === undefined) return refuse(RCODE.NOTAUTH, EDE.NOT_AUTHORITATIVE, "no such zone"); // RFC 5936 §2.2.1
    const rights = policy && rightsTo(policy, version);
    if (rights === undefined || address === undefined || !mayTransfer(rights, address, signature?.key))
      return refuse(RCODE.REFUSED, EDE.PROHIBITED, "not allowed");
    const answer = this.#answerOf(version, received);
    if (answer === undefined) return refuse(RCODE.FORMERR, NO_ERROR, "no SOA of the zone in it");
    return this.#stream({ answer, version, received, signature, opt, connection });
  }

  /**
   * The OPT record that goes with the answer to a request: that of an answer to a query for the SOA, so options
   * mean what they mean there.
   */
  #optFor(
    snapshot: Snapshot,
    received: Received,
    signature: GoodSignature | undefined,
    address: Address | undefined,
  ): Uint8Array | undefined | typeof MALFORMED {
    if (!received.query.hasOpt) return undefined;
    const { limits, now } = this.#options;
    const octets = address?.octets ?? new Uint8Array();
    const client = trusted({ octets, offset: 0, length: octets.length, time: now() / 1000 });
    const request = soaRequest(received, signature);
    const reply = new Uint8Array(LONGEST_MESSAGE);
    const length = respond(snapshot, request, 0, request.length, reply, 0, limits, client);
    if ((octetAt(reply, 3) & 15) === RCODE.FORMERR) return MALFORMED;
    return withoutExtendedError(reply.slice(length - outcome.optLength, length));
  }

  /** Undefined where an IXFR does not say what its sender has. */
  #answerOf(version: ZoneVersion, received: Received): Answer | undefined {
    if (received.query.type === TYPE.AXFR) return { style: "AXFR", content: wholeZone(version) };
    const serial = clientSerial(received);
    return serial === undefined
      ? undefined
      : answerIxfr(version, received.query.name, serial, this.#options.journal);
  }

  #refuse(
    { received, signature, opt, connection }: Request,
    rcode: number,
    extendedError: number,
    reason: string,
  ): Promise<void> {
    const { onRefused, now, limits } = this.#options;
    onRefused(connection.peer, refusalOf(received.query, signature?.key.name.wire, reason));
    const room = replyRoom();
    let length = writeHead(received, room, rcode);
    const record = opt === MALFORMED ? plainOpt(limits.payloadSize, received.query.dnssecOk) : opt;
    if (record !== undefined) length = addOpt(room, length, withExtendedError(record, extendedError));
    length = signature?.signer.sign(room.octets, room.offset, length, secondsOf(now())) ?? length;
    return send(connection, room, length);
  }

  async #stream({ answer, version, received, signature, opt, connection }: Granted): Promise<void> {
    const { octets, offset, query } = received;
    const { now, onFinished, onBroken } = this.#options;
    const start = now();
    const { name } = query;
    const zone = DomainName.fromCheckedWire(stringOf(name.octets, 0, name.length + 1)).toString();
    const key = signature?.key.name.toString();
    const tally: StreamTally = { messages: 0, octets: 0, records: 0 };
    const head = {
      id: uint16At(octets, offset),
      flags: 0x8000 | AUTHORITATIVE | (query.flags & 0x0110), // QR, AA; RD and CD as they came
      question: copyOf(octets, offset + HEADER_LENGTH, query.questionEnd),
      opt,
      signer: signature?.signer,
      now: () => secondsOf(now()),
    };
    const buffer = new Uint8Array(FRAME_LENGTH + LONGEST_MESSAGE);
    let isWhole = true;
    for (const length of writeStream(answer.content, head, buffer, tally)) {
      if (length > 0) isWhole = await connection.write(buffer.subarray(0, length));
      if (!isWhole) break;
      await turnOfEventLoop();
    }
    const { style } = answer; // known now
    const finished = { zone, serial: version.serial, style, key, ...tally, milliseconds: now() - start };
    if (isWhole) onFinished(connection.peer, finished);
    else onBroken(connection.peer, finished);
  }
}

/** Whether a message is a query of one of the two types, as far as a glance tells: most are not. */
function mayAskForTransfer(octets: Uint8Array, offset: number, end: number): boolean {
  if (((octets[offset + 2] ?? 0) & 0x80) !== 0) return false;
  let at = offset + HEADER_LENGTH;
  while (at < end && (octets[at] ?? 0) > 0) at += 1 + (octets[at] ?? 0);
  return octets[at + 1] === 0 && ((octets[at + 2] ?? 0) === TYPE.AXFR || octets[at + 2] === TYPE.IXFR);
}

/** Room for a reply of one short message behind its length. */
function replyRoom() {
  return { octets: new Uint8Array(FRAME_LENGTH + SHORT_REPLY), offset: FRAME_LENGTH, limit: SHORT_REPLY };
}

/** Octets of the longest reply without records: header, question, OPT, TSIG with two names of 255 octets. */
const SHORT_REPLY = 1_024;

/** Octets of an OPT record without options, and of an option's code and length. */
const OPT_LENGTH = 11;
const OPTION_FIXED_LENGTH = 4;

/** Our OPT record without options. */
function plainOpt(payloadSize: number, dnssecOk: boolean): Uint8Array {
  const flags = dnssecOk ? 0x80 : 0;
  return Uint8Array.of(0, 0, TYPE.OPT, payloadSize >>> 8, payloadSize, 0, 0, flags, 0, 0, 0);
}

/** Adds the OPT record to a reply without other records. */
function addOpt({ octets, offset }: ReplyRoom, length: number, record: Uint8Array): number {
  octets.set(record, offset + length);
  octets[offset + 11] = 1;
  return length + record.length;
}

/** Our OPT record with an extended error, where that is not `NO_ERROR`. */
function withExtendedError(record: Uint8Array, extendedError: number): Uint8Array {
  if (extendedError === NO_ERROR) return record;
  return withOptions(record, [...record.subarray(OPT_LENGTH), 0, EDNS_OPTION.EDE, 0, 2, 0, extendedError]);
}

/** A transfer that is granted needs no explanation; one that is not gets its own. */
function withoutExtendedError(record: Uint8Array): Uint8Array {
  const options: number[] = [];
  for (let at = OPT_LENGTH; at < record.length; ) {
    const end = at + OPTION_FIXED_LENGTH + uint16At(record, at + 2);
    if (uint16At(record, at) !== EDNS_OPTION.EDE) options.push(...record.subarray(at, end));
    at = end;
  }
  return withOptions(record, options);
}

/** Their codes and lengths are in the octets; RCODEs are for the header here. */
function withOptions(record: Uint8Array, options: readonly number[]): Uint8Array {
  const fixed = record.subarray(0, OPT_LENGTH - 2);
  const all = Uint8Array.of(...fixed, options.length >>> 8, options.length, ...options);
  all[5] = 0;
  return all;
}

async function send(connection: TransferConnection, { octets }: ReplyRoom, length: number): Promise<void> {
  octets[0] = length >>> 8;
  octets[1] = length;
  await connection.write(octets.subarray(0, FRAME_LENGTH + length));
}

function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
