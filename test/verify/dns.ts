/** The DNS of a test: what each server answers to which question. */

import type { AnsweredRecord, Ask, Reply } from "../../src/probe/dns-client.ts";
import { Asker, type DnsClients, type Source } from "../../src/verify/asker.ts";

/** Replies by "name TYPE"; what is not there is NXDOMAIN. */
export type Answers = Readonly<Record<string, Reply>>;

const TYPES = { A: 1, NS: 2, CNAME: 5, SOA: 6, AAAA: 28, SRV: 33 } as const;

/** A record of a line: "contoso.com 300 A 192.0.2.1". */
export function record(line: string): AnsweredRecord {
  const [name = "", ttl = "", type = "", ...rdata] = line.split(" ");
  const [first = ""] = rdata;
  const common = { name: name === "." ? "" : name, ttl: Number(ttl) };
  switch (type) {
    case "A":
    case "AAAA":
      return { ...common, type: TYPES[type], address: first };
    case "NS":
      return { ...common, type: TYPES.NS, ns: first };
    case "CNAME":
      return { ...common, type: TYPES.CNAME, domain: first };
    case "SOA":
      return { ...common, type: TYPES.SOA, serial: Number(first) };
    case "SRV": {
      const [priority, weight, port] = rdata.map(Number);
      const target = rdata[3] === "." ? "" : rdata[3];
      return { ...common, type: TYPES.SRV, priority, weight, port, target };
    }
    default:
      throw new Error(`no such line: ${line}`);
  }
}

const REPLY = {
  kind: "reply",
  rcode: 0,
  authoritative: true,
  truncated: false,
  answers: [],
  authorities: [],
  hasEdns: false,
} as const;

export function answer(...lines: readonly string[]): Reply {
  return { ...REPLY, answers: lines.map(record) };
}

/** NOERROR with these in the authority section: NODATA, or a referral. */
export function authority(...lines: readonly string[]): Reply {
  return { ...REPLY, authorities: lines.map(record) };
}

export function failing(rcode: number, ...authorities: readonly string[]): Reply {
  return { ...REPLY, rcode, authorities: authorities.map(record) };
}

export const SILENT: Reply = { kind: "silence", reason: "no answer within 5 s", code: "ETIMEDOUT" };

/** Clients for whom these servers are all there are; over EDNS the same, with OPT. */
export function clientsFor(servers: Readonly<Record<string, Answers>>, asked: string[] = []): DnsClients {
  const ask: Ask = async ({ address }, { name, type, recursive = false }) => {
    asked.push(`${address} ${name} ${type}${recursive ? " RD" : ""}`);
    const answers = servers[address];
    return answers === undefined ? SILENT : (answers[`${name} ${type}`] ?? failing(3));
  };
  const edns: Ask = async (...question) => {
    const reply = await ask(...question);
    return reply.kind === "silence" ? reply : { ...reply, hasEdns: true };
  };
  return { udp: ask, tcp: ask, edns };
}

/** A clock that does not move. */
export const STILL = (): number => 0;

export function askerFor(servers: Readonly<Record<string, Answers>>): Asker {
  return new Asker({ clients: clientsFor(servers), timeout: 5_000, clock: STILL });
}

export function sourceAt(address: string, kind: Source["kind"]): Source {
  return { endpoint: { address, port: 53 }, kind };
}
