/** Deployment → the zones that publish it, and what becomes of each SIP domain. */

import { Gates } from "../deployment/gates.ts";
import { textOf } from "../deployment/host-name.ts";
import type { Catalog, Deployment, ZoneOptions } from "../deployment/model.ts";
import { withPathsInMessages } from "../deployment/places.ts";
import type { DomainName } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import type { ZoneGroup } from "../dns/rrset.ts";
import { failure, type Place, type Problem, type Result, settle } from "../result.ts";
import { catalogGroup, fitsCatalog } from "./catalog.ts";
import { Publication } from "./publication.ts";
import { longestServiceLabels } from "./services.ts";
import { fits, longestLabels } from "./xmpp-names.ts";
import { ZoneBuilder } from "./zone-builder.ts";

/** What follows from a deployment. */
export interface Derivation {
  readonly groups: readonly ZoneGroup[];
  /** One for each SIP domain, in the order of the deployment. */
  readonly publications: readonly Publication[];
}

/** Derives the zones of a deployment, and says of each SIP domain whether it is published and why. */
export function derive(deployment: Deployment): Result<Derivation> {
  const { derivation, problems } = deriveAsFarAsPossible(deployment);
  return derivation === undefined ? failure(problems) : settle(derivation, problems);
}

/** A derivation with the errors in it, for those who look on for more; none where names have no room. */
export interface Attempt {
  readonly derivation: Derivation | undefined;
  readonly problems: readonly Problem[];
}

/** Derives what can be derived: static records that cannot be served are left out. */
export function deriveAsFarAsPossible(deployment: Deployment): Attempt {
  const long = lengthProblems(deployment);
  if (long.length > 0) return { derivation: undefined, problems: withPathsInMessages(long) };
  const gates = new Gates(deployment);
  const publications = deployment.sipDomains.map(
    (sipDomain) => new Publication(sipDomain, gates.decide(sipDomain)),
  );
  const builder = new ZoneBuilder(deployment, gates);
  const zones = builder.build();
  const catalog = deployment.transfers?.catalog;
  const faults = catalogProblems(catalog, zones);
  const groups =
    catalog === undefined || faults.length > 0 ? zones : [...zones, catalogGroup(catalog, zones)];
  const problems = withPathsInMessages(withoutTwins([...builder.problems, ...faults]));
  return { derivation: { groups, publications }, problems };
}

function catalogProblems(catalog: Catalog | undefined, zones: readonly ZoneGroup[]): Problem[] {
  if (catalog === undefined) return [];
  const name = quote(textOf(catalog.apex));
  const isTaken = zones.some(({ apexes }) => apexes.some((apex) => apex.equals(catalog.apex)));
  if (!isTaken && fitsCatalog(catalog)) return [];
  const reason = isTaken
    ? "a zone of this name is served already; give the catalog a name of its own, such as catalog.invalid"
    : "the names in it would have more than 255 octets on the wire";
  return [{ severity: "error", message: `Cannot make catalog ${name}: ${reason}`, place: catalog.place }];
}

const MOST_LENGTH_PROBLEMS = 20;

/** Zones whose longest name would be over 255 octets. What is common to SIP domains is measured once. */
function lengthProblems({ sipDomains, zones }: Deployment): Problem[] {
  const problems: Problem[] = [];
  const measured = new Map<ZoneOptions, string>();
  for (const { apex, options, place } of zones) {
    if (!fits(longestLabels(options), apex)) problems.push(lengthProblem(apex, place));
  }
  for (const sipDomain of sipDomains) {
    const { options } = sipDomain;
    const labels = measured.get(options) ?? longestLabels(options, longestServiceLabels(options));
    measured.set(options, labels);
    if (problems.length < MOST_LENGTH_PROBLEMS && !fits(labels, sipDomain.name)) {
      problems.push(lengthProblem(sipDomain.name, sipDomain.place));
    }
  }
  return problems;
}

function lengthProblem(name: DomainName, place: Place): Problem {
  const message = `Cannot make a zone for ${quote(textOf(name))}: the longest name in it would have more than 255 octets on the wire`;
  return { severity: "error", message, place };
}

/** One problem of many SIP domains is said once. */
function withoutTwins(problems: readonly Problem[]): Problem[] {
  return [
    ...new Map(
      problems.map((problem) => [
        `${problem.message} ${problem.place?.file}:${problem.place?.line}:${problem.place?.column}`,
        problem,
      ]),
    ).values(),
  ];
}
