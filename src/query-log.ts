/** The query log: one in so many of the queries that are answered, as lines of the log. */

import { formatAddress } from "./dns/address.ts";
import { RCODE, typeName } from "./dns/codes.ts";
import { nameFromWire } from "./dns/name.ts";
import { uint16At } from "./dns/octets.ts";
import type { Fields, Log } from "./ops/log.ts";
import { type QuerySample, type SampleMemory, SampleReader } from "./transport/query-samples.ts";

/** Milliseconds between two looks at the samples. */
const PERIOD = 100;

/** A minute's. */
const LOOKS_BETWEEN_COMPLAINTS = 600;

const RCODE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(RCODE).map(([name, number]) => [number, name]),
);

/** Takes what the threads have sampled and writes it down. */
export class QueryLog {
  readonly #readers: readonly SampleReader[];
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #looks = 0;
  /** Queries without a place that nobody has been told of. */
  #dropped = 0;

  constructor(memories: readonly SampleMemory[], log: Log) {
    this.#readers = memories.map((memory) => new SampleReader(memory));
    this.#log = log;
    this.#timer = setInterval(() => this.#write(), PERIOD).unref();
  }

  /** Writes down what is left. */
  close(): void {
    clearInterval(this.#timer);
    this.#write();
    this.#complain();
  }

  #write(): void {
    for (const reader of this.#readers) {
      for (const sample of reader.read()) this.#log.info(queryFields(sample), "Query");
      this.#dropped += reader.dropped();
    }
    if (this.#looks++ % LOOKS_BETWEEN_COMPLAINTS === 0) this.#complain();
  }

  #complain(): void {
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (dropped > 0)
      this.#log.warn({ dropped }, 'Queries come too fast for the query log; raise "log.queries"');
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
    rcode: RCODE_NAMES.get(rcode) ?? `RCODE${rcode}`,
    bytes: octets,
  };
}
