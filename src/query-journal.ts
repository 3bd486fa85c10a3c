/** The journal of a lab: who asked what, in memory, for tests that wait for a query. */

import { formatAddress } from "./dns/address.ts";
import { rcodeName, typeFromName, typeName } from "./dns/codes.ts";
import { nameFromWire, parseDomainName } from "./dns/name.ts";
import { uint16At } from "./dns/octets.ts";
import type { QuerySample, SampledTransport } from "./transport/query-samples.ts";

/** A query that was asked. */
export interface JournalEntry {
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

export interface WaitOptions extends Since {
  /** Milliseconds to wait: 5,000 unless said otherwise. */
  readonly timeout?: number | undefined;
}

/** Entries that a journal keeps unless somebody says otherwise. */
export const JOURNAL_SIZE = 10_000;

const TIMEOUT = 5_000;

/** Queries that a wait in vain tells of. */
const SHOWN = 10;

interface Waiter {
  readonly matches: (entry: JournalEntry) => boolean;
  readonly resolve: (entry: JournalEntry) => void;
}

/** The last queries, oldest first. */
export class QueryJournal {
  readonly #size: number;
  readonly #now: () => number;
  readonly #waiters = new Set<Waiter>();
  #entries: JournalEntry[] = [];

  /** `now`: milliseconds since 1970. */
  constructor(size: number, now: () => number) {
    this.#size = size;
    this.#now = now;
  }

  /** Writes a query down and tells those who wait for it. */
  add(sample: QuerySample): void {
    const entry = entryOf(sample, this.#now());
    if (entry === undefined) return;
    this.#entries.push(entry);
    if (this.#entries.length >= 2 * this.#size) this.#entries = this.#entries.slice(-this.#size);
    for (const waiter of this.#waiters) if (waiter.matches(entry)) waiter.resolve(entry);
  }

  queries({ since = 0 }: Since = {}): readonly JournalEntry[] {
    return this.#entries.slice(-this.#size).filter(({ time }) => time >= since);
  }

  /** The first query for this name and type, whatever its case; rejects when none comes in time, or the question is none. */
  async waitFor(name: string, type: string, options: WaitOptions = {}): Promise<JournalEntry> {
    const { timeout = TIMEOUT, since } = options;
    const matches = matcherOf(name, type);
    const before = this.queries({ since }).find(matches);
    if (before !== undefined) return before;
    const { promise, resolve, reject } = Promise.withResolvers<JournalEntry>();
    const waiter = { matches, resolve };
    this.#waiters.add(waiter);
    const timer = setTimeout(() => {
      const question = `${type.toUpperCase()} of "${name}"`;
      reject(new Error(`Waited ${timeout} ms for a query for ${question} in vain: ${this.#lastSeen()}`));
    }, timeout);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    });
  }

  #lastSeen(): string {
    const last = this.#entries.slice(-SHOWN);
    if (last.length === 0) return "nobody has asked anything";
    const shown = last.map(({ name, type, client }) => `${name} ${type} from ${client}`);
    return `the last queries were ${shown.join(", ")}`;
  }
}

function matcherOf(name: string, type: string): (entry: JournalEntry) => boolean {
  const wanted = parseDomainName(name);
  const wantedType = typeFromName(type.toUpperCase());
  if (!wanted.ok) throw new Error(wanted.problems.map(({ message }) => message).join("\n"));
  if (wantedType === undefined) throw new Error(`Cannot wait for type "${type}": give one such as SRV or A`);
  const { key } = wanted.value;
  const shown = typeName(wantedType);
  return (entry) => entry.type === shown && keyOf(entry.name) === key;
}

function keyOf(name: string): string | undefined {
  const parsed = parseDomainName(name);
  return parsed.ok ? parsed.value.key : undefined;
}

/** What has no question that can be read is no query for anything. */
function entryOf(sample: QuerySample, time: number): JournalEntry | undefined {
  const { client, port, transport, question, rcode } = sample;
  const name = nameFromWire(question);
  if (name === undefined || name.wire.length + 2 > question.length) return undefined;
  return {
    name: name.isRoot ? "." : name.toString().slice(0, -1),
    type: typeName(uint16At(question, name.wire.length)),
    client: typeof client === "string" ? client : formatAddress(client),
    port,
    transport,
    rcode: rcodeName(rcode),
    time,
  };
}
