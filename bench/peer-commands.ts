/**
 * NSD, Knot and BIND on a port of 127.0.0.1, for the benchmarks and for the tests beside them: each function
 * writes the configuration into a directory of the server's own and gives the command that starts it there,
 * in the foreground.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ZoneFiles } from "./deployment.ts";

/** NSD with one server process and minimal responses. */
export function nsdCommand(
  { directory: zonesdir, zones, pattern }: ZoneFiles,
  port: number,
  directory: string,
): string[] {
  const path = (name: string) => JSON.stringify(join(directory, name));
  const server = `server:
  server-count: 1
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  zonesdir: ${JSON.stringify(zonesdir)}
  pidfile: ${path("nsd.pid")}
  database: ""
  xfrdfile: ${path("xfrd.state")}
  xfrdir: ${JSON.stringify(directory)}
  zonelistfile: ${path("zone.list")}
  minimal-responses: yes
  rrl-ratelimit: 0
  tcp-count: 1000
remote-control:
  control-enable: no
`;
  const list = zones.map((zone) => `zone:\n  name: ${zone}\n  zonefile: ${pattern.replace("%s", zone)}\n`);
  writeFileSync(join(directory, "nsd.conf"), server + list.join(""));
  return ["nsd", "-d", "-c", join(directory, "nsd.conf")];
}

/** Knot with one worker for each transport. */
export function knotCommand(
  { directory: storage, zones, pattern }: ZoneFiles,
  port: number,
  directory: string,
): string[] {
  mkdirSync(join(directory, "run"));
  const server = `server:
  rundir: ${join(directory, "run")}
  listen: 127.0.0.1@${port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  tcp-max-clients: 1000
database:
  storage: ${join(directory, "run")}
log:
  - target: stderr
    any: error
template:
  - id: default
    storage: ${storage}
    file: "${pattern}"
zone:
`;
  writeFileSync(join(directory, "knot.conf"), server + zones.map((zone) => `  - domain: ${zone}\n`).join(""));
  return ["knotd", "-c", join(directory, "knot.conf")];
}

/** BIND with one thread and minimal responses, or with other lines among its options. */
export function bindCommand(
  { directory: files, zones, pattern }: ZoneFiles,
  port: number,
  directory: string,
  options = "minimal-responses yes;",
): string[] {
  const server = `options {
  directory "${directory}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  pid-file none;
  lock-file none;
  session-keyfile none;
  recursion no;
  ${options}
  dnssec-validation no;
  notify no;
  tcp-clients 1000;
};
controls {};
logging {
  channel errors { stderr; severity error; };
  category default { null; };
  category general { errors; };
  category zoneload { errors; };
};
`;
  const list = zones.map(
    (zone) => `zone "${zone}" { type primary; file "${join(files, pattern.replace("%s", zone))}"; };\n`,
  );
  writeFileSync(join(directory, "named.conf"), server + list.join(""));
  return ["named", "-f", "-n", "1", "-c", join(directory, "named.conf")];
}
