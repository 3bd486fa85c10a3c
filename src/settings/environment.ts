/** Settings from the environment: `XMPP_EDGE_DNS_TCP_IDLE_TIMEOUT=10s` sets `tcp.idleTimeout`. */

import { nearest } from "../nearest.ts";
import type { Problem } from "../result.ts";
import type { Assignment } from "./assignment.ts";
import { KNOBS, PREFIX } from "./schema.ts";

/** Environment variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable that names the settings file; a file cannot name itself, so it is no setting. */
export const SETTINGS_FILE_VARIABLE = `${PREFIX}SETTINGS`;

/** What the environment says; variables of ours that set nothing are problems. */
export interface EnvironmentReading {
  readonly assignments: readonly Assignment[];
  readonly problems: readonly Problem[];
}

/** Reads our variables. An empty one counts as absent, as Compose writes `${PORT:-}`. */
export function readEnvironment(environment: Environment): EnvironmentReading {
  const ours = Object.entries(environment).filter(
    ([name, value]) => name.startsWith(PREFIX) && value !== undefined && value !== "",
  );
  const assignments: Assignment[] = [];
  const problems: Problem[] = [];
  for (const [name, value = ""] of ours.sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (name === SETTINGS_FILE_VARIABLE || isServiceLink(name, value)) continue;
    const knob = KNOBS.find(({ variable }) => variable === name);
    if (knob === undefined) problems.push({ severity: "error", message: unknownVariable(name) });
    else assignments.push({ key: knob.key, value, source: `environment variable ${name}` });
  }
  return { assignments, problems };
}

/**
 * Whether a variable was put there by Kubernetes (or Docker's old links) for a Service that is called
 * xmpp-edge-dns, as ours will often be: XMPP_EDGE_DNS_PORT=udp://10.96.0.7:53 is not our port.
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
function isServiceLink(name: string, value: string): boolean {
  const rest = name.slice(PREFIX.length);
  return (
    /^SERVICE_(HOST|PORT(_\w+)?)$/.test(rest) ||
    /^PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(rest) ||
    (rest === "PORT" && /^(tcp|udp|sctp):\/\//.test(value))
  );
}

function unknownVariable(name: string): string {
  const members = KNOBS.map(({ variable }) => variable).filter((variable) => variable.startsWith(`${name}_`));
  if (members.length > 0)
    return `Cannot use environment variable ${name}: it is a group of settings; set ${members.join(", ")}`;
  const known = [...KNOBS.map(({ variable }) => variable), SETTINGS_FILE_VARIABLE];
  const found = nearest(
    name.slice(PREFIX.length),
    known.map((variable) => variable.slice(PREFIX.length)),
  );
  const hint = found === undefined ? "" : `; did you mean ${PREFIX}${found}?`;
  return `Cannot use environment variable ${name}: no such setting${hint}`;
}
