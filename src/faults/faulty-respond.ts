/** A responder that does wrong what faults tell it to; all else it leaves to the good one. */

import { type DomainName, nameFromWire } from "../dns/name.ts";
import { uint16At } from "../dns/octets.ts";
import { isInPrefix, type Prefix } from "../dns/prefix.ts";
import type { Client, Exchange, Hold, RespondFunction } from "../transport/endpoint.ts";
import { isOwnQuery } from "../transport/own-queries.ts";
import { alter } from "./alter.ts";
import { type ActiveFault, type LabFault, TALLY, type Target } from "./lab-fault.ts";

/** Octets that a reply has room for wherever it is written. */
const CERTAIN_ROOM = 512;

const HEADER_LENGTH = 12;

/** What is asked, and by whom. */
interface Asked {
  readonly name: DomainName;
  readonly type: number;
  readonly client: Client;
  readonly exchange: Exchange;
}

/** A fault that strikes a query, and how many it struck before. */
interface Strike {
  readonly fault: LabFault;
  readonly tally: ActiveFault["tally"];
  readonly turn: number;
}

/** What a faulty responder has to know of where it works. */
export interface FaultSurroundings {
  /** What our own queries end in: they are answered as they should be. */
  readonly mark: Uint8Array;
  /** Told once for each fault when answers that it delays begin to be dropped, for too many wait. */
  readonly onDropped: (id: string) => void;
}

/** Wraps a responder. Where silence is right, faults have nothing to say either. */
export function withFaults(
  respond: RespondFunction,
  faults: readonly ActiveFault[],
  { mark, onDropped }: FaultSurroundings,
): RespondFunction {
  return (request, offset, length, reply, replyOffset, client) => {
    const replyLength = respond(request, offset, length, reply, replyOffset, client);
    const { exchange } = client;
    if (replyLength <= 0 || exchange === undefined) return replyLength;
    if (isOwnQuery(request, offset, length, mark)) return replyLength;
    const question = request.slice(offset + HEADER_LENGTH, offset + length);
    const name = nameFromWire(question);
    if (name === undefined || name.wire.length + 2 > question.length) return replyLength;
    const asked = { name, type: uint16At(question, name.wire.length), client, exchange };
    const strikes = faults.flatMap((active) => strikeOf(active, asked) ?? []);
    if (strikes.length === 0) return replyLength;
    const good: Uint8Array = reply.slice(replyOffset, replyOffset + replyLength);
    const bad = strikes.reduce((octets, { fault, turn }) => alter(octets, fault.misdeed, turn), good);
    return send(bad, reply.subarray(replyOffset), {
      strikes,
      exchange,
      request: request.slice(offset, offset + length),
      onDropped,
    });
  };
}

interface Sending {
  readonly strikes: readonly Strike[];
  readonly exchange: Exchange;
  readonly request: Uint8Array;
  readonly onDropped: (id: string) => void;
}

/** The length of what was written to `room`; 0 where the octets go another way, or nowhere. */
function send(octets: Uint8Array, room: Uint8Array, sending: Sending): number {
  const { strikes, exchange, request } = sending;
  const does = (kind: string): boolean => strikes.some(({ fault }) => fault.misdeed.kind === kind);
  const delaying = strikes.filter(({ fault }) => fault.misdeed.kind === "delay");
  const delay = delaying.reduce((sum, { fault }) => sum + millisecondsOf(fault), 0);
  const isPlain = delay === 0 && !does("drop") && !does("close") && octets.length <= CERTAIN_ROOM;
  if (isPlain) {
    room.set(octets);
    return octets.length;
  }
  exchange.note(request, octets);
  if (does("drop")) return 0;
  const hold = new Delays(delaying);
  const isOnItsWay = does("close")
    ? exchange.breakOff(octets, delay, hold)
    : exchange.sendLater(octets, delay, hold);
  if (!isOnItsWay) countDropped(delaying, sending);
  return 0;
}

function millisecondsOf({ misdeed }: LabFault): number {
  return misdeed.kind === "delay" ? misdeed.milliseconds : 0;
}

/** Holds a reply back until one of the faults that do is in force no more. */
class Delays implements Hold {
  readonly #delaying: readonly Strike[];

  constructor(delaying: readonly Strike[]) {
    this.#delaying = delaying;
  }

  get isOver(): boolean {
    return this.#delaying.some(({ tally }) => Atomics.load(tally, TALLY.OVER) !== 0);
  }
}

function countDropped(delaying: readonly Strike[], { onDropped }: Sending): void {
  for (const { fault, tally } of delaying)
    if (Atomics.add(tally, TALLY.DROPPED, 1) === 0) onDropped(fault.id);
}

/** Counts, in this order: a query that the fault could strike, chance, the number that it may strike. */
function strikeOf({ fault, tally }: ActiveFault, asked: Asked): Strike | undefined {
  if (!isTarget(fault.strikes, asked)) return undefined;
  if (fault.misdeed.kind === "close" && asked.exchange.transport !== "TCP") return undefined;
  const met = Atomics.add(tally, TALLY.MET, 1);
  if (fault.probability < 1 && chance(fault.seed, met) >= fault.probability) return undefined;
  const turn = Atomics.add(tally, TALLY.STRUCK, 1);
  if (turn < (fault.count ?? Number.POSITIVE_INFINITY)) return { fault, tally, turn };
  Atomics.sub(tally, TALLY.STRUCK, 1);
  return undefined;
}

function isTarget(
  { owner, type, client: prefix, transport }: Target,
  { name, type: qtype, client, exchange }: Asked,
): boolean {
  if (type !== undefined && type !== qtype) return false;
  if (transport !== undefined && transport !== exchange.transport) return false;
  if (owner !== undefined && !(owner.isBelow ? isBelow(name, owner.key) : name.key === owner.key))
    return false;
  return prefix === undefined || isInside(client, prefix);
}

function isBelow(name: DomainName, key: string): boolean {
  for (let above = name; !above.isRoot; above = above.parent) if (above.parent.key === key) return true;
  return false;
}

function isInside({ octets, offset, length }: Client, prefix: Prefix): boolean {
  if (length !== prefix.octets.length) return false; // also where the client is gone, and its address with it
  return isInPrefix({ family: prefix.family, octets: octets.slice(offset, offset + length) }, prefix);
}

/** A number from 0 up to 1 that depends on seed and turn alone: the finalizer of MurmurHash3. */
function chance(seed: number, turn: number): number {
  let hash = (Math.imul(seed, 0x9e3779b1) + turn) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
