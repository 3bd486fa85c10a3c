/**
 * The pure function: nanoseconds an answer takes, for each kind of answer, over many zones. No socket, no
 * thread. Each sample answers one question for every zone once, so that neither the question nor the zone
 * stays in the cache of the processor.
 */

import { Bench, type Task } from "tinybench";
import { allowInlining } from "../src/inlining.ts";
import { build } from "../src/reload/build.ts";
import { DiskFiles } from "../src/reload/files.ts";
import type { Client } from "../src/responder/client.ts";
import { secretMemory } from "../src/responder/cookie-secrets.ts";
import { CookieJar } from "../src/responder/cookies.ts";
import { udpExtras } from "../src/responder/extras.ts";
import { RateLimiter } from "../src/responder/rate-limiter.ts";
import { type Limits, respond, udpLimits } from "../src/responder/respond.ts";
import type { Snapshot } from "../src/zone/snapshot.ts";
import { type Edns, expectValue, requestOf, UDP } from "../test/conformance/harness.ts";
import { machineLine } from "./machine.ts";
import { readOptions } from "./options.ts";
import { shown } from "./statistics.ts";
import { tableText } from "./table.ts";

const options = readOptions("Nanoseconds an answer of respond() takes, by kind of answer.", {
  zones: { help: "zones served", default: "1000" },
  milliseconds: { help: "time for each kind of answer", default: "500" },
  only: { help: "kinds whose name holds this word", default: "" },
  markdown: { help: "a table in Markdown" },
});

/** A kind of answer and the question that leads to it, for a zone. */
type Case = readonly [kind: string, ask: (zone: string) => string, flags: number];

/** Bits of the header's flags that tell kinds of answer apart: AA, TC, RCODE. */
const AA = 0x0400;
const TC = 0x0200;
const NXDOMAIN = 3;
const REFUSED = 5;

const CASES: readonly Case[] = [
  ["SRV with additional", (zone) => `_xmpp-server._tcp.${zone} SRV`, AA],
  ["A", (zone) => `xmpp.${zone} A`, AA],
  ["AAAA", (zone) => `xmpp.${zone} AAAA`, AA],
  ["SOA", (zone) => `${zone} SOA`, AA],
  ["NODATA", (zone) => `xmpp.${zone} MX`, AA],
  ["NODATA, empty non-terminal", (zone) => `_tcp.${zone} SRV`, AA],
  ["NXDOMAIN", (zone) => `nothing.${zone} A`, AA | NXDOMAIN],
  ["NXDOMAIN, four labels deep", (zone) => `a.b.c.d.${zone} A`, AA | NXDOMAIN],
  ["REFUSED", (zone) => `${zone.replace("example", "invalid")} A`, REFUSED],
  ["CNAME chain of three", (zone) => `chat.${zone} A`, AA],
  ["truncated", (zone) => `many.${zone} A`, AA | TC],
];

/**
 * Turns through all kinds before anything is measured: a server sees them mixed, and code compiled for one kind
 * alone would be faster than it ever is there.
 */
const WARM_TURNS = 150;

const VARIANTS: readonly (readonly [title: string, edns: Edns | undefined])[] = [
  ["plain", undefined],
  ["EDNS", { payloadSize: 1232 }],
];

/** Where requests come from, and what goes with answers. */
interface Way {
  readonly limits: Limits;
  readonly client: Client;
  readonly limiter?: RateLimiter;
}

const CLIENT: Client = { octets: Uint8Array.of(192, 0, 2, 1), offset: 0, length: 4, time: 1_700_000_000 };
const PLAIN: Way = { limits: UDP, client: CLIENT };

/** A client cookie, and the whole cookie that the server has given for it. */
const CLIENT_COOKIE = new Uint8Array(8);
const COOKIES = { secrets: secretMemory([new Uint8Array(16)]), required: false };

function wholeCookie(): Uint8Array {
  const jar = new CookieJar(COOKIES);
  jar.examine(CLIENT_COOKIE, 0, CLIENT_COOKIE.length, CLIENT);
  return jar.reply.slice();
}

/** Never met, so that nothing is left out of what is measured; a table of its own, as each thread has. */
function limiter(): RateLimiter {
  const options = { responsesPerSecond: 65_534, slip: 1, ipv4PrefixLength: 24, ipv6PrefixLength: 56 };
  return new RateLimiter({ ...options, exempt: [] }, 1, { limited: () => {}, slipped: () => {} });
}

const OF_COOKIES: Way = { limits: udpLimits(1232, udpExtras({ cookies: COOKIES })), client: CLIENT };
const OF_NSID: Way = { limits: udpLimits(1232, udpExtras({ name: "edge-dns-1" })), client: CLIENT };
const OF_ALL: Way = {
  limits: udpLimits(1232, udpExtras({ cookies: COOKIES, name: "edge-dns-1" })),
  client: CLIENT,
  limiter: limiter(),
};

/** What protects, each alone and all together, on the answer to a question for an address. */
const PROTECTED: readonly (readonly [
  title: string,
  way: Way,
  options: Readonly<Record<number, Uint8Array>>,
  access?: "few" | "many",
])[] = [
  ["nothing", PLAIN, {}],
  ["cookies on, client without", OF_COOKIES, {}],
  ["cookies on, client cookie", OF_COOKIES, { 10: CLIENT_COOKIE }],
  ["cookies on, valid cookie", OF_COOKIES, { 10: wholeCookie() }],
  ["NSID asked for", OF_NSID, { 3: new Uint8Array(0) }],
  ["zones with 2 prefixes", PLAIN, {}, "few"],
  ["zones with 1000 prefixes", PLAIN, {}, "many"],
  ["rate limit", { ...PLAIN, limiter: limiter() }, {}],
  ["all on, client without cookies", OF_ALL, {}],
  ["all on, zones with 2 prefixes", OF_ALL, {}, "few"],
  ["all on, valid cookie", OF_ALL, { 10: wholeCookie() }],
];

const ALLOWED = {
  few: ["192.0.2.0/24", "2001:db8::/32"],
  many: Array.from({ length: 1000 }, (_, number) => `10.${number >>> 8}.${number & 255}.0/24`).concat(
    "192.0.2.0/24",
  ),
};

/** Two Edge Servers, and in each zone an alias and a name with more addresses than a datagram takes. */
function snapshotOfMany(zones: readonly string[], allowQuery?: readonly string[]): Snapshot {
  const addresses = Array.from({ length: 100 }, (_, last) => `many A 198.18.0.${last}`);
  const records = ["chat CNAME talk", "talk CNAME im", "im CNAME xmpp", ...addresses].join("\n");
  const value = {
    edgePools: [
      {
        fqdn: "edge.hoster.test",
        servers: [{ addresses: ["203.0.113.10", "2001:db8::10"] }, "203.0.113.11"],
      },
    ],
    sipDomains: zones,
    ...(allowQuery && { defaults: { allowQuery } }),
    zones: Object.fromEntries(zones.map((zone) => [zone, { records }])),
  };
  return expectValue(build({ kind: "value", value }, new DiskFiles(0), { unixTime: 1_700_000_000 })).snapshot;
}

/** Answers each request once; the sum keeps the engine from leaving out what nobody looks at. */
function answerAll(
  snapshot: Snapshot,
  requests: readonly Uint8Array[],
  reply: Uint8Array,
  { limits, client, limiter }: Way,
): number {
  let sum = 0;
  client.time++; // or the second in which all is answered would soon be over its rate
  for (const request of requests) {
    const length = respond(snapshot, request, 0, request.length, reply, 0, limits, client);
    sum += limiter === undefined ? length : limiter.limit(reply, 0, length, client);
  }
  return sum;
}

/** The requests of a case, after a look at whether they lead to the answer that it is named for. */
function requestsOf(
  snapshot: Snapshot,
  zones: readonly string[],
  [kind, ask, flags]: Case,
  edns?: Edns,
): Uint8Array[] {
  const requests = zones.map((zone, id) =>
    requestOf({ ask: ask(zone), id: id & 0xffff, ...(edns && { edns }) }),
  );
  const reply = new Uint8Array(65_535);
  for (const request of requests) {
    respond(snapshot, request, 0, request.length, reply, 0, UDP);
    const got = (((reply[2] ?? 0) << 8) | (reply[3] ?? 0)) & (AA | TC | 15);
    if (got !== flags) throw new Error(`The answer to "${kind}" has flags ${got.toString(16)}`);
  }
  return requests;
}

function lengthOf(
  snapshot: Snapshot,
  request: Uint8Array | undefined,
  reply: Uint8Array,
  { limits, client }: Way,
): string {
  if (request === undefined) return "–";
  return String(respond(snapshot, request, 0, request.length, reply, 0, limits, client));
}

/** Nanoseconds an answer: the median sample, and the range without the outermost hundredths. */
function figuresOf({ result }: Task, count: number): string[] {
  if (result.state !== "completed") return ["–", "–", "–"];
  const { p50, min, p99 } = result.latency;
  return [p50, min, p99].map((milliseconds) => shown((milliseconds * 1e6) / count, 0));
}

allowInlining(); // as a UDP thread does
const zones = Array.from({ length: options.number("zones") }, (_, number) => `customer-${number}.example`);
const snapshot = snapshotOfMany(zones);
const reply = new Uint8Array(65_535);
const bench = new Bench({ time: options.number("milliseconds"), warmupTime: 100 });
const lengths: string[] = [];
const warmers: (() => number)[] = [];

function measure(name: string, requests: readonly Uint8Array[], from: Snapshot, way: Way): void {
  if (!name.includes(options.text("only"))) return;
  lengths.push(lengthOf(from, requests[0], reply, way));
  warmers.push(() => answerAll(from, requests, reply, way));
  bench.add(name, () => void answerAll(from, requests, reply, way));
}

for (const [variant, edns] of VARIANTS) {
  for (const row of CASES)
    measure(`${row[0]}, ${variant}`, requestsOf(snapshot, zones, row, edns), snapshot, PLAIN);
}
const kinds = bench.tasks.length;
const snapshots = {
  all: snapshot,
  few: snapshotOfMany(zones, ALLOWED.few),
  many: snapshotOfMany(zones, ALLOWED.many),
};
for (const [title, way, edns, access = "all"] of PROTECTED) {
  const requests = zones.map((zone, id) => requestOf({ ask: `xmpp.${zone} A`, id, edns: { options: edns } }));
  measure(`A, EDNS, ${title}`, requests, snapshots[access], way);
}
for (let turn = 0; turn < WARM_TURNS; turn++) for (const answerOnce of warmers) answerOnce();
await bench.run();
const rows = bench.tasks.map((task, at) => [task.name, ...figuresOf(task, zones.length), lengths[at] ?? "–"]);
process.stdout.write(`${machineLine()}\n`);
for (const [title, some] of [
  ["by kind", rows.slice(0, kinds)],
  ["with what protects", rows.slice(kinds)],
] as const) {
  if (some.length === 0) continue;
  const table = {
    title: `respond(): ns an answer ${title}, ${zones.length} zones`,
    headings: ["answer", "median", "least", "99 %", "octets"],
    rows: some,
    remarks: [`a sample is one answer for each of ${zones.length} zones`],
  };
  process.stdout.write(`\n${tableText(table, options.isSet("markdown"))}`);
}
