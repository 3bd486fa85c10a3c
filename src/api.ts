/**
 * The library's face: an authoritative DNS server inside somebody's own program or test.
 *
 * ```ts
 * import { startServer } from "xmpp-edge-dns";
 *
 * const dns = await startServer({
 *   deployment: { edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }], sipDomains: ["alpha.test"] },
 * });
 * // ask 127.0.0.1, port dns.port, over UDP or TCP
 * await dns.update({ edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.2"] }], sipDomains: ["alpha.test"] });
 * await dns.close();
 * ```
 */

import type { DeploymentInput } from "./deployment/load.ts";
import type { Log } from "./ops/log.ts";
import type { DeploymentSource } from "./reload/build.ts";
import type { Problem } from "./result.ts";
import { openServer, type Server } from "./server.ts";
import { DEFAULT_SETTINGS, type Settings } from "./settings/settings.ts";

export type { DeploymentInput } from "./deployment/load.ts";
export type { Log } from "./ops/log.ts";
export type { Place, Problem } from "./result.ts";

export interface StartOptions {
  /** What is deployed, in the words of a deployment file; or the path of such a file, which is then watched. */
  readonly deployment: DeploymentInput | string;
  /** IP addresses to listen on: 127.0.0.1 unless said otherwise. */
  readonly listen?: readonly string[];
  /** 0, or none, lets the system choose a free port. */
  readonly port?: number;
  /** Where log lines go; nowhere unless said otherwise. */
  readonly log?: Log;
}

/** A server that runs. Close it, or it keeps the process alive. */
export interface DnsServer {
  /** The port of UDP and TCP on every address. */
  readonly port: number;
  readonly endpoints: readonly { readonly address: string; readonly port: number }[];
  /** Serves another deployment from the next query on. Throws DeploymentError, and serves as before, where it has errors. */
  update(deployment: DeploymentInput | string): Promise<void>;
  /** Lets what is in flight be answered, then lets go of the port; once is enough, more does no harm. */
  close(): Promise<void>;
}

/** The deployment has errors; all of them are in `problems`. */
export class DeploymentError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join("\n"));
    this.name = "DeploymentError";
    this.problems = problems;
  }
}

/** An address or port cannot be listened on. */
export class ListenError extends Error {
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join("\n"));
    this.name = "ListenError";
  }
}

/** Starts a server and resolves when it answers. Throws DeploymentError or ListenError. */
export async function startServer(options: StartOptions): Promise<DnsServer> {
  const start = await openServer({
    settings: settingsFor(options),
    log: options.log ?? SILENT,
    now: Date.now,
    environment: process.env,
    threads: false,
    source: sourceOf(options.deployment),
  });
  switch (start.kind) {
    case "bad-deployment":
      throw new DeploymentError(start.problems);
    case "cannot-listen":
      throw new ListenError(start.problems);
    case "serving":
      return handleOf(start.server);
    default:
      return start satisfies never;
  }
}

function handleOf(server: Server): DnsServer {
  let closing: Promise<void> | undefined;
  return {
    port: server.endpoints[0]?.port ?? 0,
    endpoints: server.endpoints,
    close: () => {
      closing ??= server.close(); // tests close in their body and in their clean-up
      return closing;
    },
    update: async (deployment) => {
      const problems = await server.update(sourceOf(deployment));
      if (problems.length > 0) throw new DeploymentError(problems);
    },
  };
}

function settingsFor({ listen = ["127.0.0.1"], port = 0 }: StartOptions): Settings {
  return { ...DEFAULT_SETTINGS, listen, port };
}

function sourceOf(deployment: DeploymentInput | string): DeploymentSource {
  return typeof deployment === "string"
    ? { kind: "file", path: deployment }
    : { kind: "value", value: deployment };
}

const SILENT: Log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
