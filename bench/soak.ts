/**
 * Minutes of full load over UDP and TCP while the deployment changes every second. Ends with exit code 1 where
 * an answer is lost or wrong, or where the memory of the process goes on growing after a time to warm up.
 *
 * dnsperf makes the load and notices what is lost; what is only late shows as latency. Beside it a slow client
 * checks each answer to the letter: every version has addresses of its own, so an answer shows which version it
 * is from.
 */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  MOST_VERSIONS,
  milliseconds,
  newDeployment,
  outOfNowhere,
  RunningClient,
  writeVersion,
} from "./changing-deployment.ts";
import type { Deployment } from "./deployment.ts";
import { type Cost, measure } from "./load.ts";
import { machineLine } from "./machine.ts";
import { leave, readOptions } from "./options.ts";
import type { MeasuredProcess } from "./processes.ts";
import { droppedAt } from "./reload-client.ts";
import { withResources } from "./resources.ts";
import { launch, ourServer } from "./servers.ts";
import { growthOf, shown } from "./statistics.ts";
import { tableText } from "./table.ts";

/** Seconds that memory may take to find its size. */
const WARM_UP = 60;

/** Percent that memory may grow by after that. */
const GROWTH = 10;

/** Seconds after which an answer is lost: on a machine with other work one may be late by several. */
const PATIENCE = 15;

/** Checked questions a second, beside the load. */
const RATE = 200;

const options = readOptions("Full load over UDP and TCP with reloads every second: lost, wrong, memory.", {
  main: { help: "what is measured", default: "dist/main.js" },
  seconds: { help: "how long", default: "600" },
  "sip-domains": { help: "SIP domains served", default: "1000" },
  interval: { help: "milliseconds between changes", default: "1000" },
  markdown: { help: "tables in Markdown" },
});
const main = options.text("main");
const seconds = options.number("seconds", 10);
const interval = options.number("interval");
if (!existsSync(main)) leave(`Cannot find ${main}: run "npm run build" first`);
if ((seconds * 1_000) / interval > MOST_VERSIONS) leave(`Cannot make more than ${MOST_VERSIONS} changes`);

/** MiB of resident memory, a sample a second. */
async function sampleMemory(server: MeasuredProcess, signal: AbortSignal): Promise<number[]> {
  const samples: number[] = [];
  while (!signal.aborted && !server.hasEnded) {
    samples.push(server.memory().resident);
    await milliseconds(1_000);
  }
  return samples;
}

/** Changes the deployment until it is told to stop; returns when the write of each version began. */
async function change(deployment: Deployment, signal: AbortSignal): Promise<Map<number, number>> {
  const written = new Map<number, number>();
  for (let version = 2; !signal.aborted; version++) {
    written.set(version, writeVersion(deployment, version));
    await milliseconds(interval);
  }
  return written;
}

function questionsIn(directory: string, { sipDomains }: Deployment): string {
  const path = join(directory, "questions.txt");
  const lines = sipDomains.map((zone) => `_xmpp-server._tcp.${zone} SRV\nxmpp.${zone} A\n`);
  writeFileSync(path, lines.join(""));
  return path;
}

/** Every question has an answer, so NXDOMAIN is as wrong as SERVFAIL. */
function loadRow(title: string, load: Cost): string[] {
  const { completed, seconds: time, lost, wrong, absent } = load;
  return [
    title,
    String(completed),
    shown(completed / time / 1_000, 1),
    String(lost),
    String(wrong + absent),
    shown(load.meanLatency * 1_000, 1),
    shown(load.mostLatency * 1_000, 0),
  ];
}

await withResources(async (resources) => {
  const deployment = newDeployment(resources, options.number("sip-domains"));
  const directory = resources.temporaryDirectory();
  const ask = `${deployment.sipDomains[0]}. SOA`;
  const server = await launch(ourServer(main, deployment), { resources, ask, directory });
  if ("reason" in server) leave(`Cannot start ${main}: ${server.reason}`);
  const { port, process: measured } = server;
  const load = { port, questions: questionsIn(directory, deployment), seconds, patience: PATIENCE };

  const end = new AbortController();
  const memory = sampleMemory(measured, end.signal);
  const changes = change(deployment, end.signal);
  const client = new RunningClient({ port, rate: RATE, sipDomains: deployment.sipDomains }, resources);
  const [udp, tcp] = await Promise.all([
    measure(measured, { ...load, transport: "udp" }),
    measure(measured, { ...load, transport: "tcp" }),
  ]);
  end.abort();
  const [samples, written] = await Promise.all([memory, changes]);
  const checked = await client.stop();

  const growth = growthOf(samples, WARM_UP);
  const wrong = checked.wrong + outOfNowhere(written, checked);
  const seen = checked.firstSeen.filter(([version]) => version > 1).length;
  const faults = [
    ...(measured.hasEnded ? [`the server has ended: ${measured.complaints}`] : []),
    ...(udp.lost + tcp.lost + checked.lost > 0 ? ["answers were lost"] : []),
    ...(udp.wrong + udp.absent + tcp.wrong + tcp.absent + wrong > 0 ? ["answers were wrong"] : []),
    ...(growth.percent > GROWTH ? [`memory has grown by ${shown(growth.percent, 1)} %`] : []),
    ...(seen < written.size / 2 ? [`only ${seen} of ${written.size} versions were answered from`] : []),
  ];
  const table = {
    title: `${seconds} s of full load, a change every ${interval} ms, ${deployment.sipDomains.length} SIP domains`,
    headings: ["", "answered", "k/s", "lost", "wrong", "ms on average", "ms at the most"],
    rows: [
      loadRow("UDP", udp),
      loadRow("TCP, pipelined", tcp),
      [
        "UDP, each checked",
        String(checked.sent),
        shown(RATE / 1_000, 1),
        String(checked.lost),
        String(wrong),
        "–",
        "–",
      ],
    ],
    remarks: [
      `memory: ${shown(growth.warm, 0)} MiB when warm, ${shown(growth.end, 0)} MiB at the end (${shown(growth.percent, 1)} %), at the most ${shown(Math.max(...samples), 0)} MiB`,
      `${seen} of ${written.size} versions were answered from`,
      `the kernel dropped ${droppedAt(port)} questions at the server's sockets, and ${checked.dropped} answers at the checking client's`,
      ...checked.examples.map((example) => `wrong: ${example}`),
      faults.length === 0 ? "fine" : `NOT fine: ${faults.join("; ")}`,
    ],
  };
  process.stdout.write(`${machineLine()}\n\n${tableText(table, options.isSet("markdown"))}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
});
