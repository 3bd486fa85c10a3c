/**
 * What the status page costs those who answer: CPU time a query with the admin interface off, on, and on with
 * a page open that follows the server. Server on core 0, dnsperf on core 1, by turns.
 */

import { existsSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { questionsOf, writeDeployment } from "./deployment.ts";
import { freePort } from "./free-port.ts";
import { type Cost, measure } from "./load.ts";
import { machineLine } from "./machine.ts";
import { leave, readOptions } from "./options.ts";
import { type Resources, withResources } from "./resources.ts";
import { launch, ourServer, type RunningServer } from "./servers.ts";
import { median, shown, spread } from "./statistics.ts";
import { tableText } from "./table.ts";

const SERVER_CORE = 0;
const QUESTIONS = 20_000;

const options = readOptions("CPU time a query without and with the status page open.", {
  main: { help: "what is measured", default: "dist/main.js" },
  zones: { help: "zones served", default: "1000" },
  rounds: { help: "alternating rounds", default: "5" },
  seconds: { help: "seconds of load in each round", default: "4" },
  markdown: { help: "a table in Markdown" },
});
const main = options.text("main");
if (!existsSync(main)) leave(`Cannot find ${main}: run "npm run build" first`);

interface Candidate {
  readonly title: string;
  readonly settings: (adminPort: number) => readonly string[];
  readonly isFollowed: boolean;
}

const CANDIDATES: readonly Candidate[] = [
  { title: "off", settings: () => ["admin.enabled=false"], isFollowed: false },
  { title: "on", settings: (port) => [`admin.port=${port}`], isFollowed: false },
  { title: "on, page open", settings: (port) => [`admin.port=${port}`], isFollowed: true },
];

interface Competitor {
  readonly candidate: Candidate;
  readonly server: RunningServer;
  readonly costs: Cost[];
}

/** A page that is open: follows the events to the end. Tries again while the server opens its interface. */
async function follow(port: number, resources: Resources): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const response = await answerOf(port);
    if (response !== undefined) {
      resources.add(() => void response.destroy());
      response.on("error", () => {}); // the server is stopped at the end
      response.resume();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  leave(`Cannot open the page: nobody answers on port ${port}`);
}

function answerOf(port: number): Promise<IncomingMessage | undefined> {
  return new Promise((resolve) => {
    const call = request({ host: "127.0.0.1", port, path: "/events" }, resolve);
    call.on("error", () => resolve(undefined));
    call.end();
  });
}

await withResources(async (resources) => {
  const directory = resources.temporaryDirectory();
  const deployment = writeDeployment(directory, "lab", options.number("zones"));
  const questions = join(directory, "questions.txt");
  writeFileSync(questions, `${questionsOf(deployment.sipDomains, QUESTIONS).join("\n")}\n`);
  const ask = `${deployment.sipDomains.at(-1)}. SOA`;

  const start = async (candidate: Candidate): Promise<Competitor> => {
    const adminPort = await freePort();
    const kind = ourServer(main, deployment);
    const set = candidate.settings(adminPort).flatMap((text) => ["--set", text]);
    const command = (port: number, place: string) => [...kind.command(port, place), ...set];
    const server = await launch({ ...kind, command }, { resources, directory, ask, core: SERVER_CORE });
    if ("reason" in server) return leave(`Cannot start ${main}: ${server.reason}`);
    if (candidate.isFollowed) await follow(adminPort, resources);
    return { candidate, server, costs: [] };
  };
  const competitors: Competitor[] = [];
  for (const candidate of CANDIDATES) competitors.push(await start(candidate));

  const run = ({ server: { process, port } }: Competitor) =>
    measure(process, { transport: "udp", port, questions, seconds: options.number("seconds") });
  for (const competitor of competitors) await run(competitor); // what is compiled just in time is compiled now
  for (let round = 0; round < options.number("rounds"); round++) {
    for (const competitor of competitors) competitor.costs.push(await run(competitor));
  }

  const totalOf = ({ costs }: Competitor) => median(costs.map(({ total }) => total));
  const [first] = competitors;
  const base = first === undefined ? Number.NaN : totalOf(first);
  const table = {
    title: "CPU time a query over UDP, one worker",
    headings: ["admin interface", "total µs (min–max)", "÷ off", "lost", "wrong"],
    rows: competitors.map((competitor) => [
      competitor.candidate.title,
      spread(competitor.costs.map(({ total }) => total)),
      shown(totalOf(competitor) / base),
      String(competitor.costs.reduce((sum, { lost }) => sum + lost, 0)),
      String(competitor.costs.reduce((sum, { wrong }) => sum + wrong, 0)),
    ]),
    remarks: ["a page that is open is told of what is answered every second"],
  };
  process.stdout.write(`${machineLine()}\n\n${tableText(table, options.isSet("markdown"))}`);
});
