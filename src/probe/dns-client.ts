/**
 * Asks a DNS server, by dns2's client: an implementation that is not ours, so that it cannot share our faults.
 *
 * Read in dns2 3.1.1: its TCP client cuts the server's name at the first ":" (no IPv6), has no deadline,
 * sends id 0 and compares no id. So TCP here is dns2's messages and stream reader on a socket of our own.
 */

import { createSocket } from "node:dgram";
import { connect, isIPv6, SocketAddress } from "node:net";
import { Packet, UDPClient } from "dns2";

/** A server's address, IPv4 or IPv6, and port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** A name of plain labels, with or without a final dot, and a type. */
export interface Question {
  readonly name: string;
  readonly type: keyof typeof Packet.TYPE;
  /** Whether the server is to ask on (RD), as resolvers do. */
  readonly recursive?: boolean | undefined;
}

/** A record of an answer, as far as we look at it. */
export interface AnsweredRecord {
  readonly name: string;
  readonly type: number;
  readonly ttl: number;
  /** Of a SOA record. */
  readonly serial?: number | undefined;
  /** Of an A or AAAA record. */
  readonly address?: string | undefined;
  /** Of an NS record; names have no final dot, the root is empty. */
  readonly ns?: string | undefined;
  /** Of a CNAME record. */
  readonly domain?: string | undefined;
  /** Of an SRV record, as are the next three. */
  readonly target?: string | undefined;
  readonly port?: number | undefined;
  readonly priority?: number | undefined;
  readonly weight?: number | undefined;
}

/** What a server said, or why there is nothing to hear. */
export type Reply =
  | {
      readonly kind: "reply";
      readonly rcode: number;
      readonly authoritative: boolean;
      readonly truncated: boolean;
      readonly answers: readonly AnsweredRecord[];
      readonly authorities: readonly AnsweredRecord[];
      /** Whether there is an OPT record (RFC 6891). */
      readonly hasEdns: boolean;
    }
  | {
      readonly kind: "silence";
      /** The end of a sentence: "no answer within 1 s". */
      readonly reason: string;
      /** The system's name of the fault, such as ECONNREFUSED. */
      readonly code?: string | undefined;
    };

/** Asks over one transport and waits so many milliseconds at most. Never throws. */
export type Ask = (endpoint: Endpoint, question: Question, timeout: number) => Promise<Reply>;

/** Asks over UDP, once; a truncated answer is given as it is. */
export const askOverUdp: Ask = async ({ address, port }, { name, type, recursive = false }, timeout) => {
  const ask = UDPClient({
    dns: canonical(address), // dns2 compares it with the sender's address as text
    port,
    socketType: isIPv6(address) ? "udp6" : "udp4",
    timeout,
    retryOverTCP: false,
  });
  try {
    return replyOf(await ask(name, type, Packet.CLASS.IN, { recursive }));
  } catch (fault) {
    return silence(fault, timeout);
  }
};

/** Asks over TCP, on a connection of its own. */
export const askOverTcp: Ask = (endpoint, question, timeout) =>
  exchangeOverTcp(endpoint, () => messageOf(queryFor(question)), timeout);

async function exchangeOverTcp(
  { address, port }: Endpoint,
  make: () => Message,
  timeout: number,
): Promise<Reply> {
  const socket = connect({ host: address, port });
  const deadline = setTimeout(() => socket.destroy(new TimedOut()), timeout);
  socket.on("error", () => {}); // told by readStream's rejection; without a listener it would end the process
  try {
    const { id, octets } = make();
    socket.write(framed(octets));
    const packet = Packet.parse(await Packet.readStream(socket));
    if (packet.header.id !== id) return { kind: "silence", reason: "an answer to another query" };
    return replyOf(packet);
  } catch (fault) {
    return silence(fault, timeout);
  } finally {
    clearTimeout(deadline);
    socket.destroy();
  }
}

/** Octets of a UDP answer that we say we take: what most resolvers say (DNS Flag Day 2020). */
const PAYLOAD_SIZE = 1232;

/** Asks over UDP with EDNS, once: dns2's client knows EDNS for client subnets only, its messages know all of it. */
export const askWithEdns: Ask = (endpoint, question, timeout) =>
  exchangeOverUdp(endpoint, () => messageOf(ednsQueryFor(question)), timeout);

/** Asks over each transport with an EDNS option, given whole, at the end of each query. */
export function askersWithOption(option: Uint8Array): { readonly udp: Ask; readonly tcp: Ask } {
  const message = (question: Question): Message => withOption(messageOf(ednsQueryFor(question)), option);
  return {
    udp: (endpoint, question, timeout) => exchangeOverUdp(endpoint, () => message(question), timeout),
    tcp: (endpoint, question, timeout) => exchangeOverTcp(endpoint, () => message(question), timeout),
  };
}

/** A query, ready to be sent. */
interface Message {
  readonly id: number;
  readonly octets: Buffer;
}

function messageOf(query: Packet): Message {
  return { id: query.header.id, octets: query.toBuffer() };
}

/** The OPT record is the last and has no options yet: its last two octets are the length of none. */
function withOption({ id, octets }: Message, option: Uint8Array): Message {
  octets.writeUInt16BE(option.length, octets.length - 2);
  return { id, octets: Buffer.concat([octets, option]) };
}

async function exchangeOverUdp(
  { address, port }: Endpoint,
  make: () => Message,
  timeout: number,
): Promise<Reply> {
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  let deadline: NodeJS.Timeout | undefined;
  try {
    const { id, octets } = make();
    return await new Promise<Reply>((resolve, reject) => {
      deadline = setTimeout(() => reject(new TimedOut()), timeout);
      socket.on("error", reject);
      socket.on("message", (message) => {
        const packet = packetOf(message);
        if (packet?.header.id === id) resolve(replyOf(packet));
      });
      // A connected socket hears its peer alone, and hears of a closed port.
      socket.once("connect", () => socket.send(octets));
      socket.connect(port, address);
    });
  } catch (fault) {
    return silence(fault, timeout);
  } finally {
    clearTimeout(deadline);
    socket.close();
  }
}

/** A message, unless the octets are none: what cannot be read is no answer to us. */
function packetOf(message: Buffer): Packet | undefined {
  try {
    return Packet.parse(message);
  } catch {
    return undefined;
  }
}

class TimedOut extends Error {
  readonly code = "ETIMEDOUT";
}

function queryFor({ name, type, recursive = false }: Question): Packet {
  const query = new Packet();
  query.header = new Packet.Header({ id: Packet.uuid(), rd: recursive ? 1 : 0 });
  query.questions.push(new Packet.Question(name, Packet.TYPE[type], Packet.CLASS.IN));
  return query;
}

function ednsQueryFor(question: Question): Packet {
  const query = queryFor(question);
  query.additionals.push(Packet.Resource.EDNS([], { udpPayloadSize: PAYLOAD_SIZE }));
  return query;
}

/** The message behind its length (RFC 1035 §4.2.2). */
function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

function replyOf({ header, answers, authorities, additionals, errors }: Packet): Reply {
  if (header.qr !== 1) return { kind: "silence", reason: "a query instead of an answer" };
  const [error] = errors;
  if (error !== undefined)
    return { kind: "silence", reason: `an answer that cannot be read: ${error.message}` };
  return {
    kind: "reply",
    rcode: header.rcode,
    authoritative: header.aa === 1,
    truncated: header.tc === 1,
    answers,
    authorities,
    hasEdns: additionals.some(({ type }) => type === Packet.TYPE.EDNS),
  };
}

function silence(fault: unknown, timeout: number): Reply {
  if (!(fault instanceof Error)) return { kind: "silence", reason: String(fault) };
  const code = "code" in fault && typeof fault.code === "string" ? fault.code : undefined;
  return { kind: "silence", reason: reasonOf(fault, code, timeout), code };
}

function reasonOf(fault: Error, code: string | undefined, timeout: number): string {
  switch (code) {
    case "ETIMEDOUT": {
      const stray = /\(last (.*)\)$/.exec(fault.message)?.[1]; // dns2 tells of datagrams that it let go
      return `no answer within ${timeout / 1_000} s${stray === undefined ? "" : ` (${stray})`}`;
    }
    case "ECONNREFUSED":
      return "connection refused";
    case "ECONNRESET":
      return "connection reset";
    default:
      return fault.message;
  }
}

/** An IPv6 address as the system writes it, zone kept. */
function canonical(address: string): string {
  if (!isIPv6(address)) return address;
  const [bare = address, zone] = address.split("%");
  const { address: written } = new SocketAddress({ address: bare, family: "ipv6" });
  return zone === undefined ? written : `${written}%${zone}`;
}
