/** The same answers at every length that a reply may have: whole RRsets, and TC where one that matters is left out (RFC 2181 §9). */

import { describe, expect, test } from "vitest";
import { decodeMessage, type Message } from "./decoder.ts";
import { exchange, requestOf, snapshotOfZones, TCP, UDP } from "./harness.ts";

const SOA = "@ 300 SOA primary.provider.example. hostmaster 1 2 3 4 5\n@ 300 NS ns1.provider.example.\n";
const LABEL = "l".repeat(40);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const snapshot = snapshotOfZones({
  "a.test.": `${SOA}
@ NS ns
@ NS ns2.provider.example.
@ NS ns3.elsewhere.example.
ns A 192.0.2.1
ns AAAA 2001:db8::1
mail MX 1 ns
mail MX 2 mx1.provider.example.
mail MX 3 mx.ns.b.test.
_x._tcp SRV 1 0 1 ns
_x._tcp SRV 2 0 2 ns
_x._tcp SRV 3 0 1 ns.b.test.
away CNAME www.b.test.
old DNAME ${LABEL}.new.b.test.
sub NS ns.sub
sub NS ns.provider.example.
ns.sub A 192.0.2.2
nowhere NS .
${numbers(20)
  .map((n) => `many MX ${n} mx.provider${n}.example.\nmany MX ${n} again.provider${n}.example.`)
  .join("\n")}
x.y TXT z
`,
  "b.test.": `${SOA}
ns A 192.0.2.3
mx.ns A 192.0.2.4
www MX 1 ns
www A 192.0.2.5
h.${LABEL}.new A 192.0.2.6
`,
});

/** `OWNER TYPE` of a record. */
function rrsetOf(record: string): string {
  const [owner, , type] = record.toLowerCase().split(" ");
  return `${owner} ${type}`;
}

/** What is wrong with a reply of at most so many octets, given the one that has all the room. */
function faultOf(reply: Message, most: number, whole: Message): string | undefined {
  if (reply.length > most) return "it is longer than it may be";
  for (const section of ["answer", "authority", "additional"] as const) {
    const kept = new Set(reply[section].map(rrsetOf));
    const expected = whole[section].filter((record) => kept.has(rrsetOf(record)));
    if (reply[section].join("\n") !== expected.join("\n"))
      return `its ${section} section holds part of an RRset`;
  }
  const isAll =
    reply.answer.length === whole.answer.length && reply.authority.length === whole.authority.length;
  if (reply.flags.includes("TC")) return reply.length === whole.length ? "TC without need" : undefined;
  return isAll && reply.rcode === whole.rcode ? undefined : "something is left out without TC";
}

describe("respond() at every length", () => {
  test.each([
    ["names of the zone and of others, some beginning alike", "a.test. NS"],
    ["the first RRset of several", "a.test. ANY"],
    ["addresses of another zone beside it", "mail.a.test. MX"],
    ["targets that are never compressed, one of them twice", "_x._tcp.a.test. SRV"],
    ["an alias into another zone", "away.a.test. A"],
    ["an alias to a name without the type", "away.a.test. TXT"],
    ["names in another zone's records", "away.a.test. MX"],
    ["a DNAME and the alias made from it", "h.old.a.test. A"],
    ["a referral", "x.sub.a.test. A"],
    ["a referral to nobody", "x.nowhere.a.test. A"],
    ["a name that does not exist", "nothing.a.test. A"],
    ["an empty non-terminal, of any type", "y.a.test. ANY"],
    ["more names than are kept for compression", "many.a.test. MX"],
  ])("%s: %s", (_, ask) => {
    const request = requestOf({ ask });
    const whole = decodeMessage(exchange(snapshot, request, TCP));
    const faults = [];
    for (let most = request.length; most <= whole.length; most++) {
      const reply = decodeMessage(exchange(snapshot, request, { ...UDP, plain: most }));
      const fault = faultOf(reply, most, whole);
      if (fault !== undefined) faults.push(`${most} octets: ${fault}`);
    }
    expect(faults).toEqual([]);
    expect(exchange(snapshot, request, { ...UDP, plain: whole.length })).toEqual(whole.octets);
    expect(whole.flags).not.toContain("TC");
  });
});

describe("respond() writes what names end in once", () => {
  test.each([
    ["of the zone's own and of others", "a.test. NS", "provider", 1],
    ["of names that begin differently", "many.a.test. MX", "provider1", 1],
    ["of the last of sixteen names that are kept", "many.a.test. MX", "provider8", 1],
    ["but not of later ones", "many.a.test. MX", "provider9", 2],
  ])("%s: %s, %s", (_, ask, label, times) => {
    const octets = Buffer.from(exchange(snapshot, requestOf({ ask }), TCP)).toString("latin1");
    expect(octets.split(String.fromCharCode(label.length) + label).length - 1).toBe(times);
  });
});

test("an option that the OPT record leaves no room for is left out", () => {
  const options = { 9: new Uint8Array() }; // EXPIRE
  const request = requestOf({ ask: "a.test. SOA", edns: { payloadSize: 512, options } });
  const optionsIn = (reserved: number) =>
    decodeMessage(exchange(snapshot, request, { ...UDP, reserved })).opt?.options;
  expect(optionsIn(469)).toEqual(["9:00000004"]);
  expect(optionsIn(470)).toEqual([]);
});
