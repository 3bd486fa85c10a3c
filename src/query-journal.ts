/** The journal of a lab: who asked what, in memory, for tests that wait for a query. */

import { inspect } from "node:util";
import { askedName } from "./deployment/host-name.ts";
import { formatAddress } from "./dns/address.ts";
import { rcodeName, typeFromName, typeName } from "./dns/codes.ts";
import { nameFromWire, parseDomainName } from "./dns/name.ts";
import { uint16At } from "./dns/octets.ts";
import { quote } from "./dns/quotation.ts";
import { ClosedError, OptionsError } from "./errors.ts";
import type { QuerySample, SampledTransport } from "./transport/query-samples.ts";

/** A query that was asked. */
export interface JournalEntry {
  /** Counts the queries of a journal from 1 on. */
  readonly sequence: number;
  /** QNAME as it was asked, without the final dot; the root is ".". */
  readonly name: string;
  readonly type: string;
  /** The asker's IP address. */
  readonly client: string;
  readonly port: number;
  readonly transport: SampledTransport;
  readonly rcode: string;
  /** Milliseconds since 1970 at which it was written down: a tenth of a second late at the most. */
  readonly time: number;
}

/** Which entries are looked at. */
export interface Since {
  /** Milliseconds since 1970; all entries where undefined. */
  readonly since?: number | undefined;
}

/** A part of the journal: at most `limit` entries of those since a time, with a higher `sequence` than `after`. */
export interface JournalRange {
  readonly since: number;
  readonly after: number;
  readonly limit: number;
  /** The journal that `after` is of: another one is read from its beginning. This one where undefined. */
  readonly journal?: string | undefined;
}

export interface JournalPage {
  /** Which journal this is: each process has one of its own, and counts from 1. */
  readonly journal: string;
  /** Oldest first. */
  readonly queries: readonly JournalEntry[];
  /** What to give as `after` to get what comes behind these. */
  readonly next: number;
  /** Whether there is more behind these already. */
  readonly more: boolean;
}

export interface WaitOptions extends Since {
  /** Milliseconds to wait: 5,000 unless said otherwise; Infinity waits for ever. */
  readonly timeout?: number | undefined;
}

/** Entries that a journal keeps unless somebody says otherwise. */
export const JOURNAL_SIZE = 10_000;

const TIMEOUT = 5_000;

/** The longest that a timer of Node's can wait: above, it would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Queries that a wait in vain tells of. */
const SHOWN = 10;

interface Waiter {
  readonly matches: (entry: JournalEntry) => boolean;
  readonly resolve: (entry: JournalEntry) => void;
  /** No query comes any more. */
  readonly giveUp: () => void;
}

/** The last queries, oldest first. */
export class QueryJournal {
  readonly #size: number;
  readonly #now: () => number;
  readonly #id: string;
  readonly #waiters = new Set<Waiter>();
  /** Their sequence numbers have no gaps. */
  #entries: JournalEntry[] = [];
  #sequence = 0;
  #isClosed = false;

  /** `now`: milliseconds since 1970; `id`: no other process has a journal of that name. */
  constructor(size: number, now: () => number, id: string) {
    this.#size = size;
    this.#now = now;
    this.#id = id;
  }

  /** Writes a query down and tells those who wait for it. */
  add(sample: QuerySample): void {
    const entry = entryOf(sample, this.#now(), this.#sequence + 1);
    if (entry === undefined) return;
    this.#sequence++;
    this.#entries.push(entry);
    if (this.#entries.length >= 2 * this.#size) this.#entries = this.#entries.slice(-this.#size);
    for (const waiter of this.#waiters) if (waiter.matches(entry)) waiter.resolve(entry);
  }

  /** Those since a time. Throws OptionsError where the options are wrong. */
  queries(options: Since = {}): readonly JournalEntry[] {
    const complaints = complaintsOf("look", options, ["since"]);
    if (complaints.length > 0) throw new OptionsError(complaints);
    const { since = 0 } = options;
    return this.#entries.slice(-this.#size).filter(({ time }) => time >= since);
  }

  /** A part of the entries; what it costs depends on that alone, except where it has to look for a time. */
  page({ since, after, limit, journal = this.#id }: JournalRange): JournalPage {
    const id = this.#id;
    const kept = Math.max(0, this.#entries.length - this.#size);
    const first = this.#entries[0]?.sequence ?? 1;
    const queries: JournalEntry[] = [];
    const isOfAnother = journal !== id || after > this.#sequence; // a process before this one has said it
    const behind = isOfAnother ? 0 : after;
    for (let at = Math.max(kept, behind + 1 - first); at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry === undefined || entry.time < since) continue;
      if (queries.length === limit)
        return { journal: id, queries, next: queries.at(-1)?.sequence ?? behind, more: true };
      queries.push(entry);
    }
    return { journal: id, queries, next: this.#sequence, more: false };
  }

  /**
   * The first query for this name and type, whatever its case. Rejects when none comes in time or before `close`;
   * with OptionsError where there is no such question, or the options are wrong.
   */
  async waitFor(name: string, type: string, options: WaitOptions = {}): Promise<JournalEntry> {
    const { matches, question } = questionOf(name, type);
    const { timeout, since } = checkedOptions(options);
    const before = this.queries({ since }).find(matches);
    if (before !== undefined) return before;
    const cannotAnyMore = (): Error => new ClosedError(`wait for a query for ${question}`);
    if (this.#isClosed) throw cannotAnyMore();
    const { promise, resolve, reject } = Promise.withResolvers<JournalEntry>();
    const waiter: Waiter = { matches, resolve, giveUp: () => reject(cannotAnyMore()) };
    this.#waiters.add(waiter);
    const cancel = after(timeout, () =>
      reject(new Error(`Waited ${timeout} ms for a query for ${question} in vain: ${this.#lastSeen()}`)),
    );
    return promise.finally(() => {
      cancel();
      this.#waiters.delete(waiter);
    });
  }

  /** No query comes any more: who waits for one is told. */
  close(): void {
    this.#isClosed = true;
    for (const waiter of this.#waiters) waiter.giveUp();
  }

  #lastSeen(): string {
    const last = this.#entries.slice(-SHOWN);
    if (last.length === 0) return "nobody has asked anything";
    const shown = last.map(({ name, type, client }) => `${name} ${type} from ${client}`);
    return `the last queries were ${shown.join(", ")}`;
  }
}

interface Question {
  readonly matches: (entry: JournalEntry) => boolean;
  /** For a sentence. */
  readonly question: string;
}

/** Callers may have no compiler that looks at what they give. */
function questionOf(name: unknown, type: unknown): Question {
  if (typeof name !== "string")
    throw new OptionsError([`Cannot wait for ${inspect(name)}: a name is wanted`]);
  if (typeof type !== "string")
    throw new OptionsError([`Cannot wait for type ${inspect(type)}: give one such as "SRV" or "A"`]);
  const wanted = askedName(name);
  const wantedType = typeFromName(type.toUpperCase());
  if (wanted === undefined) throw new OptionsError([`Cannot wait for ${quote(name)}: it is no domain name`]);
  if (wantedType === undefined)
    throw new OptionsError([`Cannot wait for type "${type}": give one such as SRV or A`]);
  const { key } = wanted;
  const shown = typeName(wantedType);
  return {
    matches: (entry) => entry.type === shown && keyOf(entry.name) === key,
    question: `${type.toUpperCase()} of "${name}"`,
  };
}

function checkedOptions(options: WaitOptions): WaitOptions & { readonly timeout: number } {
  const complaints = complaintsOf("wait", options, ["timeout", "since"]);
  const { timeout = TIMEOUT, since } = options ?? {};
  if (typeof timeout !== "number" || !(timeout >= 0))
    complaints.push(`Cannot wait for ${inspect(timeout)} ms: give a number from 0 on, or Infinity`);
  if (complaints.length > 0) throw new OptionsError(complaints);
  return { timeout, since };
}

/** What is wrong with options, a sentence for each, but for the timeout. */
function complaintsOf(action: "wait" | "look", options: Since, known: readonly string[]): string[] {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    return [`Cannot ${action} with ${inspect(options)} as options: an object is wanted`];
  const there = known.map((name) => JSON.stringify(name)).join(" or ");
  const complaints = Object.keys(options)
    .filter((name) => !known.includes(name))
    .map(
      (name) =>
        `Cannot ${action} with option ${JSON.stringify(name)}: there is none of that name, give ${there}`,
    );
  const { since } = options;
  if (since !== undefined && (typeof since !== "number" || Number.isNaN(since)))
    complaints.push(`Cannot look since ${inspect(since)}: give milliseconds since 1970`);
  return complaints;
}

/** Calls back after so many milliseconds, however many these are; gives back how to cancel. */
function after(milliseconds: number, callback: () => void): () => void {
  if (milliseconds === Number.POSITIVE_INFINITY) return () => {};
  let left = milliseconds;
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const part = Math.min(left, LONGEST_TIMER);
    left -= part;
    timer = setTimeout(() => (left > 0 ? wait() : callback()), part);
  };
  wait();
  return () => clearTimeout(timer);
}

function keyOf(name: string): string | undefined {
  const parsed = parseDomainName(name);
  return parsed.ok ? parsed.value.key : undefined;
}

/** What has no question that can be read is no query for anything. */
function entryOf(sample: QuerySample, time: number, sequence: number): JournalEntry | undefined {
  const { client, port, transport, question, rcode } = sample;
  const name = nameFromWire(question);
  if (name === undefined || name.wire.length + 2 > question.length) return undefined;
  return {
    sequence,
    name: name.isRoot ? "." : name.toString().slice(0, -1),
    type: typeName(uint16At(question, name.wire.length)),
    client: typeof client === "string" ? client : formatAddress(client),
    port,
    transport,
    rcode: rcodeName(rcode),
    time,
  };
}
