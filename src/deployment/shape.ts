/** Whether a value has the shape of a deployment; if not, every fault in words and with its place. */

import type { z } from "zod";
import { quote } from "../dns/quotation.ts";
import { nearest } from "../nearest.ts";
import type { Findings } from "./findings.ts";
import type { Path, Places } from "./places.ts";
import { pruned } from "./pruning.ts";
import { type DeploymentShape, deploymentSchema } from "./schema.ts";
import { listOf, show } from "./wording.ts";

/** A deployment as far as its shape is right. */
export interface CheckedShape {
  readonly shape: DeploymentShape;
  readonly places: Places;
  /** Keys at the top of which a part is missing: nobody can say that something is not to be found there. */
  readonly incomplete: ReadonlySet<string>;
}

/**
 * The deployment if its shape is right. Keys that nobody knows, and items of the wrong shape, are reported and
 * left out, so that the rest is still looked at.
 */
export function checkShape(value: unknown, places: Places, findings: Findings): CheckedShape | undefined {
  const parsed = deploymentSchema.safeParse(value);
  if (parsed.success) return { shape: parsed.data, places, incomplete: new Set() };
  const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue, value, []));
  for (const fault of faults) report(fault, value, places, findings);
  const [unknownKeys, others] = [faults.filter(isUnknownKey), faults.filter((fault) => !isUnknownKey(fault))];
  const otherPaths = others.map(({ path }) => path);
  const rest = pruned(withoutKeys(value, unknownKeys), otherPaths, places);
  const shape = rest && deploymentSchema.safeParse(rest.value).data;
  return shape && { ...rest, shape };
}

interface Fault {
  readonly path: Path;
  /** What is wanted; the known keys where a key is unknown. */
  readonly wanted: string;
  /** The keys that nobody knows. */
  readonly unknownKeys: readonly string[];
}

function isUnknownKey(fault: Fault): boolean {
  return fault.unknownKeys.length > 0;
}

/** One issue of zod as faults: where forms were to choose from, those of the form that was meant. */
function faultsOf(issue: z.core.$ZodIssue, value: unknown, base: Path): Fault[] {
  const path = [...base, ...issue.path];
  if (issue.code === "unrecognized_keys") return [{ path, wanted: issue.message, unknownKeys: issue.keys }];
  if (issue.code !== "invalid_union") return [{ path, wanted: issue.message, unknownKeys: [] }];
  const meant = issue.errors
    .filter(([first]) => first !== undefined && !(first.code === "invalid_type" && first.path.length === 0))
    .sort((one, other) => severity(one) - severity(other))[0];
  if (meant === undefined) return [{ path, wanted: issue.message, unknownKeys: [] }];
  return meant.flatMap((inner) => faultsOf(inner, value, path));
}

/** How far a form is from what was written: missing keys tell most. */
function severity(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 2), 0);
}

function report(fault: Fault, value: unknown, places: Places, findings: Findings): void {
  for (const key of fault.unknownKeys) {
    if (isSecret(key, fault)) {
      findings.error(SECRET_IN_SIGHT, places.ofKey([...fault.path, key]));
      continue;
    }
    findings.error(
      `Cannot use unknown key ${quote(key)}: ${suggestion(key, fault.wanted)}`,
      places.ofKey([...fault.path, key]),
    );
  }
  if (isUnknownKey(fault)) return;
  findings.error(sentenceOf(fault, at(value, fault.path)), places.ofValue(fault.path));
}

function isSecret(key: string, { wanted }: Fault): boolean {
  return key === "secret" && wanted.split(" ").includes("secretFile");
}

const SECRET_IN_SIGHT =
  'Cannot take a secret that stands in the deployment: whoever may read the file would have it; put it into a file of its own and name that under "secretFile", or name an environment variable under "secretEnvironment"';

function suggestion(key: string, known: string): string {
  const near = nearest(key, known.split(" "));
  return near === undefined ? `known here are ${listOf(known.split(" "))}` : `did you mean ${quote(near)}?`;
}

function sentenceOf(fault: Fault, found: unknown): string {
  const key = fault.path.findLast((step) => typeof step === "string");
  if (key === undefined)
    return `Cannot use ${show(found)} as a deployment: give ${fault.wanted}, "edgePools" and "sipDomains" first of all`;
  const isItem = typeof fault.path.at(-1) === "number";
  if (found === undefined && !isItem) return `Cannot leave out ${quote(String(key))}: give ${fault.wanted}`;
  return `Cannot use ${show(found)} ${isItem ? "in" : "as"} ${quote(String(key))}: give ${fault.wanted}`;
}

function at(value: unknown, path: Path): unknown {
  let found: unknown = value;
  for (const step of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Object.getOwnPropertyDescriptor(found, step)?.value;
  }
  return found;
}

/** What to leave out of a value: keys of its own, and what to leave out of its parts. */
interface Excess {
  readonly keys: Set<string>;
  readonly inside: Map<PropertyKey, Excess>;
}

/** A copy of the value without the unknown keys; what is not on their way is shared. */
function withoutKeys(value: unknown, faults: readonly Fault[]): unknown {
  const all: Excess = { keys: new Set(), inside: new Map() };
  for (const { path, unknownKeys } of faults) {
    const { keys } = path.reduce(excessInside, all);
    for (const key of unknownKeys) keys.add(key);
  }
  return without(value, all);
}

function excessInside({ inside }: Excess, step: PropertyKey): Excess {
  const excess = inside.get(step) ?? { keys: new Set(), inside: new Map() };
  inside.set(step, excess);
  return excess;
}

function without(value: unknown, excess: Excess | undefined): unknown {
  if (excess === undefined) return value;
  if (Array.isArray(value)) return value.map((item, index) => without(item, excess.inside.get(index)));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !excess.keys.has(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, without(item, excess.inside.get(key))]));
}
