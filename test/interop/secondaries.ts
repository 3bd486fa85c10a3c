/** Knot, NSD and BIND as secondaries of ours on loopback, each from a directory of its own. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a secondary must know of its primary. */
export interface SecondaryOptions {
  /** Where it answers. */
  readonly port: number;
  /** Where zones come from, on 127.0.0.1. */
  readonly primary: number;
  /** Zones that it is told of; others come from the catalog where it reads one. */
  readonly zones: readonly string[];
  readonly catalog: string;
  readonly key: { readonly name: string; readonly secret: string };
  /** Zones come over TLS, from who has a certificate for this name that the bundle vouches for. */
  readonly tls?: { readonly name: string; readonly bundle: string };
}

export interface Secondary {
  readonly name: "Knot" | "NSD" | "BIND";
  /** Whether it reads catalog zones. NSD does from 4.9 on. */
  readonly readsCatalogs: boolean;
  readonly port: number;
  /** What it has said. */
  readonly said: () => string;
  close(): Promise<void>;
}

export type OpenSecondary = (options: SecondaryOptions) => Secondary;

export function openKnotSecondary(options: SecondaryOptions): Secondary {
  const { port, primary, zones, catalog, key } = options;
  const directory = makeDirectory("run");
  const own = "    master: primary\n    acl: primary_notifies\n";
  const list = zones.map((zone) => `  - domain: ${zone}\n${own}`).join("");
  return openedSecondary(
    "Knot",
    true,
    options,
    directory,
    "knot.conf",
    "knotd",
    ["-c", "knot.conf"],
    `server:
  rundir: ${directory}/run
  listen: 127.0.0.1@${port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: ${directory}/run
log:
  - target: stderr
    any: info
key:
  - id: ${key.name}
    algorithm: hmac-sha256
    secret: ${key.secret}
remote:
  - id: primary
    address: 127.0.0.1@${primary}
    key: ${key.name}
acl:
  - id: primary_notifies
    address: 127.0.0.1
    key: ${key.name}
    action: notify
template:
  - id: default
    storage: ${directory}
  - id: member
    storage: ${directory}
${own}zone:
  - domain: ${catalog}
${own}    catalog-role: interpret
    catalog-template: member
${list}`,
  );
}

export function openNsdSecondary(options: SecondaryOptions): Secondary {
  const { port, primary, zones, key, tls } = options;
  const directory = makeDirectory("run");
  const path = (name: string) => JSON.stringify(join(directory, name));
  const list = zones.map(
    (zone) => `zone:
  name: ${zone}
  zonefile: ${zone}.zone
  allow-notify: 127.0.0.1 ${key.name}
  request-xfr: 127.0.0.1@${primary} ${key.name}${tls === undefined ? "" : " to-primary"}
`,
  );
  return openedSecondary(
    "NSD",
    false,
    options,
    directory,
    "nsd.conf",
    "nsd",
    ["-d", "-V", "2", "-c", join(directory, "nsd.conf")],
    `server:
  server-count: 1
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  zonesdir: ${JSON.stringify(directory)}
  pidfile: ${path("nsd.pid")}
  database: ""
  xfrdfile: ${path("xfrd.state")}
  xfrdir: ${JSON.stringify(directory)}
  xfrd-reload-timeout: 0
  zonelistfile: ${path("zone.list")}
  rrl-ratelimit: 0
${tls === undefined ? "" : `  tls-cert-bundle: ${JSON.stringify(tls.bundle)}\n`}remote-control:
  control-enable: no
key:
  name: ${key.name}
  algorithm: hmac-sha256
  secret: "${key.secret}"
${tls === undefined ? "" : `tls-auth:\n  name: to-primary\n  auth-domain-name: ${tls.name}\n`}${list.join("")}`,
  );
}

export function openBindSecondary(options: SecondaryOptions): Secondary {
  const { port, primary, zones, catalog, key, tls } = options;
  const directory = makeDirectory("run");
  const primaries = `{ 127.0.0.1 port ${primary} key "${key.name}"${tls === undefined ? "" : " tls to-primary"}; }`;
  const list = [catalog, ...zones].map(
    (zone) => `zone "${zone}" { type secondary; primaries ${primaries}; file "${zone}.db"; };\n`,
  );
  return openedSecondary(
    "BIND",
    true,
    options,
    directory,
    "named.conf",
    "named",
    ["-g", "-n", "1", "-c", "named.conf"],
    `key "${key.name}" { algorithm hmac-sha256; secret "${key.secret}"; };
tls to-primary { ${tls === undefined ? "" : `ca-file "${tls.bundle}"; remote-hostname "${tls.name}";`} };
controls { };
options {
  directory "${directory}";
  pid-file "${directory}/run/named.pid";
  session-keyfile "${directory}/run/session.key";
  managed-keys-directory "${directory}/run";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  dnssec-validation no;
  notify no;
  serial-query-rate 1000;
  catalog-zones { zone "${catalog}" default-primaries ${primaries} zone-directory "${directory}" min-update-interval 0; };
};
${list.join("")}`,
  );
}

function makeDirectory(...below: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-secondary-"));
  for (const name of below) mkdirSync(join(directory, name));
  return directory;
}

function openedSecondary(
  name: Secondary["name"],
  readsCatalogs: boolean,
  { port }: SecondaryOptions,
  directory: string,
  file: string,
  command: string,
  args: readonly string[],
  configuration: string,
): Secondary {
  writeFileSync(join(directory, file), configuration);
  const process = spawn(command, args, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  const said = listen(process);
  const end = once(process, "exit");
  return {
    name,
    readsCatalogs,
    port,
    said: () => said.join(""),
    close: async () => {
      process.kill("SIGTERM");
      await end;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function listen(process: ChildProcess): string[] {
  const said: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => said.push(text));
  return said;
}
