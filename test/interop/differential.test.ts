/**
 * Random zones in four servers, and random questions about them: where NSD, Knot and BIND agree, we agree, but
 * for what stands in docs/differences.md.
 *
 * The zones and questions come of a seed, and a run has two. One is always the same. The other is a digest of
 * the code that answers: whoever changes that code meets zones that nobody has met, and everybody else those
 * that have been met before. A seed of chance would find more in time, but fail in the hands of people who
 * have changed nothing; for a hunt there is
 *
 *     DIFFERENTIAL_SEED=1,2,3 DIFFERENTIAL_QUERIES=20000 npm run test:interop -- differential
 */

import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { startProcess } from "../e2e/process.ts";
import { askAllOverTcp, askAllOverUdp, type Reply } from "./asking.ts";
import {
  type Case,
  type Difference,
  differencesOf,
  isDecided,
  saidByPeer,
  saidByUs,
  votesOf,
  wantsWhole,
} from "./compare.ts";
import { DELIBERATE } from "./deliberate.ts";
import { openBind, openKnot, openNsd } from "./peers.ts";
import { type RandomQuery, randomQueries } from "./random-queries.ts";
import { randomZones } from "./random-zones.ts";
import { reproductionOf } from "./reproduction.ts";
import type { ZoneSet } from "./zone-set.ts";

const SEEDS = process.env.DIFFERENTIAL_SEED?.split(",").map(Number) ?? [1, digestOfAnswering()];
const QUERIES = Number(process.env.DIFFERENTIAL_QUERIES ?? 8_000);
const STEPS = 4_000;

/** Of ten messages one is none that a resolver would send. */
const PLAIN_TO_TWISTED = 9;

/** How much the three must agree on at least, in percent, so that the run means something: it was 92 to 95 and 56 to 63. */
const DECIDED = { plain: 85, twisted: 45 };

/** Differences that are shown whole. */
const SHOWN = 5;

function digestOfAnswering(): number {
  const hash = createHash("sha256");
  for (const room of ["dns", "zone", "responder"])
    for (const file of readdirSync(join("src", room)).sort())
      hash.update(readFileSync(join("src", room, file)));
  return hash.digest().readInt32BE(0);
}

/** Starts all four, and gives the port of each: ours first. */
async function openServers(zones: ZoneSet): Promise<number[]> {
  const files = zones.files();
  const peers = await Promise.all([openNsd(files), openKnot(files), openBind(files)]);
  onTestFinished(() => Promise.all(peers.map((peer) => peer.close())).then(() => undefined));
  const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-differential-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [zone, text] of files) writeFileSync(join(directory, `${zone}.zone`), text);
  const list = [...files.keys()].map((zone) => [zone, { zoneFile: `${zone}.zone` }]);
  const path = join(directory, "deployment.yaml");
  writeFileSync(path, JSON.stringify({ allowPrivateAddresses: true, zones: Object.fromEntries(list) }));
  const settings = ["rateLimit.responsesPerSecond=0", "admin.enabled=false"].flatMap((set) => ["--set", set]);
  const { port } = await startProcess(["--deployment", path, "--workers", "1", ...settings]);
  return [port, ...peers.map((peer) => peer.port)];
}

/** The replies of one server; what is malformed comes last, for NSD loses what follows upon it. */
async function ask(port: number, queries: readonly RandomQuery[]): Promise<Reply[]> {
  const replies: Reply[] = new Array(queries.length).fill(undefined);
  for (const isTwisted of [false, true]) {
    for (const isTcp of [false, true]) {
      const numbers = queries.flatMap(({ request, twist }, number) =>
        request.tcp === isTcp && (twist !== undefined) === isTwisted ? [number] : [],
      );
      const requests = numbers.map((number) => queries[number]?.octets ?? new Uint8Array());
      const given = await (isTcp ? askAllOverTcp : askAllOverUdp)(port, requests);
      for (const [index, number] of numbers.entries()) replies[number] = given[index];
    }
  }
  return replies;
}

/** What all four say; where we stand alone, also what we say over TCP. */
async function casesOf([port = 0, ...others]: readonly number[], queries: readonly RandomQuery[]) {
  const ours = await ask(port, queries);
  const theirs: Reply[][] = [];
  for (const other of others) theirs.push(await ask(other, queries));
  const cases: readonly Case[] = queries.map((query, at) => {
    const said = theirs.map((replies) => saidByPeer(replies[at]));
    return { query, ours: saidByUs(ours[at], query), theirs: votesOf(query, said) };
  });
  const different = cases.filter(wantsWhole).map(({ query }) => query);
  const replies = await askAllOverTcp(
    port,
    different.map(({ octets }) => octets),
  );
  const wholes = new Map(different.map((query, at) => [query, saidByUs(replies[at], query)]));
  return cases.map((one) => ({ ...one, whole: wholes.get(one.query) }));
}

/** The differences that nobody wanted; how many there are of each kind that somebody did. */
function judge(cases: readonly Case[], zones: ZoneSet) {
  const counts = new Map<string, number>();
  const faults = cases.flatMap(differencesOf).filter((difference) => {
    const deliberate = DELIBERATE.find(({ holds }) => holds(difference, zones));
    if (deliberate !== undefined) counts.set(deliberate.row, (counts.get(deliberate.row) ?? 0) + 1);
    return deliberate === undefined;
  });
  return { faults, counts };
}

function complaintOf(seed: number, faults: readonly Difference[], zones: ZoneSet): string {
  const shown = faults.slice(0, SHOWN).map((fault) => reproductionOf(fault, zones));
  return [`${faults.length} differences; DIFFERENTIAL_SEED=${seed} brings them back`, ...shown].join("\n\n");
}

function percentDecided(cases: readonly Case[]): number {
  return (100 * cases.filter(isDecided).length) / cases.length;
}

describe.each(SEEDS)("seed %d", (seed) => {
  test("we say what NSD, Knot and BIND agree on", async () => {
    const [zones] = fc.sample(randomZones(STEPS), { seed, numRuns: 1 });
    if (zones === undefined) throw new Error("no zones were drawn");
    const queries = fc.sample(randomQueries(zones, PLAIN_TO_TWISTED), { seed, numRuns: QUERIES });
    const cases = await casesOf(await openServers(zones), queries);
    const { faults, counts } = judge(cases, zones);
    const plain = percentDecided(cases.filter(({ query }) => query.twist === undefined));
    const twisted = percentDecided(cases.filter(({ query }) => query.twist !== undefined));
    console.log(
      `seed ${seed}: ${zones.owners.length} owners, ${cases.length} queries; the three agree on ` +
        `${plain.toFixed(1)} % of those that are well formed and ${twisted.toFixed(1)} % of the others; ` +
        `deliberate differences: ${[...counts].map(([row, count]) => `${count} ${row}`).join(", ")}`,
    );
    if (faults.length > 0) throw new Error(complaintOf(seed, faults, zones));
    expect(plain).toBeGreaterThan(DECIDED.plain);
    expect(twisted).toBeGreaterThan(DECIDED.twisted);
  });
});

test("every deliberate difference has its row in docs/differences.md", () => {
  const rows = readFileSync("docs/differences.md", "utf8");
  for (const { row } of DELIBERATE) expect(rows).toContain(`\n| ${row} |`);
});
