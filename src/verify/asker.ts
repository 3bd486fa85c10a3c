/** Questions to servers and resolvers: a lost datagram is sent again, a truncated answer fetched over TCP. */

import { RCODE } from "../dns/codes.ts";
import type { AnsweredRecord, Ask, Endpoint, Question, Reply } from "../probe/dns-client.ts";

/** Who is asked: a server that knows, or a resolver that asks on. */
export interface Source {
  readonly endpoint: Endpoint;
  readonly kind: "server" | "resolver";
}

/** How to ask; tests put their own in. */
export interface DnsClients {
  readonly udp: Ask;
  readonly tcp: Ask;
  /** Over UDP with EDNS. */
  readonly edns: Ask;
}

/** A reply and how long it took. */
export interface Heard {
  readonly reply: Reply;
  readonly milliseconds: number;
}

export interface AskerMeans {
  readonly clients: DnsClients;
  /** Milliseconds for each question. */
  readonly timeout: number;
  /** Milliseconds, from wherever. */
  readonly clock: () => number;
}

/** Answers remembered: SIP domains share their parents and name servers. */
const MOST_REMEMBERED = 10_000;

/** Asks, and asks nobody the same thing twice. */
export class Asker {
  readonly #means: AskerMeans;
  readonly #remembered = new Map<string, Promise<Heard>>();

  constructor(means: AskerMeans) {
    this.#means = means;
  }

  ask(source: Source, name: string, type: Question["type"]): Promise<Heard> {
    const key = `${source.kind} ${source.endpoint.address} ${source.endpoint.port} ${name} ${type}`;
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const heard = this.#askAnew(source, { name, type, recursive: source.kind === "resolver" });
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size < MOST_REMEMBERED) break;
      this.#remembered.delete(oldest);
    }
    this.#remembered.set(key, heard);
    return heard;
  }

  /** Asks in one way only. */
  async askBy(by: keyof DnsClients, endpoint: Endpoint, question: Question): Promise<Heard> {
    const { clients, timeout, clock } = this.#means;
    const start = clock();
    const ask = by === "tcp" ? clients.tcp : twice(clients[by]);
    const reply = await ask(endpoint, question, by === "tcp" ? timeout : timeout / 2);
    return { reply, milliseconds: clock() - start };
  }

  async #askAnew({ endpoint }: Source, question: Question): Promise<Heard> {
    const heard = await this.askBy("udp", endpoint, question);
    if (heard.reply.kind === "silence" || !heard.reply.truncated) return heard;
    const whole = await this.askBy("tcp", endpoint, question);
    return { ...whole, milliseconds: heard.milliseconds + whole.milliseconds };
  }
}

function twice(ask: Ask): Ask {
  return async (endpoint, question, timeout) => {
    const reply = await ask(endpoint, question, timeout);
    return reply.kind === "silence" && reply.code === "ETIMEDOUT" ? ask(endpoint, question, timeout) : reply;
  };
}

/** An address and port as people write them: the port where it is not the usual one. */
export function placeOf({ address, port }: Endpoint, usual = 53): string {
  if (port === usual) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** A name of a message as it is compared: lower case, the root as ".". */
export function plain(name: string | undefined): string {
  const text = (name ?? "").replace(/\.$/, "").toLowerCase();
  return text === "" ? "." : text;
}

/** Records of a type at a name. */
export function recordsAt(
  records: readonly AnsweredRecord[],
  name: string,
  type: number,
): readonly AnsweredRecord[] {
  return records.filter((record) => record.type === type && plain(record.name) === name);
}

/** What is wrong with a reply as such, the end of a sentence; NXDOMAIN is nothing wrong. */
export function faultOf(reply: Reply): string | undefined {
  if (reply.kind === "silence") return reply.reason;
  const { rcode } = reply;
  if (rcode === RCODE.NOERROR || rcode === RCODE.NXDOMAIN) return undefined;
  return Object.entries(RCODE).find(([, code]) => code === rcode)?.[0] ?? `RCODE ${rcode}`;
}

const NO_SUCH_FAMILY = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT", "ENETUNREACH"]);

/** Whether a fault is this machine's: it has no IPv6. */
export function lacksFamily(address: string, code: string | undefined): boolean {
  return address.includes(":") && NO_SUCH_FAMILY.has(code ?? "");
}
