/** A secondary for tests: asks for transfers, checks every signature, and keeps what it gets as records. */

import { Secret, type TsigAlgorithm, type TsigKey } from "../../src/dns/transfer-policy.ts";
import { readTsig, skipRecord } from "../../src/tsig/message.ts";
import { signRequest } from "../../src/tsig/sign.ts";
import { isContinuationSigned, isReplySigned } from "../../src/tsig/verify.ts";
import { decodeMessage, type Message } from "../conformance/decoder.ts";
import { nameOf, type Request, requestOf, u16 } from "../conformance/harness.ts";
import type { TcpClient } from "../transport/clients.ts";

export const SECRET = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

export function testKey(name = "secondary.key.", algorithm: TsigAlgorithm = "hmac-sha256"): TsigKey {
  return { name: nameOf(name), algorithm, secret: new Secret(Buffer.from(SECRET, "base64")) };
}

/** Seconds since 1970. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** An IXFR request: the serial that one has goes into the authority section (RFC 1995 §3). */
export function ixfrRequest(zone: string, serial: number, edns: Request["edns"] | false = false): Uint8Array {
  const bare = requestOf({ ask: `${zone} IXFR`, ...(edns && { edns }) });
  const end = 12 + nameOf(zone).wire.length + 4;
  const numbers = [serial, 0, 0, 0, 0].flatMap((number) => [...u16(number >>> 16), ...u16(number & 0xffff)]);
  const rdata = [0xc0, 12, 0, ...numbers]; // MNAME by a pointer, RNAME the root
  const soa = [0xc0, 12, ...u16(6), ...u16(1), 0, 0, 0, 0, ...u16(rdata.length), ...rdata];
  const request = Uint8Array.from([...bare.subarray(0, end), ...soa, ...bare.subarray(end)]);
  request[9] = 1;
  return request;
}

/** Messages until the transfer is over, or the one that says why there is none. */
export async function transfer(
  client: TcpClient,
  request: Uint8Array,
  key?: TsigKey,
  at = seconds(),
): Promise<Message[]> {
  const signed = key && signRequest(key, request, at);
  client.send(signed?.octets ?? request);
  const messages: Message[] = [];
  const records: string[] = [];
  let mac = signed?.mac;
  do {
    const octets = await client.next();
    if (key !== undefined && mac !== undefined) mac = checkedMac(octets, key, mac, messages.length === 0, at);
    const message = decodeMessage(octets);
    messages.push(message);
    records.push(...message.answer);
  } while (!isOver(records, messages));
  return messages;
}

/** Over after an error, a lone SOA, or at the SOA that closes a whole zone or a difference. */
function isOver(records: readonly string[], [first]: readonly Message[]): boolean {
  const [opening, second] = records;
  if (first?.rcode !== "NOERROR" || opening === undefined) return true;
  if (records.length === 1) return first.question?.endsWith(" IXFR") ?? false;
  const sames = records.filter((record) => record === opening).length;
  return sames === (second?.includes(" SOA ") ? 3 : 2);
}

function checkedMac(
  octets: Uint8Array,
  key: TsigKey,
  previous: Uint8Array,
  isFirst: boolean,
  at: number,
): Uint8Array {
  const record = readTsig(octets, 0, lastRecord(octets), octets.length);
  if (record === undefined) throw new Error("a message of a signed transfer has no TSIG record");
  const isGood = isFirst
    ? isReplySigned(key, previous, octets, record, at)
    : isContinuationSigned(key, previous, octets, record);
  if (!isGood) throw new Error("a message of a signed transfer has a wrong MAC");
  return record.mac;
}

/** Where the last record begins. */
export function lastRecord(octets: Uint8Array): number {
  const count = (at: number) => (octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0);
  let at = 12;
  if (count(4) === 1) {
    while ((octets[at] ?? 0) > 0) at += 1 + (octets[at] ?? 0);
    at += 5;
  }
  for (let left = count(6) + count(8) + count(10); left > 1; left--)
    at = skipRecord(octets, 0, at, octets.length);
  return at;
}

/** All records of a transfer in their order. */
export function recordsOf(messages: readonly Message[]): string[] {
  return messages.flatMap(({ answer }) => answer);
}

/** A zone as a secondary has it: its records, the SOA among them once. */
export type Records = ReadonlySet<string>;

/** What a secondary has after a transfer: from nothing, or from what it had (RFC 1995 §4). */
export function applied(records: readonly string[], before: Records = new Set()): Records {
  const isSoa = (record: string | undefined) => record?.includes(" SOA ") ?? false;
  if (!isSoa(records[1])) return new Set(records);
  const zone = new Set(before);
  let isAdding = true;
  for (const record of records.slice(1, -1)) {
    if (isSoa(record)) isAdding = !isAdding;
    if (isAdding ? zone.has(record) : !zone.delete(record))
      throw new Error(`${record} is ${isAdding ? "added twice" : "removed without being there"}`);
    if (isAdding) zone.add(record);
  }
  return zone;
}
