/** Everything that a partner's server looks up: the SRV records, their targets, the addresses of these. */

import type { Finding } from "./finding.ts";
import { examineHost } from "./hosts.ts";
import type { RecordsMeans } from "./record-findings.ts";
import { examineDirectTls, examineSrv } from "./srv.ts";

/** Where partners connect to. */
export interface Contact {
  readonly host: string;
  readonly port: number;
  readonly address: string;
}

export interface Records {
  readonly findings: readonly Finding[];
  readonly contacts: readonly Contact[];
}

/** Asks for everything that a partner asks for. */
export async function examineRecords(sipDomain: string, means: RecordsMeans): Promise<Records> {
  const [srv, directTls] = await Promise.all([
    examineSrv(sipDomain, means),
    examineDirectTls(sipDomain, means),
  ]);
  const hosts = [...new Map(srv.targets.map((target) => [target.host, target])).values()];
  const examined = await Promise.all(hosts.map(({ host }) => examineHost(host, means)));
  const contacts = srv.targets.flatMap(({ host, port }) =>
    (examined.find((one) => one.host === host)?.addresses ?? []).map((address) => ({ host, port, address })),
  );
  const findings = [...srv.findings, ...directTls, ...examined.flatMap((one) => one.findings)];
  return { findings, contacts: distinct(contacts) };
}

function distinct(contacts: readonly Contact[]): Contact[] {
  return [...new Map(contacts.map((one) => [`${one.address} ${one.port}`, one])).values()];
}
