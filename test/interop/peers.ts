/** NSD, Knot and BIND on loopback with zones of ours, each from a directory of its own. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../bench/free-port.ts";
import { bindCommand, knotCommand, nsdCommand } from "../../bench/peer-commands.ts";
import { requestOf } from "../conformance/harness.ts";
import { TcpClient } from "../transport/clients.ts";

export interface Peer {
  readonly name: "NSD" | "Knot" | "BIND";
  readonly port: number;
  close(): Promise<void>;
}

/** Zone name without final dot, and its master file. */
export type ZoneFiles = ReadonlyMap<string, string>;

export function openNsd(zones: ZoneFiles): Promise<Peer> {
  return open("NSD", nsdCommand, zones);
}

export function openKnot(zones: ZoneFiles): Promise<Peer> {
  return open("Knot", knotCommand, zones);
}

/** It loads whatever the others load, sends addresses of targets along, and transfers to nobody. */
const BIND_OPTIONS = `minimal-responses no-auth;
  allow-transfer { none; };
  check-integrity no;
  check-names primary ignore;`;

export function openBind(zones: ZoneFiles): Promise<Peer> {
  return open("BIND", (files, port, directory) => bindCommand(files, port, directory, BIND_OPTIONS), zones);
}

async function open(name: Peer["name"], commandOf: typeof nsdCommand, zones: ZoneFiles): Promise<Peer> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-peer-"));
  for (const [zone, text] of zones) writeFileSync(join(directory, `${zone}.zone`), text);
  const files = { directory, zones: [...zones.keys()], pattern: "%s.zone" };
  const [program = "", ...words] = commandOf(files, port, directory);
  const process = spawn(program, words, { stdio: ["ignore", "inherit", "inherit"] });
  return opened(name, port, process, directory, zones);
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
  const loaded = Promise.all([...zones.keys()].map((zone) => answers(port, zone)));
  await Promise.race([died, loaded]);
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
