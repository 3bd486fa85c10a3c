/** NSD and Knot on loopback with zones of ours, each from a directory of its own. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requestOf } from "../conformance/harness.ts";
import { TcpClient } from "../transport/clients.ts";

export interface Peer {
  readonly name: "NSD" | "Knot";
  readonly port: number;
  close(): Promise<void>;
}

/** Zone name without final dot, and its master file. */
export type ZoneFiles = ReadonlyMap<string, string>;

export async function openNsd(zones: ZoneFiles): Promise<Peer> {
  const port = await freePort();
  const directory = zoneDirectory(zones);
  const path = (name: string) => JSON.stringify(join(directory, name));
  const server = `server:
  server-count: 1
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  zonesdir: ${JSON.stringify(directory)}
  pidfile: ${path("nsd.pid")}
  database: ""
  xfrdfile: ${path("xfrd.state")}
  xfrdir: ${JSON.stringify(directory)}
  zonelistfile: ${path("zone.list")}
  minimal-responses: yes
  rrl-ratelimit: 0
remote-control:
  control-enable: no
`;
  const list = [...zones.keys()].map((zone) => `zone:\n  name: ${zone}\n  zonefile: ${zone}.zone\n`);
  writeFileSync(join(directory, "nsd.conf"), server + list.join(""));
  const process = spawn("nsd", ["-d", "-c", join(directory, "nsd.conf")], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  return opened("NSD", port, process, directory, zones);
}

export async function openKnot(zones: ZoneFiles): Promise<Peer> {
  const port = await freePort();
  const directory = zoneDirectory(zones);
  const server = `server:
  rundir: ${join(directory, "run")}
  listen: 127.0.0.1@${port}
  udp-workers: 1
  tcp-workers: 1
database:
  storage: ${join(directory, "run")}
log:
  - target: stderr
    any: error
template:
  - id: default
    storage: ${directory}
    file: "%s.zone"
zone:
`;
  const list = [...zones.keys()].map((zone) => `  - domain: ${zone}\n`);
  writeFileSync(join(directory, "knot.conf"), server + list.join(""));
  const process = spawn("knotd", ["-c", join(directory, "knot.conf")], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  return opened("Knot", port, process, directory, zones);
}

function zoneDirectory(zones: ZoneFiles): string {
  const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-peer-"));
  mkdirSync(join(directory, "run"));
  for (const [zone, text] of zones) writeFileSync(join(directory, `${zone}.zone`), text);
  return directory;
}

async function opened(
  name: Peer["name"],
  port: number,
  process: ChildProcess,
  directory: string,
  zones: ZoneFiles,
): Promise<Peer> {
  const end = once(process, "exit");
  const died = end.then(([code]) => {
    throw new Error(`${name} ended with code ${code} before it answered`);
  });
  await Promise.race([died, answers(port, [...zones.keys()][0] ?? ".")]);
  died.catch(() => {});
  return {
    name,
    port,
    close: async () => {
      process.kill("SIGTERM");
      await end;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Resolves when the server has loaded the zone. */
async function answers(port: number, zone: string): Promise<void> {
  for (;;) {
    const reply = await askOnce(port, requestOf({ ask: `${zone}. SOA` })).catch(() => undefined);
    if (reply !== undefined && ((reply[3] ?? 0) & 15) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50)); // nothing tells when it is ready
  }
}

async function askOnce(port: number, request: Uint8Array): Promise<Uint8Array> {
  const client = await TcpClient.open("127.0.0.1", port);
  client.send(request);
  const reply = await client.next();
  client.close();
  return reply;
}

/** A port of loopback that nobody holds. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return address !== null && typeof address === "object" ? address.port : 0;
}
