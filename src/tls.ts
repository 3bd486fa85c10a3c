/** Where TLS is put together: its listeners, and the certificate that is followed while they run. */

import { readFileSync } from "node:fs";
import { type Followed, Follower } from "./follower.ts";
import type { Log } from "./ops/log.ts";
import { failed, type Problem, success } from "./result.ts";
import type { Settings } from "./settings/settings.ts";
import type { ConnectionTable } from "./transport/connection-table.ts";
import { endpointText, faultSentence, type Listener, type ListenFault } from "./transport/endpoint.ts";
import type { QuerySampler } from "./transport/query-samples.ts";
import type { StreamAnswers } from "./transport/tcp.ts";
import { type Credentials, credentialsFault, listenTls, type TlsListener } from "./transport/tls.ts";

export interface TlsOptions {
  readonly settings: Settings;
  readonly log: Log;
  readonly answers: StreamAnswers;
  readonly connections: ConnectionTable;
  /** Where a query log is kept. */
  readonly sampler?: QuerySampler | undefined;
}

/** What is to be closed at the end, and what is followed; nothing where no certificate is named. Or what keeps us from listening. */
export type TlsStart =
  | {
      readonly kind: "listening";
      readonly listeners: readonly Pick<Listener, "close">[];
      readonly followers: readonly Followed[];
    }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

/** Listens on every address of the settings, or on none of them. */
export async function openTls(options: TlsOptions): Promise<TlsStart> {
  const { certificateFile, keyFile, listen } = options.settings.tls;
  if (certificateFile === undefined && keyFile === undefined)
    return { kind: "listening", listeners: [], followers: [] };
  if (certificateFile === undefined || keyFile === undefined) return { kind: "problems", problems: [HALF] };
  const files = { certificateFile, keyFile };
  const read = readCredentials(files);
  if (typeof read === "string") return { kind: "problems", problems: [problemOf(read)] };
  const listeners: TlsListener[] = [];
  const faults: ListenFault[] = [];
  for (const address of listen) {
    const outcome = await listenOn(address, options, read);
    if (outcome.kind === "listening") listeners.push(outcome.listener);
    else if (outcome.fault.code !== "EAFNOSUPPORT" || listen.length === 1) faults.push(outcome.fault);
  }
  if (faults.length > 0) {
    await Promise.all(listeners.map((listener) => listener.close()));
    return { kind: "problems", problems: faults.map((fault) => problemOf(faultSentence(fault))) };
  }
  const follower = followCertificate(files, read, listeners, options);
  const endpoints = listeners.map(({ endpoint }) => endpoint);
  options.log.info({ tls: endpoints }, `Serving over TLS on ${endpoints.map(endpointText).join(", ")}`);
  return { kind: "listening", listeners, followers: [follower] };
}

function followCertificate(
  files: CredentialFiles,
  inForce: Credentials,
  listeners: readonly TlsListener[],
  { settings, log }: TlsOptions,
): Follower<Credentials> {
  return new Follower({
    interval: settings.reload.interval,
    log,
    inForce,
    read: () => {
      const read = readCredentials(files);
      return typeof read === "string" ? failed(read) : success(read);
    },
    isSame,
    take: (credentials) => {
      for (const listener of listeners) listener.replaceCredentials(credentials);
      log.info({ file: files.certificateFile }, "The TLS certificate was replaced");
    },
    meanwhile: "the last good certificate goes on being served",
  });
}

function listenOn(
  address: string,
  { settings, log, answers, connections, sampler }: TlsOptions,
  credentials: Credentials,
) {
  const endpoint = { address, port: settings.tls.port };
  const onError = (err: Error): void =>
    log.error({ err }, `The TLS socket on ${endpointText(endpoint)} failed`);
  return listenTls({ ...answers, endpoint, connections, sampler, onError }, credentials);
}

const HALF: Problem = {
  severity: "error",
  message: 'Cannot serve TLS with half of a pair: give both "tls.certificateFile" and "tls.keyFile"',
};

function problemOf(message: string): Problem {
  return { severity: "error", message };
}

interface CredentialFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** The pair, or a sentence that says why it is none. */
function readCredentials({ certificateFile, keyFile }: CredentialFiles): Credentials | string {
  const [certificate, key] = [readOctets(certificateFile), readOctets(keyFile)];
  if (typeof certificate === "string") return certificate;
  if (typeof key === "string") return key;
  const fault = credentialsFault({ certificate, key });
  if (fault === undefined) return { certificate, key };
  return `Cannot use certificate "${certificateFile}" with key "${keyFile}": OpenSSL says "${fault}"; both are wanted in PEM, and to belong together`;
}

function readOctets(path: string): Uint8Array | string {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return `Cannot read "${path}": the system says ${code}`;
  }
}

function isSame(one: Credentials, other: Credentials): boolean {
  const alike = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
  return alike(one.certificate, other.certificate) && alike(one.key, other.key);
}
