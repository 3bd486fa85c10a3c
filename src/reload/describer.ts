/**
 * Describes the version in force. What a load was made from is let go once it is compiled, a million SIP
 * domains perhaps; of it the octets of the files are kept, and somebody who asks has them loaded again.
 */

import type { FileSource } from "../deployment/files.ts";
import { askedName, isNameWith, textOf } from "../deployment/host-name.ts";
import { deploymentFromValue, loadDeployment } from "../deployment/load.ts";
import type { Deployment, EdgePool } from "../deployment/model.ts";
import type { Observations } from "../deployment/observations.ts";
import { type Address, formatAddress } from "../dns/address.ts";
import { typeName } from "../dns/codes.ts";
import type { DomainName } from "../dns/name.ts";
import { formatRdata } from "../dns/rdata.ts";
import type { ZoneGroup } from "../dns/rrset.ts";
import { type Derivation, derive } from "../records/derive.ts";
import { explain, explanationObject } from "../records/explanation.ts";
import type { Publication } from "../records/publication.ts";
import { summaryRows } from "../records/summary.ts";
import { memberZone } from "../zone/member.ts";
import { servedZone } from "../zone/served.ts";
import { Snapshot } from "../zone/snapshot.ts";
import type { DeploymentSource } from "./build.ts";
import type {
  DeploymentDescription,
  Description,
  DescriptionQuery,
  EdgePoolDescription,
  Page,
  PageQuery,
  SipDomainDescription,
  ZoneDescription,
} from "./description.ts";
import { type Environment, heldFiles } from "./files.ts";
import type { Memory } from "./state.ts";

/** Milliseconds that a load lives on after somebody has asked. */
const LINGER = 60_000;

/** Edge pools and records that are told at most. */
const MOST_POOLS = 200;
const MOST_RECORDS = 1_000;

/** The version in force: where it came from and what is served of it. */
export interface VersionInForce {
  readonly source: DeploymentSource;
  readonly snapshot: SharedArrayBuffer;
  /** What was seen of the network. */
  readonly observations: Observations | undefined;
}

export class Describer {
  readonly #variable: (name: string) => string | undefined;
  #files: FileSource | undefined;
  #view: { readonly of: SharedArrayBuffer; readonly view: View } | undefined;
  #forgetting: NodeJS.Timeout | undefined;

  /** With the environment that the deployment is loaded with: secrets may stand there. */
  constructor(environment: Environment = {}) {
    this.#variable = (name) => environment[name];
  }

  /** A memory that also tells the describer which files the version in force came from. */
  listenTo(memory: Memory): Memory {
    return {
      versions: memory.versions,
      keep: (build, files, former) => {
        // Without files it is the network that has changed.
        if (files !== undefined) this.#files = heldFiles(files, this.#variable);
        memory.keep(build, files, former);
      },
      lastGood: () => {
        const lastGood = memory.lastGood();
        this.#files = lastGood;
        return lastGood;
      },
    };
  }

  describe(query: DescriptionQuery, version: VersionInForce): Description {
    const view = this.#viewOf(version);
    if (view === undefined) return { kind: "unavailable", reason: "what is served was not kept" };
    switch (query.kind) {
      case "deployment":
        return { kind: "deployment", deployment: view.deployment };
      case "sip-domains":
        return { kind: "sip-domains", page: view.sipDomains(query) };
      case "zones":
        return { kind: "zones", page: view.zones(query) };
      case "zone":
        return view.zone(query.apex);
      case "explanation":
        return view.explanation(query.sipDomain);
      default:
        return query satisfies never;
    }
  }

  /** Lets go of everything. */
  close(): void {
    clearTimeout(this.#forgetting);
    this.#view = undefined;
    this.#files = undefined;
  }

  #viewOf(version: VersionInForce): View | undefined {
    clearTimeout(this.#forgetting);
    if (this.#view?.of !== version.snapshot) {
      const view = this.#files && viewOf(version, { ...this.#files, variable: this.#variable });
      this.#view = view && { of: version.snapshot, view };
    }
    this.#forgetting = setTimeout(() => {
      this.#view = undefined;
    }, LINGER).unref();
    return this.#view?.view;
  }
}

function viewOf({ source, snapshot, observations }: VersionInForce, files: FileSource): View | undefined {
  const deployment =
    source.kind === "file"
      ? loadDeployment(source.path, files, observations)
      : deploymentFromValue(source.value, files, observations);
  if (!deployment.ok) return undefined;
  const derivation = derive(deployment.value);
  return derivation.ok ? new View(deployment.value, derivation.value, new Snapshot(snapshot)) : undefined;
}

/** A version, loaded anew. */
class View {
  readonly deployment: DeploymentDescription;
  readonly #deployment: Deployment;
  readonly #derivation: Derivation;
  readonly #snapshot: Snapshot;

  constructor(deployment: Deployment, derivation: Derivation, snapshot: Snapshot) {
    this.#deployment = deployment;
    this.#derivation = derivation;
    this.#snapshot = snapshot;
    this.deployment = describeDeployment(deployment, derivation, snapshot);
  }

  sipDomains({ offset, limit, search }: PageQuery): Page<SipDomainDescription> {
    const { publications } = this.#derivation;
    const found = search === "" ? publications : publications.filter((one) => isFound(one, search));
    return {
      total: publications.length,
      found: found.length,
      offset,
      items: found.slice(offset, offset + limit).map(describeSipDomain),
    };
  }

  zones({ offset, limit, search }: PageQuery): Page<ZoneDescription> {
    const items: ZoneDescription[] = [];
    let total = 0;
    let found = 0;
    for (const group of this.#derivation.groups) {
      for (const apex of group.apexes) {
        total++;
        if (search !== "" && !isNameWith(apex, search)) continue;
        if (found >= offset && items.length < limit) items.push(this.#describeZone(group, apex));
        found++;
      }
    }
    return { total, found, offset, items };
  }

  zone(text: string): Description {
    const asked = askedName(text);
    const served = asked && servedZone(this.#snapshot, asked);
    const group = served && this.#derivation.groups[served.group];
    const apex = asked && group?.apexes.find((candidate) => candidate.equals(asked)); // in its own spelling
    if (group === undefined || apex === undefined) return { kind: "no-such-zone" };
    const { rrsets } = memberZone(group, apex, served?.serial ?? 0);
    const records = rrsets.flatMap(({ owner, type, ttl, rdatas }) =>
      rdatas.map((rdata) => ({
        owner: owner.toString(),
        ttl,
        type: typeName(type),
        data: formatRdata(type, rdata),
      })),
    );
    return {
      kind: "zone",
      zone: this.#describeZone(group, apex),
      records: records.slice(0, MOST_RECORDS),
    };
  }

  explanation(text: string): Description {
    const name = askedName(text);
    const sipDomain = name && this.#deployment.sipDomains.find((candidate) => candidate.name.equals(name));
    if (!sipDomain) return { kind: "no-such-sip-domain" };
    return { kind: "explanation", explanation: explanationObject(explain(this.#deployment, sipDomain)) };
  }

  #describeZone({ model }: ZoneGroup, apex: DomainName): ZoneDescription {
    return {
      zone: textOf(apex),
      serial: servedZone(this.#snapshot, apex)?.serial ?? 0, // what was compiled is served
      rrsets: model.rrsets.length,
    };
  }
}

function describeDeployment(
  { sipDomains, edgePools, defaultSipDomain, xmppAllowedPartners }: Deployment,
  { publications }: Derivation,
  { zoneCount, rrsetCount }: Snapshot,
): DeploymentDescription {
  const [first] = publications;
  return {
    sipDomains: sipDomains.length,
    published: publications.reduce((count, { published }) => count + Number(published), 0),
    everyListed: first?.mode === "every-listed" ? first.reason : undefined,
    zones: zoneCount,
    rrsets: rrsetCount,
    defaultSipDomain: defaultSipDomain && textOf(defaultSipDomain),
    partners: xmppAllowedPartners?.length,
    edgePoolCount: edgePools.length,
    edgePools: edgePools.slice(0, MOST_POOLS).map(describePool),
  };
}

function describePool(pool: EdgePool): EdgePoolDescription {
  return {
    fqdn: textOf(pool.fqdn),
    site: pool.site,
    accessEdgeFqdn: pool.accessEdgeFqdn && textOf(pool.accessEdgeFqdn),
    xmppPort: pool.xmppPort,
    loadBalancing: pool.loadBalancing,
    vips: pool.vips.map(addressText),
    publishedAddresses: pool.publishedAddresses.map(addressText),
    servers: pool.servers.map(({ fqdn, host, addresses, publicAddresses, drained }) => ({
      fqdn: fqdn && textOf(fqdn),
      host,
      addresses: addresses.map(addressText),
      publicAddresses: publicAddresses.map(addressText),
      drained,
    })),
  };
}

function describeSipDomain(publication: Publication): SipDomainDescription {
  const { sipDomain, published, reason, edgePool, apexes } = publication;
  return {
    sipDomain: textOf(sipDomain),
    published,
    reason,
    edgePool: edgePool && textOf(edgePool.fqdn),
    zones: apexes.map(textOf),
    rows: summaryRows(publication),
  };
}

function isFound({ sipDomain }: Publication, search: string): boolean {
  return isNameWith(sipDomain, search);
}

function addressText({ octets }: Address): string {
  return formatAddress(octets);
}
