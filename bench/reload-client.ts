/**
 * The other side of bench/reload.ts, in a process of its own: asks at a steady rate over UDP and checks every
 * answer. The addresses of each version hold its number (see versionOf), so an answer shows which version it
 * is from and whether it is from one version alone.
 *
 * Wrong is an answer that mixes versions, that is not what was asked for, or that is older than one which had
 * come before its question was sent. (One that is newer than the file is found by the writer, who knows.)
 */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { decodeMessage } from "../test/conformance/decoder.ts";
import { requestOf } from "../test/conformance/harness.ts";

/** What the client is told. */
export interface Orders {
  readonly port: number;
  /** Questions a second. */
  readonly rate: number;
  readonly sipDomains: readonly string[];
}

/** What the client has seen, once it is told to stop. */
export interface Findings {
  readonly sent: number;
  readonly lost: number;
  readonly wrong: number;
  /** Answers that the kernel dropped before the client could read them: lost, but not by the server. */
  readonly dropped: number;
  /** The first wrong answers, for people. */
  readonly examples: readonly string[];
  /** Milliseconds from question to answer. */
  readonly latencies: readonly number[];
  /** When the first answer of each version came: version, milliseconds of the system's monotonic clock. */
  readonly firstSeen: readonly (readonly [version: number, time: number])[];
}

/** Milliseconds of the clock that all processes of the machine share. */
export function monotonicTime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The addresses of a version: RFC 2544's block for benchmarks holds its number. */
export function addressesOf(version: number): readonly string[] {
  const number = `${version >>> 8}.${version & 255}`;
  return [`198.18.${number}`, `198.19.${number}`];
}

/** The version of the addresses among some records; undefined where they are of several or of none. */
export function versionOf(records: readonly string[]): number | undefined {
  const versions = new Set<number>();
  for (const record of records) {
    const [, high, low] = / A 198\.1[89]\.(\d+)\.(\d+)$/.exec(record) ?? [];
    if (high !== undefined && low !== undefined) versions.add(Number(high) * 256 + Number(low));
  }
  const [version] = versions;
  return versions.size === 1 ? version : undefined;
}

/** Datagrams that the kernel dropped at the sockets of a port, for want of room: the last column of proc(5) "net/udp". */
export function droppedAt(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = readFileSync("/proc/net/udp", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  return rows.filter((row) => row[1]?.endsWith(local)).reduce((sum, row) => sum + Number(row.at(-1)), 0);
}

/** Milliseconds after which a question counts as lost. */
const PATIENCE = 3_000;

const MOST_EXAMPLES = 5;

/** Octets that the kernel may keep for the client while it has no processor: else the loss would be the client's. */
const RECEIVE_BUFFER = 4 * 2 ** 20;

/** A question that waits for its answer. */
interface Asked {
  readonly time: number;
  /** The newest version that had been seen when it was sent. */
  readonly version: number;
}

class Client {
  readonly #socket: Socket = createSocket("udp4");
  readonly #orders: Orders;
  readonly #questions: readonly string[];
  readonly #asked = new Map<number, Asked>();
  readonly #latencies: number[] = [];
  readonly #firstSeen: [number, number][] = [];
  readonly #examples: string[] = [];
  readonly #bound: Promise<void>;
  readonly #start = monotonicTime();
  #newest = 0;
  #sent = 0;
  #wrong = 0;
  #isAsking = true;

  constructor(orders: Orders) {
    this.#orders = orders;
    this.#questions = orders.sipDomains.flatMap((zone) => [
      `_xmpp-server._tcp.${zone} SRV`,
      `xmpp.${zone} A`,
    ]);
    this.#socket.on("message", (reply) => this.#take(reply));
    this.#socket.bind(0, "127.0.0.1");
    this.#bound = once(this.#socket, "listening").then(() => {
      this.#socket.setRecvBufferSize(RECEIVE_BUFFER);
      this.#turn();
    });
  }

  async stop(): Promise<Findings> {
    await this.#bound;
    this.#isAsking = false;
    const end = monotonicTime() + PATIENCE;
    while (this.#asked.size > 0 && monotonicTime() < end)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const dropped = droppedAt(this.#socket.address().port);
    this.#socket.close();
    return {
      dropped,
      sent: this.#sent,
      lost: this.#asked.size,
      wrong: this.#wrong,
      examples: this.#examples,
      latencies: this.#latencies,
      firstSeen: this.#firstSeen,
    };
  }

  /** Sends what is due and looks again at once: a timer would send in bursts. */
  #turn(): void {
    if (!this.#isAsking) return;
    const due = Math.floor(((monotonicTime() - this.#start) * this.#orders.rate) / 1_000);
    while (this.#sent < due) this.#ask();
    setImmediate(() => this.#turn());
  }

  #ask(): void {
    const id = this.#sent++ & 0xffff;
    const ask = this.#questions[this.#sent % this.#questions.length] ?? "";
    this.#asked.set(id, { time: monotonicTime(), version: this.#newest });
    this.#socket.send(requestOf({ ask, id }), this.#orders.port, "127.0.0.1");
  }

  #take(reply: Uint8Array): void {
    const time = monotonicTime();
    const message = decodeMessage(reply);
    const asked = this.#asked.get(message.id);
    if (asked === undefined) return;
    this.#asked.delete(message.id);
    this.#latencies.push(time - asked.time);
    const version = versionOf([...message.answer, ...message.additional]);
    if (message.rcode !== "NOERROR" || version === undefined || version < asked.version) {
      this.#wrong++;
      if (this.#examples.length < MOST_EXAMPLES) this.#examples.push(JSON.stringify({ asked, message }));
    } else if (version > this.#newest) {
      this.#newest = version;
      this.#firstSeen.push([version, time]);
    }
  }
}

if (process.send !== undefined && import.meta.main) {
  let client: Client | undefined;
  process.on("message", (orders: Orders | "stop") => {
    if (orders !== "stop") client = new Client(orders);
    else
      void client
        ?.stop()
        .then((findings) => process.send?.(findings, undefined, undefined, () => process.exit(0)));
  });
}
