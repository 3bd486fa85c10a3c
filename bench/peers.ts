/**
 * Side by side in one run: this server, NSD, Knot, BIND and a C program that only echoes (the floor).
 *
 * All hold the same zones, written by `records --format zone`, and answer the same questions with minimal
 * responses and one worker. Server on core 0, generator on core 1, one server under load at a time, in
 * alternating rounds. The figure is CPU time of the server's threads and child processes over answered
 * queries, from /proc/<pid>/stat; compare ratios within a run, not times across runs.
 */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileProgram } from "./c-programs.ts";
import { ABSENT_PERCENT, questionsOf, writeDeployment, writeZoneFiles } from "./deployment.ts";
import { type Cost, measure, TRANSPORTS, type Transport } from "./load.ts";
import { machineLine } from "./machine.ts";
import { leave, readOptions } from "./options.ts";
import { type Resources, withResources } from "./resources.ts";
import {
  echoServer,
  launch,
  ourServer,
  peerServers,
  type RunningServer,
  type ServerKind,
} from "./servers.ts";
import { median, shown, spread } from "./statistics.ts";
import { type Table, tableText } from "./table.ts";

const SERVER_CORE = 0;
const QUESTIONS = 20_000;

const options = readOptions(
  "CPU time a query beside NSD, Knot, BIND and a C echo program; time from start to first answer.",
  {
    main: { help: "what is measured", default: "dist/main.js" },
    zones: { help: "zones served", default: "1000" },
    only: { help: "udp, tcp (pipelined), connections (one query each) or start", default: "" },
    rounds: { help: "alternating rounds", default: "3" },
    seconds: { help: "seconds of load in each round", default: "4" },
    markdown: { help: "tables in Markdown" },
  },
);
const rounds = options.number("rounds");
const seconds = options.number("seconds");
const only = options.choice("only", [...TRANSPORTS, "start"]);
const main = options.text("main");
if (!existsSync(main)) leave(`Cannot find ${main}: run "npm run build" first`);

interface Stage {
  readonly directory: string;
  readonly kinds: readonly ServerKind[];
  readonly questions: string;
  /** A question that every server has an answer to. */
  readonly ask: string;
  readonly connections: string | undefined;
}

function prepare(resources: Resources): Stage {
  const directory = resources.temporaryDirectory();
  const deployment = writeDeployment(directory, "lab", options.number("zones"));
  const files = writeZoneFiles(join(directory, "zones"), main, deployment);
  const questions = join(directory, "questions.txt");
  writeFileSync(questions, `${questionsOf(deployment.sipDomains, QUESTIONS).join("\n")}\n`);
  const echo = compileProgram("echo", directory);
  const kinds = [ourServer(main, deployment), ...peerServers(files), ...(echo ? [echoServer(echo)] : [])];
  const ask = `${deployment.sipDomains.at(-1)}. SOA`;
  return { directory, kinds, questions, ask, connections: compileProgram("connections", directory) };
}

async function launchAll({ kinds, directory, ask }: Stage, resources: Resources): Promise<RunningServer[]> {
  const servers: RunningServer[] = [];
  for (const kind of kinds) {
    const server = await launch(kind, { resources, directory, ask, core: SERVER_CORE });
    if ("reason" in server) {
      print([`${kind.name} is left out: ${server.reason}`]);
      continue;
    }
    servers.push(server);
  }
  return servers;
}

/** Not pinned: nobody pins a server that he starts. */
async function showStartTimes({ kinds, directory, ask }: Stage, resources: Resources): Promise<void> {
  const times = new Map<ServerKind, number[]>(kinds.map((kind) => [kind, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [kind, samples] of times) {
      const server = await launch(kind, { resources, directory, ask });
      if ("reason" in server) continue;
      samples.push(server.startTime);
      await server.process.stop();
    }
  }
  show({
    title: `From process start to first answer, ${options.text("zones")} zones (ms)`,
    headings: ["server", "median (min–max)"],
    rows: [...times].map(([{ name }, samples]) => [name, spread(samples, 0)]),
    remarks: ["on any core"],
  });
}

const TITLES: Readonly<Record<Transport, string>> = {
  udp: "UDP",
  tcp: "TCP, pipelined",
  connections: "TCP, one query per connection",
};

async function showCosts(
  stage: Stage,
  servers: readonly RunningServer[],
  transport: Transport,
): Promise<void> {
  if (transport === "connections" && stage.connections === undefined) {
    print(["One query per connection is left out: its generator needs a C compiler"]);
    return;
  }
  const costs = new Map<RunningServer, Cost[]>(servers.map((server) => [server, []]));
  const run = ({ process, port }: RunningServer, time: number) =>
    measure(process, { ...stage, transport, port, seconds: time });
  for (const server of servers) await run(server, seconds); // what is compiled just in time is compiled now
  for (let round = 0; round < rounds; round++) {
    for (const [server, samples] of costs) samples.push(await run(server, seconds));
  }
  show(costTable(TITLES[transport], costs));
}

const BEST_PEERS = ["NSD", "Knot"] as const;

function costTable(title: string, costs: ReadonlyMap<RunningServer, readonly Cost[]>): Table {
  const totals = new Map([...costs].map(([{ kind }, samples]) => [kind.name, middle(samples, "total")]));
  const floor = totals.get("C echo") ?? Number.NaN;
  const better = Math.min(...BEST_PEERS.flatMap((name) => totals.get(name) ?? []));
  const rows = [...costs].map(([{ kind }, samples]) => [
    kind.name,
    spread(samples.map(({ user }) => user)),
    spread(samples.map(({ system }) => system)),
    spread(samples.map(({ total }) => total)),
    shown(middle(samples, "total") / floor),
    shown(middle(samples, "total") / better),
    shown(middle(samples, "busy"), 0),
    shown(median(samples.map(({ completed, seconds: time }) => completed / time / 1_000)), 1),
    shown(middle(samples, "answerLength"), 0),
    String(sum(samples, "lost")),
    String(sum(samples, "wrong")),
  ]);
  const headings = ["server", "user", "system", "total", "÷ floor", "÷ better of NSD, Knot", "busy %", "k/s"];
  return {
    title: `${title}: CPU µs a query, ${rounds} rounds of ${seconds} s`,
    headings: [...headings, "octets", "lost", "wrong"],
    rows,
    remarks: [
      "median (min–max); Knot and this server put the SRV targets' addresses into the additional section, NSD and BIND do not",
      ...mixRemarks(costs),
    ],
  };
}

/** A server whose share of NXDOMAIN is another than that of the questions does not answer from our zones. */
function mixRemarks(costs: ReadonlyMap<RunningServer, readonly Cost[]>): string[] {
  return [...costs].flatMap(([{ kind }, samples]) => {
    const percent = (100 * sum(samples, "absent")) / sum(samples, "completed");
    if (kind.name === "C echo" || Math.abs(percent - ABSENT_PERCENT) < 1) return [];
    return [
      `${kind.name} said NXDOMAIN to ${shown(percent, 1)} % of the queries, ${ABSENT_PERCENT} % are wanted`,
    ];
  });
}

function middle(samples: readonly Cost[], figure: keyof Cost): number {
  return median(samples.map((cost) => cost[figure]));
}

function sum(samples: readonly Cost[], figure: keyof Cost): number {
  return samples.reduce((total, cost) => total + cost[figure], 0);
}

function show(table: Table): void {
  process.stdout.write(tableText(table, options.isSet("markdown")));
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("  \n")}\n\n`);
}

await withResources(async (resources) => {
  const stage = prepare(resources);
  print([machineLine(), stage.kinds.map(({ name, version }) => `${name} ${version}`).join(", ")]);
  if (only === undefined || only === "start") await showStartTimes(stage, resources);
  const transports = TRANSPORTS.filter((transport) => only === undefined || only === transport);
  if (transports.length === 0) return;
  const servers = await launchAll(stage, resources);
  for (const transport of transports) await showCosts(stage, servers, transport);
});
