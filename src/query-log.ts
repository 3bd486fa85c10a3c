/** The query log: one in so many of the queries that are answered, as lines of the log. */

import { formatAddress } from "./dns/address.ts";
import { rcodeName, typeName } from "./dns/codes.ts";
import { nameFromWire } from "./dns/name.ts";
import { uint16At } from "./dns/octets.ts";
import type { Fields, Log } from "./ops/log.ts";
import { QueryJournal } from "./query-journal.ts";
import type { Settings } from "./settings/settings.ts";
import { type QuerySample, type SampleMemory, SampleReader } from "./transport/query-samples.ts";

/** Milliseconds between two looks at the samples; fewer where somebody may wait for one. */
const PERIOD = 100;
const JOURNAL_PERIOD = 10;

/** Octets of a journal's id. */
const ID_LENGTH = 8;

/** Milliseconds. */
const BETWEEN_COMPLAINTS = 60_000;

/** One query in so many is sampled; 0: none. A journal misses no query. */
export function sampleEvery({ lab, log }: Settings): number {
  return lab.journal > 0 ? 1 : log.queries;
}

/** What a query log goes by. */
export interface QueryLogSources {
  readonly settings: Settings;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: (octets: number) => Uint8Array;
}

/** Takes the samples of all threads, as the settings want them; undefined where there are none. */
export function openQueryLog(
  { settings, log, now, random }: QueryLogSources,
  samples: readonly SampleMemory[],
): QueryLog | undefined {
  if (samples.length === 0) return undefined;
  const size = settings.lab.journal;
  if (size === 0) return new QueryLog(samples, log);
  const journal = new QueryJournal(size, now, Buffer.from(random(ID_LENGTH)).toString("hex"));
  return new QueryLog(samples, log, { every: settings.log.queries, journal });
}

/** Where samples go besides the log. */
export interface QueryLogOptions {
  /** One sample in so many goes to the log; 0: none. */
  readonly every?: number;
  readonly journal?: QueryJournal | undefined;
}

/** Takes what the threads have sampled and writes it down. */
export class QueryLog {
  readonly #readers: readonly SampleReader[];
  readonly #log: Log;
  readonly #every: number;
  readonly #journal: QueryJournal | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #looksBetweenComplaints: number;
  #looks = 0;
  /** Samples since the last one that was logged. */
  #passed = 0;
  /** Queries without a place that nobody has been told of. */
  #dropped = 0;

  constructor(memories: readonly SampleMemory[], log: Log, { every = 1, journal }: QueryLogOptions = {}) {
    this.#readers = memories.map((memory) => new SampleReader(memory));
    this.#log = log;
    this.#every = every;
    this.#journal = journal;
    const period = journal === undefined ? PERIOD : JOURNAL_PERIOD;
    this.#looksBetweenComplaints = BETWEEN_COMPLAINTS / period;
    this.#timer = setInterval(() => this.#write(), period).unref();
  }

  /** The journal with all that was asked up to now. */
  get journal(): QueryJournal | undefined {
    this.#write();
    return this.#journal;
  }

  /** Writes down what is left. */
  close(): void {
    clearInterval(this.#timer);
    this.#write();
    this.#complain();
    this.#journal?.close();
  }

  #write(): void {
    for (const reader of this.#readers) {
      for (const sample of reader.read()) this.#take(sample);
      this.#dropped += reader.dropped();
    }
    if (this.#looks++ % this.#looksBetweenComplaints === 0) this.#complain();
  }

  #take(sample: QuerySample): void {
    this.#journal?.add(sample);
    if (this.#every === 0 || ++this.#passed < this.#every) return;
    this.#passed = 0;
    this.#log.info(queryFields(sample), "Query");
  }

  #complain(): void {
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (dropped === 0) return;
    const cure = this.#journal === undefined ? '; raise "log.queries"' : " and its journal";
    this.#log.warn({ dropped }, `Queries come too fast for the query log${cure}`);
  }
}

/** A sample in the words of the log. */
export function queryFields({ client, port, transport, question, rcode, octets }: QuerySample): Fields {
  const name = nameFromWire(question);
  const end = name?.wire.length ?? 0;
  const hasType = name !== undefined && end + 2 <= question.length;
  return {
    client: typeof client === "string" ? client : formatAddress(client),
    port,
    transport,
    qname: name?.toString(),
    qtype: hasType ? typeName(uint16At(question, end)) : undefined,
    rcode: rcodeName(rcode),
    bytes: octets,
  };
}
