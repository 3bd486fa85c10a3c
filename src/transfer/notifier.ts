/**
 * Tells secondaries of changed zones (RFC 1996) until they answer: a queue for each secondary, so that one that
 * is away holds up nobody else, so many zones of it in work at a time, each sent again after ever longer waits.
 */

import { randomInt } from "node:crypto";
import { formatAddress } from "../dns/address.ts";
import type { DomainName } from "../dns/name.ts";
import { keyNamed, type NotifyTarget, type TransferPolicy, type TsigKey } from "../dns/transfer-policy.ts";
import { readTsig } from "../tsig/message.ts";
import { signRequest } from "../tsig/sign.ts";
import { isReplySigned } from "../tsig/verify.ts";
import type { Snapshot } from "../zone/snapshot.ts";
import { rightsNumber } from "./access.ts";
import { secondsOf } from "./keyed-responder.ts";
import { type NotifyAnswer, readNotifyAnswer, writeNotify } from "./notify-message.ts";
import { zoneVersion } from "./version.ts";

/** A socket to one secondary. */
export interface Datagrams {
  send(octets: Uint8Array): void;
  close(): void;
}

export interface SecondaryEndpoint {
  readonly address: string;
  readonly port: number;
}

export interface NotifierOptions {
  readonly open: (target: SecondaryEndpoint, onMessage: (octets: Uint8Array) => void) => Datagrams;
  /** The snapshot in force. */
  readonly snapshot: () => Snapshot;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onAnswered: (target: SecondaryEndpoint, zone: string, rcode: number) => void;
  /** Told of a zone that a secondary was told of in vain. */
  readonly onUnanswered: (target: SecondaryEndpoint, zone: string) => void;
  /** Milliseconds to wait for an answer, for each time that it is sent. */
  readonly waits?: readonly number[];
  /** Milliseconds between telling a secondary of a zone and telling it of the next change. */
  readonly gap?: number;
}

/** Five times, as RFC 1996 §3.6 has it, but faster at first: what is lost is lost at once. */
const WAITS = [1_000, 2_000, 5_000, 15_000, 60_000];

/** Milliseconds between telling of a zone and telling of its next change. */
const GAP = 1_000;

/** Zones that one secondary is told of at a time. */
const IN_WORK = 16;

export class Notifier {
  readonly #options: NotifierOptions;
  readonly #queues = new Map<string, TargetQueue>();
  /** Who is told of zones without rights of their own, then of those with the first such rights, and so on. */
  #queuesByRights: readonly (readonly TargetQueue[])[] = [];

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Whether anybody is to be told of anything. */
  get hasTargets(): boolean {
    return this.#queues.size > 0;
  }

  /** Tells those whom the policy names from now on; what others are still to be told is dropped. */
  follow(policy: TransferPolicy | undefined): void {
    const rights = policy === undefined ? [] : [policy, ...policy.zones];
    const targets = rights.flatMap(({ notify }) => notify);
    const wanted = new Map(targets.map((target) => [targetText(target), target]));
    for (const [text, queue] of this.#queues) {
      if (wanted.has(text)) continue;
      queue.close();
      this.#queues.delete(text);
    }
    for (const [text, target] of wanted) {
      const key = keyNamed(policy?.keys ?? [], target.key);
      const known = this.#queues.get(text);
      if (known !== undefined) known.key = key;
      else this.#queues.set(text, new TargetQueue(target, key, this.#options));
    }
    this.#queuesByRights = rights.map(({ notify }) => this.#queuesTo(notify));
  }

  /** Tells everybody who has a right to hear of it that a zone has changed. */
  changed(apex: DomainName): void {
    const version = zoneVersion(this.#options.snapshot(), apex);
    for (const queue of this.#queuesByRights[rightsNumber(version)] ?? []) queue.add(apex);
  }

  close(): void {
    this.follow(undefined);
  }

  #queuesTo(targets: readonly NotifyTarget[]): readonly TargetQueue[] {
    const texts = new Set(targets.map(targetText));
    return [...texts].flatMap((text) => this.#queues.get(text) ?? []);
  }
}

function targetText({ address, port, key }: NotifyTarget): string {
  return `${formatAddress(address.octets)} ${port} ${key?.key ?? ""}`;
}

/** One zone that a secondary is being told of. */
interface Attempt {
  readonly apex: DomainName;
  /** Another one for each change: a late answer to what was sent before says nothing of it. */
  id: number;
  /** How often it was sent. */
  times: number;
  timer: NodeJS.Timeout | undefined;
  /** MAC of what was sent last. */
  mac: Uint8Array | undefined;
  /** When it was sent last. */
  sentAt: number;
  /** The zone has changed again meanwhile. */
  isStale: boolean;
}

/** A zone that a secondary was told of a moment ago. */
interface Rest {
  readonly timer: NodeJS.Timeout;
  /** The zone has changed again meanwhile. */
  isStale: boolean;
}

class TargetQueue {
  key: TsigKey | undefined;
  readonly #options: NotifierOptions;
  readonly #endpoint: SecondaryEndpoint;
  readonly #datagrams: Datagrams;
  readonly #waiting = new Map<string, DomainName>();
  readonly #attempts = new Map<number, Attempt>();
  readonly #inWork = new Map<string, Attempt>();
  /** Zones that the gap keeps from being told of again, none of them in work: they hold up no other zone. */
  readonly #resting = new Map<string, Rest>();

  constructor({ address, port }: NotifyTarget, key: TsigKey | undefined, options: NotifierOptions) {
    this.key = key;
    this.#options = options;
    this.#endpoint = { address: formatAddress(address.octets), port };
    this.#datagrams = options.open(this.#endpoint, (octets) => this.#receive(octets));
  }

  add(apex: DomainName): void {
    const attempt = this.#inWork.get(apex.key);
    const rest = this.#resting.get(apex.key);
    if (attempt !== undefined) this.#startAnew(attempt);
    else if (rest !== undefined) rest.isStale = true;
    else this.#waiting.set(apex.key, apex);
    this.#goOn();
  }

  close(): void {
    for (const { timer } of [...this.#attempts.values(), ...this.#resting.values()]) clearTimeout(timer);
    this.#attempts.clear();
    this.#inWork.clear();
    this.#resting.clear();
    this.#waiting.clear();
    this.#datagrams.close();
  }

  #goOn(): void {
    for (const [key, apex] of this.#waiting) {
      if (this.#inWork.size >= IN_WORK) return;
      this.#waiting.delete(key);
      const attempt = {
        apex,
        id: this.#freeId(),
        times: 0,
        timer: undefined,
        mac: undefined,
        sentAt: 0,
        isStale: false,
      };
      this.#attempts.set(attempt.id, attempt);
      this.#inWork.set(key, attempt);
      this.#send(attempt);
    }
  }

  /** The zone has changed again: that is told as soon as the gap allows, as often as any change. */
  #startAnew(attempt: Attempt): void {
    if (attempt.isStale) return; // the timer is set already
    attempt.isStale = true;
    clearTimeout(attempt.timer);
    attempt.timer = setTimeout(() => this.#sendAnew(attempt), this.#gapAfter(attempt)).unref();
  }

  /** Milliseconds until its zone may be told of again. */
  #gapAfter({ sentAt }: Attempt): number {
    const { now, gap = GAP } = this.#options;
    return Math.max(0, Math.min(gap, sentAt + gap - now())); // a clock that went back does not hold it up
  }

  #sendAnew(attempt: Attempt): void {
    this.#attempts.delete(attempt.id);
    attempt.id = this.#freeId();
    attempt.times = 0;
    this.#attempts.set(attempt.id, attempt);
    this.#send(attempt);
  }

  #freeId(): number {
    for (;;) {
      const id = randomInt(0x1_0000);
      if (!this.#attempts.has(id)) return id;
    }
  }

  /** Sends the zone as it is now; a zone that is gone needs no telling. */
  #send(attempt: Attempt): void {
    const { apex, id } = attempt;
    const { snapshot, now, waits = WAITS } = this.#options;
    const version = zoneVersion(snapshot(), apex);
    if (version === undefined) {
      this.#end(attempt);
      return;
    }
    const message = writeNotify(version, apex, id);
    const signed = this.key && signRequest(this.key, message, secondsOf(now()));
    attempt.isStale = false;
    attempt.sentAt = now();
    attempt.mac = signed?.mac;
    attempt.timer = setTimeout(() => this.#giveUpOrSend(attempt), waits[attempt.times++] ?? 0).unref();
    this.#datagrams.send(signed?.octets ?? message);
  }

  #giveUpOrSend(attempt: Attempt): void {
    const { waits = WAITS, onUnanswered } = this.#options;
    if (attempt.times < waits.length) {
      this.#send(attempt);
      return;
    }
    onUnanswered(this.#endpoint, attempt.apex.toString());
    this.#end(attempt);
  }

  /** Any answer ends it (RFC 1996 §3.6), if it is from whom it should be. */
  #receive(octets: Uint8Array): void {
    const answer = readNotifyAnswer(octets);
    const attempt = answer && this.#attempts.get(answer.id);
    if (answer === undefined || attempt === undefined || !this.#isGenuine(answer, attempt, octets)) return;
    this.#options.onAnswered(this.#endpoint, attempt.apex.toString(), answer.rcode);
    this.#end(attempt);
  }

  /** What was signed is answered signed, but for errors of the signature itself (RFC 8945 §5.3.2). */
  #isGenuine({ tsigStart, rcode }: NotifyAnswer, { mac }: Attempt, octets: Uint8Array): boolean {
    if (this.key === undefined || mac === undefined || rcode !== 0) return true;
    const record = tsigStart === 0 ? undefined : readTsig(octets, 0, tsigStart, octets.length);
    const now = secondsOf(this.#options.now());
    return record !== undefined && isReplySigned(this.key, mac, octets, record, now);
  }

  #end(attempt: Attempt): void {
    clearTimeout(attempt.timer);
    this.#attempts.delete(attempt.id);
    this.#inWork.delete(attempt.apex.key);
    this.#rest(attempt);
    this.#goOn();
  }

  /** Whatever the secondary answered, the next change is told when the gap allows. */
  #rest(attempt: Attempt): void {
    const { apex, isStale } = attempt;
    const timer = setTimeout(() => this.#wake(apex), this.#gapAfter(attempt)).unref();
    this.#resting.set(apex.key, { timer, isStale });
  }

  #wake(apex: DomainName): void {
    const rest = this.#resting.get(apex.key);
    this.#resting.delete(apex.key);
    if (rest?.isStale) this.add(apex);
  }
}
