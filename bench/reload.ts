/**
 * A steady rate of questions while the deployment changes every 100 ms: how many are lost or answered wrongly,
 * how long answers take with and without reloads, and how long from the file's `write` to the first new
 * answer. The server has core 0, the client core 1; the file is replaced by rename, as careful tools do.
 */

import { existsSync } from "node:fs";
import {
  MOST_VERSIONS,
  milliseconds,
  newDeployment,
  outOfNowhere,
  RunningClient,
  writeVersion,
} from "./changing-deployment.ts";
import type { Deployment } from "./deployment.ts";
import { machineLine } from "./machine.ts";
import { leave, readOptions } from "./options.ts";
import { droppedAt, type Findings } from "./reload-client.ts";
import { withResources } from "./resources.ts";
import { launch, ourServer } from "./servers.ts";
import { percentile, shown } from "./statistics.ts";
import { tableText } from "./table.ts";

const SERVER_CORE = 0;

const options = readOptions(
  "Lost and wrong answers, latency and time to the first new answer while reloading.",
  {
    main: { help: "what is measured", default: "dist/main.js" },
    "sip-domains": { help: "SIP domains served", default: "10" },
    changes: { help: "changes of the deployment file", default: "1000" },
    interval: { help: "milliseconds between changes", default: "100" },
    rate: { help: "questions a second", default: "5000" },
    seconds: { help: "seconds without changes before", default: "10" },
    markdown: { help: "a table in Markdown" },
  },
);
const main = options.text("main");
const changes = Math.min(MOST_VERSIONS, options.number("changes"));
if (!existsSync(main)) leave(`Cannot find ${main}: run "npm run build" first`);

/** Changes the deployment again and again; returns when the write of each version began. */
async function change(deployment: Deployment, first: number): Promise<Map<number, number>> {
  const written = new Map<number, number>();
  const start = performance.now();
  for (let count = 0; count < changes; count++) {
    written.set(first + count, writeVersion(deployment, first + count));
    await milliseconds(Math.max(0, start + (count + 1) * options.number("interval") - performance.now()));
  }
  await milliseconds(2_000); // the last one must get through, too
  return written;
}

/** Milliseconds from each write to the first answer of that version or a later one. */
function delays(written: ReadonlyMap<number, number>, { firstSeen }: Findings): number[] {
  return [...written].flatMap(([version, time]) => {
    const seen = firstSeen.find(([candidate]) => candidate >= version);
    return seen === undefined ? [] : [seen[1] - time];
  });
}

function loadRow(title: string, findings: Findings, extraWrong: number): string[] {
  const { sent, lost, wrong, latencies } = findings;
  const shares = [50, 99, 99.9, 100].map((percent) => shown(percentile(latencies, percent)));
  return [title, String(sent), String(lost), String(wrong + extraWrong), ...shares];
}

await withResources(async (resources) => {
  const deployment = newDeployment(resources, options.number("sip-domains"));
  const directory = resources.temporaryDirectory();
  const ask = `${deployment.sipDomains[0]}. SOA`;
  const server = await launch(ourServer(main, deployment), { resources, ask, directory, core: SERVER_CORE });
  if ("reason" in server) leave(`Cannot start ${main}: ${server.reason}`);
  const orders = { port: server.port, rate: options.number("rate"), sipDomains: deployment.sipDomains };

  await new RunningClient(orders, resources).stop(); // a first one makes server and client warm
  const quiet = new RunningClient(orders, resources);
  await milliseconds(options.number("seconds") * 1_000);
  const before = await quiet.stop();
  const busy = new RunningClient(orders, resources);
  const written = await change(deployment, 2);
  const during = await busy.stop();

  const found = delays(written, during);
  const table = {
    title: `${changes} changes, one every ${options.number("interval")} ms, at ${orders.rate} questions a second`,
    headings: ["", "asked", "lost", "wrong", "p50 ms", "p99 ms", "p99.9 ms", "longest ms"],
    rows: [
      loadRow("without reloads", before, 0),
      loadRow("with reloads", during, outOfNowhere(written, during)),
    ],
    remarks: [
      `from write to first new answer: median ${shown(percentile(found, 50), 0)} ms, p99 ${shown(percentile(found, 99), 0)} ms, longest ${shown(percentile(found, 100), 0)} ms`,
      `${during.firstSeen.filter(([version]) => version > 1).length} of ${changes} versions were answered from, the others overtaken by the next; ${changes - found.length} never came`,
      `the kernel dropped ${droppedAt(server.port)} questions at the server's socket, and ${before.dropped + during.dropped} answers at the client's`,
      ...[...before.examples, ...during.examples].map((example) => `wrong: ${example}`),
    ],
  };
  process.stdout.write(`${machineLine()}\n\n${tableText(table, options.isSet("markdown"))}`);
});
