/** Reads the faults of a lab: what is to be done wrong on purpose. */

import { parseAddress } from "../dns/address.ts";
import { RCODE, typeFromName } from "../dns/codes.ts";
import type { Prefix } from "../dns/prefix.ts";
import { quote } from "../dns/quotation.ts";
import type { LabFault, Misdeed, Owner, Target } from "../faults/lab-fault.ts";
import { failure, type Result, settle } from "../result.ts";
import { Findings } from "./findings.ts";
import { askedName } from "./host-name.ts";
import { type Path, ValuePlaces, withPathsInMessages } from "./places.ts";
import { readPrefix } from "./prefixes.ts";
import type { Reading } from "./reading.ts";
import type { DeploymentInput, LabFaultShape } from "./schema.ts";
import { checkShape } from "./shape.ts";
import { listOf } from "./wording.ts";

/** A fault in the words of a deployment file. */
export type LabFaultInput = NonNullable<NonNullable<DeploymentInput["lab"]>["faults"]>[number];

type FaultReading = Pick<Reading, "findings" | "places">;

/** Octets of an oversized answer: more than any payload size in use, and in need of fragments. */
const OVERSIZED = 4_096;

/** Which of the keys that say more each kind of fault needs, or may have. */
const DETAILS = {
  delay: "milliseconds",
  rcode: "rcode",
  stale: "addresses",
  flapping: "addresses",
  oversized: "octets",
} as const satisfies Partial<Record<LabFaultShape["fault"], keyof LabFaultShape>>;

const ALL_DETAILS = ["milliseconds", "rcode", "octets", "addresses"] as const;

/** Reads faults; those that are no good are reported and left out. */
export function readLabFaults(reading: FaultReading, shapes: readonly LabFaultShape[] = []): LabFault[] {
  const ids = new Set<string>();
  return shapes.flatMap((shape, index) => {
    const path = ["lab", "faults", index];
    const id = shape.id ?? `fault-${index + 1}`;
    if (ids.has(id))
      report(reading, [...path, "id"], `Cannot name two faults ${quote(id)}: give each an "id" of its own`);
    ids.add(id);
    return readFault(reading, path, { ...shape, id }) ?? [];
  });
}

/** Reads one fault that is a value in memory. Messages say the path, such as `lab.faults[0].rcode`. */
export function labFaultFromValue(value: unknown): Result<LabFault> {
  const reading = { findings: new Findings(), places: new ValuePlaces() };
  const checked = checkShape({ lab: { faults: [value] } }, reading.places, reading.findings);
  const [fault] = readLabFaults(reading, checked?.shape.lab?.faults);
  const problems = withPathsInMessages(reading.findings.problems);
  return fault === undefined ? failure(problems) : settle(fault, problems);
}

function readFault(
  reading: FaultReading,
  path: Path,
  shape: LabFaultShape & { readonly id: string },
): LabFault | undefined {
  const strikes = readTarget(reading, path, shape);
  const misdeed = readMisdeed(reading, path, shape);
  if (misdeed === undefined) return undefined;
  const { id, probability = 1, seed = 0, count } = shape;
  return { id, strikes, misdeed, probability, seed, count };
}

function readTarget(reading: FaultReading, path: Path, shape: LabFaultShape): Target {
  const { owner, type, client, transport } = shape;
  return {
    owner: owner === undefined || owner === "*" ? undefined : readOwner(reading, [...path, "owner"], owner),
    type: type === undefined ? undefined : readType(reading, [...path, "type"], type),
    client: client === undefined ? undefined : readClient(reading, [...path, "client"], client),
    transport: transport === undefined ? undefined : transport === "udp" ? "UDP" : "TCP",
  };
}

function readOwner(reading: FaultReading, path: Path, text: string): Owner | undefined {
  const isBelow = text.startsWith("*.");
  const name = askedName(isBelow ? text.slice(2) : text);
  if (name !== undefined) return { key: name.key, isBelow };
  return report(reading, path, `Cannot use ${quote(text)} as owner of a fault: it is no domain name`);
}

function readType(reading: FaultReading, path: Path, text: string): number | undefined {
  return (
    typeFromName(text) ??
    report(reading, path, `Cannot use ${quote(text)} as type of a fault: give one such as SRV, A or TYPE65`)
  );
}

function readClient(reading: FaultReading, path: Path, text: string): Prefix | undefined {
  const read = readPrefix(text) ?? { fault: "give an address, or a prefix such as 172.30.54.0/24" };
  if ("prefix" in read) return read.prefix;
  return report(reading, path, `Cannot use ${quote(text)} as client of a fault: ${read.fault}`);
}

function readMisdeed(reading: FaultReading, path: Path, shape: LabFaultShape): Misdeed | undefined {
  const kind = shape.fault;
  const wanted = wantedDetail(kind);
  for (const detail of ALL_DETAILS) {
    if (detail === wanted || shape[detail] === undefined) continue;
    report(
      reading,
      [...path, detail],
      `Cannot give "${detail}" with fault "${kind}": ${wanted === undefined ? "it takes no more to be said" : `it takes "${wanted}"`}`,
    );
  }
  switch (kind) {
    case "delay":
      return shape.milliseconds === undefined
        ? missing(reading, path, kind)
        : { kind, milliseconds: shape.milliseconds };
    case "oversized":
      return { kind, octets: shape.octets ?? OVERSIZED };
    case "rcode":
      return shape.rcode === undefined
        ? missing(reading, path, kind)
        : rcodeOf(reading, [...path, "rcode"], shape.rcode);
    case "stale":
    case "flapping":
      return shape.addresses === undefined
        ? missing(reading, path, kind)
        : { kind, addresses: readAddresses(reading, [...path, "addresses"], shape.addresses) };
    default:
      return { kind };
  }
}

function wantedDetail(kind: LabFaultShape["fault"]): (typeof ALL_DETAILS)[number] | undefined {
  return kind in DETAILS ? DETAILS[kind as keyof typeof DETAILS] : undefined; // proof: it is one of its keys
}

function missing(reading: FaultReading, path: Path, kind: keyof typeof DETAILS): undefined {
  return report(reading, path, `Cannot leave out "${DETAILS[kind]}": fault "${kind}" needs it`);
}

function rcodeOf(reading: FaultReading, path: Path, text: string): Misdeed | undefined {
  const upper = text.toUpperCase();
  const known = Object.entries(RCODE).filter(([, code]) => code <= 15);
  const rcode =
    known.find(([name]) => name === upper)?.[1] ?? (/^\d{1,2}$/.test(text) ? Number(text) : undefined);
  if (rcode !== undefined && rcode <= 15) return { kind: "rcode", rcode };
  const names = listOf(known.map(([name]) => name));
  return report(
    reading,
    path,
    `Cannot use ${quote(text)} as RCODE: give a number up to 15, or one of ${names}`,
  );
}

function readAddresses(reading: FaultReading, path: Path, texts: readonly string[]): Uint8Array[] {
  return texts.flatMap((text, index) => {
    const octets = parseAddress(text)?.octets;
    return (
      octets ??
      report(
        reading,
        [...path, index],
        `Cannot use ${quote(text)} as address of a fault: give IPv4 or IPv6`,
      ) ??
      []
    );
  });
}

/** Reports a problem; what could not be read is undefined. */
function report({ findings, places }: FaultReading, path: Path, message: string): undefined {
  findings.error(message, places.ofValue(path));
}
