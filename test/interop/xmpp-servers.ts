/** Prosody and ejabberd on loopback, each from a directory of its own. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePort } from "../../bench/free-port.ts";
import type { Certificate } from "./certificates.ts";

export interface XmppPeer {
  readonly port: number;
  close(): Promise<void>;
}

/** Domains and their certificates; no STARTTLS where there is none. */
export type XmppHosts = Readonly<Record<string, Certificate | undefined>>;

export async function openProsody(directory: string, hosts: XmppHosts): Promise<XmppPeer> {
  const port = await freePort();
  mkdirSync(directory, { recursive: true });
  const virtualHosts = Object.entries(hosts).map(([host, certificate]) =>
    certificate === undefined
      ? `VirtualHost ${JSON.stringify(host)}\n  modules_disabled = { "tls" }\n`
      : `VirtualHost ${JSON.stringify(host)}\n  ssl = { certificate = ${JSON.stringify(certificate.certificate)}, key = ${JSON.stringify(certificate.key)} }\n`,
  );
  const configuration = `run_as_root = true
data_path = ${JSON.stringify(directory)}
pidfile = ${JSON.stringify(join(directory, "prosody.pid"))}
modules_enabled = { "tls", "dialback", "saslauth" }
c2s_ports = {}
s2s_ports = { ${port} }
s2s_direct_tls_ports = {}
http_ports = {}
https_ports = {}
s2s_interfaces = { "127.0.0.1", "::1" }
s2s_require_encryption = false
log = { { levels = { min = "info" }, to = "console" } }
${virtualHosts.join("")}`;
  const path = join(directory, "prosody.cfg.lua");
  writeFileSync(path, configuration);
  return opened("prosody", ["-F", "--config", path], {}, { port, ready: "Activated service 's2s' on" });
}

export async function openEjabberd(directory: string, hosts: XmppHosts): Promise<XmppPeer> {
  const port = await freePort();
  mkdirSync(directory, { recursive: true });
  const files = Object.values(hosts).flatMap((one) => (one === undefined ? [] : [one]));
  const pems = files.map(({ certificate, key }, at) => {
    const path = join(directory, `${at}.pem`);
    writeFileSync(path, readFileSync(key, "utf8") + readFileSync(certificate, "utf8"));
    return path;
  });
  const path = join(directory, "ejabberd.yml");
  // JSON is YAML
  const configuration = {
    hosts: Object.keys(hosts),
    loglevel: "info",
    certfiles: pems,
    s2s_use_starttls: "required",
    listen: [{ port, ip: "127.0.0.1", module: "ejabberd_s2s_in" }],
    modules: { mod_s2s_dialback: {} },
  };
  writeFileSync(path, JSON.stringify(configuration));
  const words = ["-noinput", "-mnesia", "dir", JSON.stringify(join(directory, "db")), "-s", "ejabberd"];
  const environment = {
    ERL_LIBS: erlangLibraries(),
    EJABBERD_CONFIG_PATH: path,
    EJABBERD_LOG_PATH: join(directory, "ejabberd.log"),
    HOME: directory,
  };
  return opened("erl", words, environment, { port, ready: "Start accepting TCP connections" });
}

/** Where Debian has ejabberd among Erlang's libraries. */
function erlangLibraries(): string {
  const files = execFileSync("dpkg", ["-L", "ejabberd"], { encoding: "utf8" }).split("\n");
  const application = files.find((file) => file.endsWith("/ebin/ejabberd.app"));
  if (application === undefined) throw new Error("ejabberd is not installed");
  return dirname(dirname(dirname(application)));
}

async function opened(
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  { port, ready }: { readonly port: number; readonly ready: string },
): Promise<XmppPeer> {
  const child = spawn(program, words, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  const end = once(child, "exit");
  await Promise.race([says(child, ready), end.then(() => Promise.reject(new Error(`${program} ended`)))]);
  child.stdout?.resume(); // it goes on talking
  return {
    port,
    close: async () => {
      child.kill("SIGTERM");
      await end;
    },
  };
}

function says(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve) => {
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(words)) resolve();
    });
  });
}
