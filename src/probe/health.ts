/** Is a server of ours alive on these addresses? Asks for a SOA over UDP and TCP on each of them, at once. */

import { RCODE } from "../dns/codes.ts";
import { type Ask, askOverTcp, askOverUdp, type Endpoint, type Reply } from "./dns-client.ts";
import { lacksFamily, reachable } from "./reachable.ts";

/** The zone to ask for and how we come by it. */
export type ZoneToAsk =
  /** Somebody wants to know of this zone. */
  | { readonly kind: "wanted"; readonly zone: string }
  /** A zone of the deployment as it stands on disk; the server may still serve an older version. */
  | { readonly kind: "supposed"; readonly zone: string }
  /** The deployment does not tell; any answer is a sign of life. */
  | { readonly kind: "unknown"; readonly reason: string };

export interface HealthQuestion {
  /** The addresses that the server was told to listen on. */
  readonly listen: readonly string[];
  readonly port: number;
  readonly ask: ZoneToAsk;
}

/** The verdict, and one line that says it. */
export interface Health {
  readonly healthy: boolean;
  readonly sentence: string;
}

/** How to ask; tests put their own in. */
export interface Clients {
  readonly udp: Ask;
  readonly tcp: Ask;
}

/** Milliseconds. A lost datagram is asked for once more, and all is done within three seconds. */
const UDP_TIMEOUT = 1_200;
const TCP_TIMEOUT = 2_400;

/** Asks and judges. Every address must answer over both transports. */
export async function checkHealth(
  question: HealthQuestion,
  clients: Clients = { udp: askOverUdp, tcp: askOverTcp },
): Promise<Health> {
  const probes = question.listen.flatMap((address) => [
    probe(address, "UDP", question, twice(clients.udp)),
    probe(address, "TCP", question, clients.tcp),
  ]);
  return judge(await Promise.all(probes), question);
}

interface Probe {
  readonly transport: "UDP" | "TCP";
  readonly endpoint: Endpoint;
  readonly finding: Finding;
}

type Finding =
  | { readonly kind: "served"; readonly serial: number }
  | { readonly kind: "refused" }
  | { readonly kind: "answered" }
  /** This machine lacks the family of an address listened on by default: nobody can ask there. */
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "fault"; readonly reason: string };

async function probe(
  listen: string,
  transport: "UDP" | "TCP",
  { port, ask }: HealthQuestion,
  client: Ask,
): Promise<Probe> {
  const endpoint = { address: reachable(listen), port };
  const name = ask.kind === "unknown" ? "." : ask.zone;
  const reply = await client(
    endpoint,
    { name, type: "SOA" },
    transport === "UDP" ? UDP_TIMEOUT : TCP_TIMEOUT,
  );
  return { transport, endpoint, finding: findingOf(reply, ask, listen) };
}

function twice(ask: Ask): Ask {
  return async (endpoint, question, timeout) => {
    const reply = await ask(endpoint, question, timeout);
    const isLost = reply.kind === "silence" && reply.code === "ETIMEDOUT";
    return isLost ? ask(endpoint, question, timeout) : reply;
  };
}

function findingOf(reply: Reply, ask: ZoneToAsk, listen: string): Finding {
  if (reply.kind === "silence") {
    return { kind: lacksFamily(listen, reply.code) ? "unreachable" : "fault", reason: reply.reason };
  }
  if (ask.kind === "unknown") return { kind: "answered" };
  if (reply.rcode === RCODE.REFUSED) return { kind: "refused" };
  if (reply.rcode !== RCODE.NOERROR) return { kind: "fault", reason: rcodeName(reply.rcode) };
  const serial = reply.answers.find((record) => record.serial !== undefined)?.serial;
  if (serial === undefined) return { kind: "fault", reason: "an answer without the SOA" };
  if (!reply.authoritative)
    return { kind: "fault", reason: "an answer without authority (another DNS server?)" };
  return { kind: "served", serial };
}

function rcodeName(rcode: number): string {
  return Object.entries(RCODE).find(([, code]) => code === rcode)?.[0] ?? `RCODE ${rcode}`;
}

function judge(probes: readonly Probe[], { ask, port }: HealthQuestion): Health {
  const asked = ask.kind === "unknown" ? "any answer" : `SOA of ${ask.zone}`;
  const reached = probes.filter(({ finding }) => finding.kind !== "unreachable");
  const faults = faultsOf(reached.length > 0 ? reached : probes, ask);
  if (faults.length > 0) {
    return { healthy: false, sentence: `Unhealthy: asked port ${port} for ${asked}: ${faults.join("; ")}` };
  }
  const addresses = [...new Set(reached.map(({ endpoint }) => endpoint.address))].join(" and ");
  const where = `over UDP and TCP on ${addresses}, port ${port}`;
  return { healthy: true, sentence: healthySentence(reached, ask, where) };
}

function faultsOf(probes: readonly Probe[], ask: ZoneToAsk): string[] {
  return probes.flatMap(({ transport, endpoint, finding }) => {
    const where = `over ${transport} from ${endpoint.address}`;
    switch (finding.kind) {
      case "served":
      case "answered":
        return [];
      case "refused":
        return ask.kind === "wanted" ? [`REFUSED ${where}`] : [];
      case "unreachable":
      case "fault":
        return [`${finding.reason} ${where}`];
      default:
        return finding satisfies never;
    }
  });
}

function healthySentence(probes: readonly Probe[], ask: ZoneToAsk, where: string): string {
  if (ask.kind === "unknown") return `Alive: answers ${where}; no zone asked for, because ${ask.reason}`;
  if (probes.some(({ finding }) => finding.kind === "refused")) {
    return `Alive: answers ${where}, but not for ${ask.zone}: it serves another version of the deployment`;
  }
  const serial = probes.flatMap(({ finding }) => (finding.kind === "served" ? [finding.serial] : []))[0];
  return `Healthy: SOA of ${ask.zone}, serial ${serial}, ${where}`;
}
