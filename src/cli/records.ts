/** `records`: the DNS records that a deployment leads to, for people and for other DNS servers. */

import type { DomainName } from "../dns/name.ts";
import type { Zone } from "../dns/rrset.ts";
import { formatZoneFile } from "../dns/zone-file.ts";
import { zoneObject } from "../export/json.ts";
import { delegationLines } from "../records/delegation.ts";
import type { Publication } from "../records/publication.ts";
import { summaryRows } from "../records/summary.ts";
import type { Settings } from "../settings/settings.ts";
import type { Built, Engine } from "./engine.ts";
import { EXIT_CODE } from "./exit-code.ts";
import { firstSteps } from "./first-steps.ts";
import { visible } from "./problems.ts";
import { type CommonOptions, report, settingsOf, withoutNotes } from "./settings.ts";
import { summaryTable } from "./summary-table.ts";
import type { Surroundings } from "./surroundings.ts";
import { withoutFinalDot, zoneNamed } from "./zone-name.ts";
import { zonesOf } from "./zones.ts";

export interface RecordsOptions extends CommonOptions {
  readonly format?: "table" | "zone" | "json" | undefined;
  readonly zone?: string | undefined;
  readonly delegation?: boolean | undefined;
}

/** Prints records on standard output, and nothing else there: warnings go to standard error. */
export async function records(
  options: RecordsOptions,
  surroundings: Surroundings,
  { build }: Pick<Engine, "build">,
): Promise<number> {
  const settings = settingsOf(options, surroundings);
  if (settings === undefined) return EXIT_CODE.USAGE;
  if (options.delegation === true && options.format === "table") {
    const message =
      "Cannot print --delegation as a table: leave --format out for lines of a zone file, or give --format json";
    report([{ severity: "error", message }], options, surroundings.stderr, surroundings);
    return EXIT_CODE.USAGE;
  }
  const built = await build(settings);
  const problems = built.ok ? built.remarks : built.problems;
  const hints = firstSteps(problems, settings, surroundings);
  report([...withoutNotes(problems), ...hints], options, surroundings.stderr, surroundings);
  if (!built.ok) return EXIT_CODE.PROBLEMS;
  const selection = select(built.value, options.zone);
  if (selection === undefined) {
    const message = `Cannot print zone "${options.zone}": ${settings.deployment} leads to no such zone${zonesInstead(built.value)}`;
    report([{ severity: "error", message }], options, surroundings.stderr, surroundings);
    return EXIT_CODE.USAGE;
  }
  for (const text of textsOf(selection, options, settings)) surroundings.stdout.write(text);
  return EXIT_CODE.FINE;
}

/** What to print: everything, or what has to do with one zone. */
interface Selection {
  readonly publications: readonly Publication[];
  readonly zones: () => Iterable<Zone>;
}

function select(built: Built, word: string | undefined): Selection | undefined {
  const { publications, groups } = built.derivation;
  if (word === undefined) return { publications, zones: () => zonesOf(built) };
  const zone = zoneNamed(word);
  if (zone === undefined) return undefined;
  const chosen = publications.filter((publication) => concerns(publication, zone));
  const isZone = groups.some(({ apexes }) => apexes.some((apex) => apex.equals(zone)));
  return isZone || chosen.length > 0
    ? { publications: chosen, zones: () => zonesOf(built, zone) }
    : undefined;
}

const NAMED_ZONES = 5;

/** What there is where the zone that was asked for is not. */
function zonesInstead({ derivation, snapshot }: Built): string {
  const first = derivation.groups.flatMap(({ apexes }) => apexes.slice(0, NAMED_ZONES)).slice(0, NAMED_ZONES);
  const more = snapshot.zoneCount - first.length;
  if (first.length === 0) return "";
  return `, but to ${first.map(withoutFinalDot).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function concerns({ sipDomain, apexes }: Publication, zone: DomainName): boolean {
  return sipDomain.equals(zone) || apexes.some((apex) => apex.equals(zone));
}

function textsOf(
  selection: Selection,
  { format = "table", delegation = false }: RecordsOptions,
  { deployment }: Settings,
): Iterable<string> {
  if (delegation) return [delegationText(selection, format === "json")];
  switch (format) {
    case "table":
      return [tableText(selection)];
    case "zone":
      return zoneTexts(selection, deployment);
    case "json":
      return [json({ sipDomains: selection.publications, zones: Array.from(selection.zones(), zoneObject) })];
    default:
      return format satisfies never;
  }
}

function delegationText({ publications }: Selection, asJson: boolean): string {
  const lines = publications.flatMap(delegationLines);
  return asJson ? json(lines) : lines.map((line) => `${line}\n`).join("");
}

function* zoneTexts({ zones }: Selection, deployment: string): Iterable<string> {
  let isFirst = true;
  for (const zone of zones()) {
    const comment = `Zone ${withoutFinalDot(zone.apex)}, derived by xmpp-edge-dns from ${deployment}`;
    yield `${isFirst ? "" : "\n"}${formatZoneFile(zone, { comment })}`;
    isFirst = false;
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The DNS summary, then who gets no records and why. */
function tableText({ publications }: Selection): string {
  const rows = publications.flatMap(summaryRows);
  const unpublished = publications.filter(({ published }) => !published);
  const parts = [
    ...(rows.length > 0 ? [summaryTable(rows)] : []),
    ...(unpublished.length > 0 ? [unpublishedText(unpublished)] : []),
  ];
  return parts.length > 0 ? parts.join("\n") : "No SIP domain has to do with this zone.\n";
}

function unpublishedText(publications: readonly Publication[]): string {
  const lines = publications.map(
    ({ sipDomain, reason }) => `  ${withoutFinalDot(sipDomain)}: ${visible(reason)}\n`,
  );
  return `Not published:\n${lines.join("")}`;
}
