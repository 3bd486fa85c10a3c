/**
 * From a thousand to a million SIP domains: time from process start to the first answer, memory in RAM once
 * settled (all threads), and user CPU time a query over UDP, asked across all zones. For a lab (one list, one
 * Edge pool) and for a hoster (policies, partners, four Edge pools); NSD and Knot beside it with the lab's
 * zones, up to a size, a time and an amount of memory.
 */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Deployment,
  KINDS,
  type Kind,
  questionsOf,
  writeDeployment,
  writeSharedZoneFile,
} from "./deployment.ts";
import { type Cost, measure } from "./load.ts";
import { machineLine } from "./machine.ts";
import { leave, readOptions } from "./options.ts";
import type { Memory } from "./processes.ts";
import { Resources, withResources } from "./resources.ts";
import { launch, ourServer, peerServers, type ServerKind } from "./servers.ts";
import { median, shown, spread } from "./statistics.ts";
import { tableText } from "./table.ts";

const SERVER_CORE = 0;
const QUESTIONS = 200_000;
const WARM_SECONDS = 4;

const options = readOptions("Load time, memory and CPU time a query for 1,000 to 1,000,000 SIP domains.", {
  main: { help: "what is measured", default: "dist/main.js" },
  sizes: { help: "numbers of SIP domains, with commas between", default: "1000,10000,100000,1000000" },
  kind: { help: "lab or hoster; both where not given", default: "" },
  "peers-up-to": { help: "NSD and Knot beside it up to this size; 0 for none", default: "100000" },
  patience: { help: "seconds after which a start is given up", default: "120" },
  mebibytes: { help: "memory at which a start is given up", default: "8192" },
  rounds: { help: "loads of each server", default: "3" },
  seconds: { help: "seconds of each load", default: "3" },
  settle: { help: "seconds from the first answer to the look at memory", default: "5" },
  markdown: { help: "a table in Markdown" },
});
const main = options.text("main");
if (!existsSync(main)) leave(`Cannot find ${main}: run "npm run build" first`);
const sizes = options.text("sizes").split(",").map(Number);
if (!sizes.every((size) => Number.isInteger(size) && size > 0))
  leave("Cannot use --sizes: give whole numbers");

const HEADINGS = [
  "server",
  "SIP domains",
  "start to answer, ms",
  "resident MiB",
  "peak MiB",
  "loaded MiB",
  "user µs a query",
  "system",
  "÷ smallest",
  "lost",
];

/** One line of the table. */
interface Row {
  readonly title: string;
  readonly size: number;
  readonly startTime: number;
  readonly settled: Memory;
  /** After the loads: answering must not make it grow. */
  readonly loaded: Memory;
  readonly costs: readonly Cost[];
}

interface Subject {
  readonly title: string;
  readonly kind: ServerKind;
  readonly deployment: Deployment;
  readonly size: number;
}

/** Every server that is measured with so many SIP domains, one after the other. */
function* subjects(size: number, directory: string): Generator<Subject> {
  const kinds: readonly Kind[] = KINDS.filter((kind) => ["", kind].includes(options.text("kind")));
  for (const kind of kinds) {
    const place = join(directory, kind);
    mkdirSync(place);
    const deployment = writeDeployment(place, kind, size);
    yield { title: `xmpp-edge-dns, ${kind}`, kind: ourServer(main, deployment), deployment, size };
    if (kind !== "lab" || size > options.number("peers-up-to", 0)) continue;
    const files = writeSharedZoneFile(join(place, "zones"), main, deployment);
    for (const peer of peerServers(files)) {
      if (peer.name !== "BIND") yield { title: peer.name, kind: peer, deployment, size };
    }
  }
}

/** Starts a server, looks at it, loads it and stops it. A sentence where it does not get so far. */
async function measureSubject(subject: Subject, directory: string, own: Resources): Promise<Row | string> {
  const { title, kind, deployment, size } = subject;
  const server = await launch(kind, {
    resources: own,
    directory,
    core: SERVER_CORE,
    ask: `${deployment.sipDomains.at(-1)}. SOA`,
    seconds: options.number("patience"),
    mebibytes: options.number("mebibytes"),
  });
  if ("reason" in server) return `${title}, ${size} SIP domains: given up, ${server.reason}`;
  await seconds(options.number("settle", 0));
  const settled = server.process.memory();
  const questions = join(directory, "questions.txt");
  writeFileSync(questions, `${questionsOf(deployment.sipDomains, QUESTIONS).join("\n")}\n`);
  const load = {
    transport: "udp",
    port: server.port,
    questions,
    seconds: options.number("seconds"),
  } as const;
  await measure(server.process, { ...load, seconds: WARM_SECONDS }); // what is compiled just in time is compiled now
  const costs: Cost[] = [];
  for (let round = 0; round < options.number("rounds"); round++)
    costs.push(await measure(server.process, load));
  return { title, size, startTime: server.startTime, settled, loaded: server.process.memory(), costs };
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1_000));
}

async function measureSize(size: number, resources: Resources): Promise<(Row | string)[]> {
  const rows: (Row | string)[] = [];
  const directory = resources.temporaryDirectory();
  for (const subject of subjects(size, directory)) {
    const own = new Resources();
    resources.add(() => own.close());
    rows.push(await measureSubject(subject, directory, own));
    await own.close();
    process.stderr.write(`${subject.title}, ${size}: done\n`);
  }
  return rows;
}

function cellsOf(row: Row, rows: readonly Row[]): string[] {
  const users = row.costs.map(({ user }) => user);
  const smallest = rows.find(({ title }) => title === row.title) ?? row;
  return [
    row.title,
    row.size.toLocaleString("en"),
    shown(row.startTime, 0),
    shown(row.settled.resident, 0),
    shown(row.settled.peak, 0),
    shown(row.loaded.resident, 0),
    spread(users),
    shown(median(row.costs.map(({ system }) => system))),
    shown(median(users) / median(smallest.costs.map(({ user }) => user))),
    String(row.costs.reduce((sum, { lost }) => sum + lost, 0)),
  ];
}

await withResources(async (resources) => {
  const outcomes: (Row | string)[] = [];
  for (const size of sizes) outcomes.push(...(await measureSize(size, resources)));
  const rows = outcomes.filter((outcome) => typeof outcome !== "string");
  const table = {
    title: "Many SIP domains",
    headings: HEADINGS,
    rows: rows.map((row) => cellsOf(row, rows)),
    remarks: [
      "all threads on one core; median (min–max); resident: VmRSS, for NSD the sum of its processes' shares (Pss)",
      ...outcomes.filter((outcome) => typeof outcome === "string"),
    ],
  };
  process.stdout.write(`${machineLine()}\n\n${tableText(table, options.isSet("markdown"))}`);
});
