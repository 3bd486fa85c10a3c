/** IXFR and AXFR from snapshots, without sockets: what a secondary makes of them is the zone that is served. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Answer, answerIxfr, wholeZone } from "../../src/transfer/content.ts";
import { Journal } from "../../src/transfer/journal.ts";
import { type StreamTally, writeStream } from "../../src/transfer/stream.ts";
import { zoneVersion } from "../../src/transfer/version.ts";
import { SearchName } from "../../src/zone/lookup.ts";
import type { Snapshot } from "../../src/zone/snapshot.ts";
import { decodeMessage, type Message } from "../conformance/decoder.ts";
import { nameOf, requestOf, snapshotOfZones } from "../conformance/harness.ts";
import { applied, recordsOf } from "./client.ts";

const APEX = "alpha.test.";
const HEAD = "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 192.0.2.53\n";

function search(apex: string): SearchName {
  const name = new SearchName();
  const octets = nameOf(apex).toBytes();
  name.read(octets, 0, octets.length);
  return name;
}

function versionIn(snapshot: Snapshot) {
  const version = zoneVersion(snapshot, nameOf(APEX));
  if (version === undefined) throw new Error("the zone is there");
  return version;
}

/** All messages of an answer. */
function written({ content }: Answer, asked = "AXFR"): { messages: Message[]; tally: StreamTally } {
  const request = requestOf({ ask: `${APEX} ${asked}` });
  const tally: StreamTally = { messages: 0, octets: 0, records: 0 };
  const buffer = new Uint8Array(2 + 65_535);
  const head = {
    id: 7,
    flags: 0x8400,
    question: request.slice(12),
    opt: undefined,
    signer: undefined,
    now: () => 0,
  };
  const messages: Message[] = [];
  for (const length of writeStream(content, head, buffer, tally))
    if (length > 0) messages.push(decodeMessage(buffer.slice(2, length)));
  return { messages, tally };
}

function axfr(snapshot: Snapshot): string[] {
  return recordsOf(written({ style: "AXFR", content: wholeZone(versionIn(snapshot)) }).messages);
}

function ixfr(
  before: Snapshot,
  now: Snapshot,
  serial: number,
  kept = true,
): { answer: Answer; records: string[] } {
  const journal = new Journal({ versions: 5, octets: 2 ** 30 });
  if (kept) journal.keep(before);
  const answer = answerIxfr(versionIn(now), search(APEX), serial, journal);
  return { answer, records: recordsOf(written(answer, "IXFR").messages) };
}

function snapshot(records: string, serial: number): Snapshot {
  return snapshotOfZones({ [APEX]: HEAD + records }, serial);
}

describe("wholeZone()", () => {
  test("is every record between two SOAs, in canonical order, delegations and glue among them", () => {
    const records = "*.w MX 10 mail\nsub NS ns.sub\nns.sub A 192.0.2.1\na.b.c TXT x\n";
    const zone = axfr(snapshot(records, 42));
    expect(zone.at(0)).toBe(`${APEX} 3600 SOA ns.${APEX} hostmaster.${APEX} 42 3600 600 86400 300`);
    expect(zone.at(-1)).toBe(zone[0]);
    expect(zone.slice(1, -1)).toEqual([
      `${APEX} 3600 NS ns.${APEX}`,
      `a.b.c.${APEX} 3600 TXT "x"`,
      `ns.${APEX} 3600 A 192.0.2.53`,
      `sub.${APEX} 3600 NS ns.sub.${APEX}`,
      `ns.sub.${APEX} 3600 A 192.0.2.1`,
      `*.w.${APEX} 3600 MX 10 mail.${APEX}`,
    ]);
  });

  test("fills its messages: all but the last are over 65,000 octets, none over 65,535", () => {
    const records = Array.from({ length: 9_000 }, (_, at) => `host-${at} A 198.18.${at >> 8}.${at & 255}`);
    const { messages, tally } = written({
      style: "AXFR",
      content: wholeZone(versionIn(snapshot(records.join("\n"), 1))),
    });
    expect(messages.length).toBeGreaterThan(3);
    for (const { length } of messages.slice(0, -1)) expect(length).toBeGreaterThan(65_000);
    for (const { length } of messages) expect(length).toBeLessThanOrEqual(65_535);
    expect(new Set(recordsOf(messages)).size).toBe(9_003);
    expect(tally).toMatchObject({ messages: messages.length, records: 9_004 });
    expect(messages.map(({ question }) => question)).toEqual([
      `${APEX} AXFR`,
      ...messages.slice(1).map(() => undefined),
    ]);
  });

  test("points no further than 16 KiB, where pointers end, and is right behind them", () => {
    const hosts = Array.from({ length: 1_500 }, (_, at) =>
      ["a", "b"].map((label) => `${label}.host-${at}`),
    ).flat();
    const mailOf = (host: string) => `${host.slice(2)}.elsewhere.example.`; // one for two of them
    const records = hosts.map((host) => `${host} MX 1 ${mailOf(host)}`).join("\n");
    const zone = axfr(snapshot(records, 1));
    expect(new Set(zone)).toEqual(
      new Set([
        ...axfr(snapshot("", 1)),
        ...hosts.map((host) => `${host}.${APEX} 3600 MX 1 ${mailOf(host)}`),
      ]),
    );
  });

  test("compresses owners and the names of RFC 1035 types, and never the target of SRV", () => {
    const records = "_x._tcp SRV 0 0 1 host.elsewhere.example.\n_y._tcp SRV 0 0 1 host.elsewhere.example.\n";
    const names =
      "a.long-label-in-common MX 1 m.elsewhere.example.\nb.long-label-in-common MX 1 m.elsewhere.example.\n";
    const { messages } = written({
      style: "AXFR",
      content: wholeZone(versionIn(snapshot(records + names, 1))),
    });
    const text = Buffer.from(messages[0]?.octets ?? []).toString("latin1");
    const times = (label: string) => text.split(label).length - 1;
    expect(times("long-label-in-common")).toBe(1);
    expect(times("\x01m\x09elsewhere")).toBe(1);
    expect(times("\x04host\x09elsewhere\x07example\0")).toBe(2);
  });
});

describe("answerIxfr()", () => {
  const before = snapshot(
    "www A 192.0.2.1\nwww A 192.0.2.2\nold TXT gone\nsame A 192.0.2.9\nx1 A 192.0.2.1\nx2 A 192.0.2.1\nx3 A 192.0.2.1\n",
    10,
  );
  const now = snapshot(
    "www A 192.0.2.1\nwww A 192.0.2.3\nnew.deep TXT come\nsame A 192.0.2.9\nx1 A 192.0.2.1\nx2 A 192.0.2.1\nx3 A 192.0.2.1\n",
    20,
  );
  const soa = (serial: number) =>
    `${APEX} 3600 SOA ns.${APEX} hostmaster.${APEX} ${serial} 3600 600 86400 300`;

  test("says what is to be removed and what to be added (RFC 1995 §4)", () => {
    expect(ixfr(before, now, 10).records).toEqual([
      soa(20),
      soa(10),
      `old.${APEX} 3600 TXT "gone"`,
      `www.${APEX} 3600 A 192.0.2.2`,
      soa(20),
      `new.deep.${APEX} 3600 TXT "come"`,
      `www.${APEX} 3600 A 192.0.2.3`,
      soa(20),
    ]);
  });

  test.each([
    ["the serial that is served", 20],
    ["a later one (RFC 1982)", 21],
    ["one half the circle away", 20 + 2 ** 31],
  ])("gives the SOA alone to %s", (_, serial) => {
    expect(ixfr(before, now, serial).records).toEqual([soa(20)]);
  });

  test.each([
    ["a serial that is not remembered", 9, true],
    ["a serial when nothing is kept", 10, false],
  ])("gives the whole zone to %s", (_, serial, kept) => {
    const { answer, records } = ixfr(before, now, serial, kept);
    expect(answer.style).toBe("AXFR");
    expect(records).toEqual(axfr(now));
  });

  test("gives the whole zone where what changed is longer", () => {
    const other = snapshot("p A 192.0.2.1\nq A 192.0.2.1\n", 20);
    expect(ixfr(before, other, 10).records).toEqual(axfr(other));
  });

  test("takes no name of one version for one of the other that lies at the same place", () => {
    const one = snapshot("m MX 1 aaaa.other.example.\nb TXT x\nc TXT x\nd TXT x\n", 1);
    const other = snapshot("m MX 1 bbbb.other.example.\nb TXT x\nc TXT x\nd TXT x\n", 2);
    const { records } = ixfr(one, other, 1);
    expect(records.filter((record) => record.includes(" MX "))).toEqual([
      `m.${APEX} 3600 MX 1 aaaa.other.example.`,
      `m.${APEX} 3600 MX 1 bbbb.other.example.`,
    ]);
  });

  test("sees another TTL, other values in the SOA, another owner's case as none", () => {
    const ttl = ixfr(
      snapshot("a A 192.0.2.1\nb TXT x\nc TXT x\nd TXT x\n", 1),
      snapshot("a 60 A 192.0.2.1\nb TXT x\nc TXT x\nd TXT x\n", 2),
      1,
    );
    expect(ttl.records).toHaveLength(6);
    const same = ixfr(snapshot("A A 192.0.2.1\nb TXT x\n", 1), snapshot("a A 192.0.2.1\nb TXT x\n", 2), 1);
    expect(same.records).toHaveLength(4);
  });

  test("from any version to any other is what is served (property)", () => {
    const label = fc.constantFrom("a", "b", "ab", "x-1", "*", "_tcp");
    const owner = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join("."));
    const rdata = fc.constantFrom(
      "A 192.0.2.1",
      "A 192.0.2.2",
      "A 192.0.2.3",
      "TXT one",
      "TXT two",
      "MX 1 mail",
      "MX 1 a.b.example.",
      "SRV 0 0 1 host",
    );
    const line = fc.tuple(owner, rdata).map((parts) => parts.join(" "));
    const zone = fc.uniqueArray(line, { maxLength: 25 }).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(zone, zone, (one, other) => {
        const [a, b] = [snapshot(one, 1), snapshot(other, 2)];
        const { records } = ixfr(a, b, 1);
        expect(applied(records, new Set(axfr(a)))).toEqual(new Set(axfr(b)));
      }),
      { numRuns: 300 },
    );
  });
});

describe("Journal", () => {
  const snapshots = [1, 2, 3, 4].map((serial) => snapshot("a A 192.0.2.1\n", serial));
  const length = snapshots[0]?.octets.length ?? 0;

  test.each([
    ["as many versions as it may", { versions: 2, octets: 2 ** 30 }, [3, 4]],
    ["as many octets as it may", { versions: 9, octets: 3 * length }, [2, 3, 4]],
    ["nothing where it may not", { versions: 0, octets: 2 ** 30 }, []],
    ["nothing that is too large by itself", { versions: 9, octets: length - 1 }, []],
  ])("keeps %s, and says what it lets go", (_, limits, found) => {
    const journal = new Journal(limits);
    const released = snapshots.map((kept) => journal.keep(kept)).reduce((sum, octets) => sum + octets, 0);
    expect([1, 2, 3, 4].filter((serial) => journal.find(search(APEX), serial) !== undefined)).toEqual(found);
    expect(released).toBe((4 - found.length) * length);
    expect(journal.clear()).toBe(found.length * length);
    expect(journal.find(search(APEX), 4)).toBeUndefined();
  });
});
