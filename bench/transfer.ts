/**
 * A whole zone by AXFR, beside Knot: the time until its last record has come, the CPU time it costs the server,
 * its length on the wire; and what becomes of queries over UDP that are asked all the while.
 */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { requestOf } from "../test/conformance/harness.ts";
import { framed } from "../test/transport/clients.ts";
import { type Deployment, writeZoneFiles } from "./deployment.ts";
import { machineLine, versionOf } from "./machine.ts";
import { leave, readOptions } from "./options.ts";
import { type Resources, withResources } from "./resources.ts";
import { launch, ourServer, type RunningServer, type ServerKind } from "./servers.ts";
import { percentile, shown, spread } from "./statistics.ts";
import { tableText } from "./table.ts";

const ZONE = "big.example";

/** Records of one owner: so many names are needed the less. */
const RECORDS_A_NAME = 20;

const options = readOptions("The time that a zone takes by AXFR, beside Knot, while queries run.", {
  main: { help: "what is measured", default: "dist/main.js" },
  records: { help: "records of the zone", default: "200000" },
  rounds: { help: "transfers from each server, by turns", default: "7" },
  markdown: { help: "a table in Markdown" },
});
const main = options.text("main");
if (!existsSync(main)) leave(`Cannot find ${main}: run "npm run build" first`);

function writeBigDeployment(directory: string): Deployment {
  const names = Math.ceil(options.number("records") / RECORDS_A_NAME);
  const lines = Array.from({ length: names }, (_, name) =>
    Array.from(
      { length: RECORDS_A_NAME },
      (_, last) => `      host-${name} A 198.18.${name & 255}.${last}\n`,
    ).join(""),
  );
  const path = join(directory, "deployment.yaml");
  const settings = join(directory, "settings.yaml");
  writeFileSync(settings, "log: { level: error }\n");
  writeFileSync(
    path,
    `transfers: { allow: [{ prefix: 127.0.0.1 }] }\nzones:\n  ${ZONE}:\n    records: |\n${lines.join("")}`,
  );
  return { path, settings, sipDomains: [] };
}

function knotPrimary(storage: string): ServerKind {
  const version = versionOf("knotd", ["--version"], /version (\S+)/);
  if (version === undefined) return leave("Cannot find knotd: install Knot DNS");
  const command = (port: number, directory: string) => {
    mkdirSync(join(directory, "run"));
    const text = `server:
  rundir: ${directory}/run
  listen: 127.0.0.1@${port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: ${directory}/run
acl:
  - id: here
    address: 127.0.0.1
    action: transfer
zone:
  - domain: ${ZONE}
    storage: ${storage}
    file: ${ZONE}.zone
    acl: here
`;
    writeFileSync(join(directory, "knot.conf"), text);
    return ["knotd", "-c", join(directory, "knot.conf")];
  };
  return { name: "Knot", version, command };
}

interface Transferred {
  readonly milliseconds: number;
  readonly octets: number;
  readonly messages: number;
  readonly records: number;
}

/** Takes the zone and counts; it is over when as many records have come as the first message's server has. */
async function transferOnce(port: number, expected: number): Promise<Transferred> {
  const socket = connect({ host: "127.0.0.1", port });
  await once(socket, "connect");
  const start = performance.now();
  socket.write(framed(requestOf({ ask: `${ZONE}. AXFR`, flags: 0 })));
  const tally = { octets: 0, messages: 0, records: 0 };
  let rest = Buffer.alloc(0);
  for await (const chunk of socket) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const length = 2 + rest.readUInt16BE(0);
      tally.octets += length;
      tally.messages++;
      tally.records += rest.readUInt16BE(8);
      rest = rest.subarray(length);
    }
    if (tally.records >= expected) break;
  }
  socket.destroy();
  return { ...tally, milliseconds: performance.now() - start };
}

/** Milliseconds that each query took; those without an answer after a second are lost. */
class Asker {
  readonly times: number[] = [];
  lost = 0;
  #isOver = false;

  async run(port: number): Promise<void> {
    const socket = createSocket("udp4");
    for (let id = 1; !this.#isOver; id = (id + 1) & 0xffff) {
      const start = performance.now();
      const answered = once(socket, "message", { signal: AbortSignal.timeout(1_000) });
      socket.send(requestOf({ ask: `host-${id % 1_000}.${ZONE}. A`, id }), port, "127.0.0.1");
      await answered.then(
        () => this.times.push(performance.now() - start),
        () => this.lost++,
      );
    }
    socket.close();
  }

  stop(): void {
    this.#isOver = true;
  }
}

interface Figures {
  readonly transfers: Transferred[];
  readonly cpu: number[];
  readonly asker: Asker;
}

async function measureOnce(
  { port, process }: RunningServer,
  figures: Figures,
  expected: number,
): Promise<void> {
  const before = process.cpuTime();
  figures.transfers.push(await transferOnce(port, expected));
  const after = process.cpuTime();
  figures.cpu.push((after.user + after.system - before.user - before.system) / 1_000);
}

async function run(resources: Resources): Promise<void> {
  const directory = resources.temporaryDirectory();
  const deployment = writeBigDeployment(directory);
  const files = writeZoneFiles(join(directory, "zones"), main, deployment);
  const kinds = [ourServer(main, deployment), knotPrimary(files.directory)];
  const measured = new Map<RunningServer, Figures>();
  for (const kind of kinds) {
    const server = await launch(kind, { resources, directory, core: 0, ask: `${ZONE}. SOA`, seconds: 300 });
    if (!("port" in server)) return leave(`Cannot measure ${kind.name}: ${server.reason}`);
    measured.set(server, { transfers: [], cpu: [], asker: new Asker() });
  }
  const records = options.number("records") + 3; // NS, and the SOA at both ends
  for (let round = 0; round < options.number("rounds"); round++)
    for (const [server, figures] of measured) await measureOnce(server, figures, records);
  for (const [server, { asker }] of measured) {
    const asking = asker.run(server.port);
    for (let times = 0; times < 3; times++) await transferOnce(server.port, records);
    asker.stop();
    await asking;
  }
  process.stdout.write(`${machineLine()}\n\n`);
  process.stdout.write(tableText(tableOf(measured), options.isSet("markdown")));
}

function tableOf(measured: ReadonlyMap<RunningServer, Figures>) {
  return {
    title: `AXFR of ${options.number("records")} records, the server on one core`,
    headings: ["server", "ms", "CPU ms", "MB", "messages", "queries meanwhile", "lost", "p99 ms"],
    rows: [...measured].map(([{ kind }, { transfers, cpu, asker }]) => [
      `${kind.name} ${kind.version}`,
      spread(
        transfers.map(({ milliseconds }) => milliseconds),
        0,
      ),
      spread(cpu, 0),
      shown((transfers[0]?.octets ?? 0) / 1e6, 1),
      String(transfers[0]?.messages ?? 0),
      String(asker.times.length),
      String(asker.lost),
      shown(percentile(asker.times, 99), 1),
    ]),
    remarks: ["median (least–most); queries are asked one after the other during three more transfers"],
  };
}

await withResources(run);
