/**
 * Topology documents → facts, in both forms: published (`Get-CsTopology -AsXml`, root Topology) and of Topology
 * Builder (`.tbxml`, root TopologyBuilder). They differ in how clusters and services are identified and nested;
 * unknown elements are passed over.
 */

import { parseAddress } from "../dns/address.ts";
import { quote } from "../dns/quotation.ts";
import { type Facts, nameKey, type PoolFact, portOf, type Said } from "./facts.ts";
import { type SourceText, Spot } from "./source-text.ts";
import { childrenNamed, descend, type XmlElement } from "./xml.ts";

/** Whether an element is the root of a topology document. */
export function isTopology({ name }: XmlElement): boolean {
  return name === "Topology" || name === "TopologyBuilder" || name === "PartialTopology";
}

/** Reads a topology document into facts. */
export function readTopology(root: XmlElement, source: SourceText, facts: Facts): void {
  const topology =
    descend(root, "NewTopology", "PartialTopology") ??
    descend(root, "PartialTopology") ??
    descend(root, "NewTopology", "Topology") ??
    root;
  new TopologyReader(source, facts).read(topology);
}

/** Where an element stands in the tree of sites. */
interface Surrounding {
  readonly siteId: string | undefined;
}

interface Cluster {
  readonly element: XmlElement;
  readonly fqdn: string;
  readonly siteId: string | undefined;
}

class TopologyReader {
  readonly #source: SourceText;
  readonly #facts: Facts;
  readonly #siteNames = new Map<string, string>();
  /** By UniqueId, or by `site:number`. */
  readonly #clusters = new Map<string, Cluster>();
  readonly #services: XmlElement[] = [];

  constructor(source: SourceText, facts: Facts) {
    this.#source = source;
    this.#facts = facts;
  }

  read(topology: XmlElement): void {
    this.#visit(topology, { siteId: undefined });
    const roles = Map.groupBy(this.#services, installedOn);
    const seen = new Set<string>();
    for (const [id, cluster] of this.#clusters) this.#readCluster(cluster, roles.get(id) ?? [], seen);
    this.#readEdges();
    if (this.#facts.sipDomains.length + this.#clusters.size + this.#services.length > 0) return;
    this.#facts.error(
      "Cannot find SIP domains, clusters or services in this topology: download it anew from Topology Builder",
      this.#spot(topology),
    );
  }

  /** Sites, clusters and services stand at different depths in the two forms. Ends, as xml.ts bounds the depth. */
  #visit(element: XmlElement, around: Surrounding): void {
    for (const child of element.children) {
      if (child.name === "InternalDomains") this.#readSipDomains(child);
      else if (child.name === "Cluster") this.#addCluster(child, around);
      else if (child.name === "Service") this.#services.push(child);
      else if (isSite(child)) this.#visit(child, { siteId: this.#readSite(child) });
      else this.#visit(child, around);
    }
  }

  #readSipDomains(element: XmlElement): void {
    const standard = element.attributes.DefaultDomain;
    for (const domain of childrenNamed(element, "InternalDomain")) {
      const name = this.#required(domain, "Name");
      if (name === undefined) continue;
      const isDefault = standard !== undefined && nameKey(name) === nameKey(standard);
      this.#facts.sipDomains.push({ name, isDefault, spot: this.#spot(domain, "Name") });
    }
  }

  #readSite(element: XmlElement): string {
    const siteId = element.attributes.SiteId ?? "";
    const name = descend(element, "Name")?.text.trim() || siteId;
    if (this.#siteNames.has(siteId)) this.#twin(`SiteId ${quote(siteId)}`, "sites", element);
    this.#siteNames.set(siteId, name);
    this.#facts.sites.push({ name, xmppFederationRoute: undefined, spot: this.#spot(element) });
    return siteId;
  }

  #addCluster(element: XmlElement, around: Surrounding): void {
    const fqdn = this.#required(element, "Fqdn");
    const own = descend(element, "ClusterId");
    const id = element.attributes.UniqueId?.toLowerCase() ?? (own && clusterKey(own));
    if (fqdn === undefined) return;
    if (id === undefined) {
      this.#facts.error(`Cannot tell cluster ${quote(fqdn)} from others: it has no id`, this.#spot(element));
      return;
    }
    if (this.#clusters.has(id)) this.#twin(`cluster id ${quote(id)}`, "clusters", element);
    this.#clusters.set(id, { element, fqdn, siteId: own?.attributes.SiteId ?? around.siteId });
  }

  #twin(what: string, kind: string, element: XmlElement): void {
    this.#facts.error(
      `Cannot give the ${what} to two ${kind}: download the topology anew`,
      this.#spot(element),
    );
  }

  #readCluster({ element, fqdn, siteId }: Cluster, services: readonly XmlElement[], seen: Set<string>): void {
    const machines = [element, ...childrenNamed(element, "Machines")].flatMap((parent) =>
      childrenNamed(parent, "Machine"),
    );
    const isEdge = services.some((service) => roleOf(service) === "edgeserver");
    const computers = machines.map((machine) => this.#readMachine(machine, fqdn, isEdge, seen));
    const pool: PoolFact = {
      fqdn,
      site: this.#siteName(siteId),
      computers,
      roles: services.map(roleOf),
      spot: this.#spot(element),
    };
    this.#facts.pools.push(pool);
  }

  /** The machine of a cluster that can have no other has the cluster's FQDN. */
  #readMachine(machine: XmlElement, poolFqdn: string, isEdge: boolean, seen: Set<string>): Said<string> {
    const fqdn = machine.attributes.Fqdn ?? poolFqdn;
    const spot = this.#spot(machine);
    if (isEdge) {
      if (seen.has(nameKey(fqdn)))
        this.#facts.error(`Cannot list Edge Server ${quote(fqdn)} twice: download the topology anew`, spot);
      seen.add(nameKey(fqdn));
      for (const one of childrenNamed(machine, "NetInterface")) this.#readInterface(one, fqdn);
    }
    return { value: fqdn, spot };
  }

  #readInterface(element: XmlElement, computer: string): void {
    if (element.attributes.InterfaceSide !== "External") return;
    const number = numberIn(element, "InterfaceNumber") ?? 1;
    const addresses: Said<string>[] = [];
    const publicAddresses: Said<string>[] = [];
    for (const [name, value] of Object.entries(element.attributes)) {
      const isNamed = /^(?:Configured)?IP(?:v6)?Address$/i.test(name);
      if (value.trim() === "" || !(isNamed || parseAddress(value) !== undefined)) continue;
      const list = name.startsWith("Configured") ? publicAddresses : addresses;
      list.push({ value: value.trim(), spot: this.#spot(element, name) });
    }
    this.#facts.interfaces.push({ computer, number, addresses, publicAddresses, spot: this.#spot(element) });
  }

  #readEdges(): void {
    for (const service of this.#services.filter((one) => roleOf(one) === "edgeserver")) {
      const cluster = this.#clusters.get(installedOn(service));
      if (cluster !== undefined) this.#readEdge(service, cluster);
      else
        this.#facts.error(
          `Cannot find the cluster that this Edge service is installed on: download the topology anew`,
          this.#spot(service),
        );
    }
  }

  #readEdge(service: XmlElement, { fqdn, siteId }: Cluster): void {
    const ports = childrenNamed(service, "Ports").flatMap((parent) => childrenNamed(parent, "Port"));
    const external = ports.filter((port) => port.attributes.InterfaceSide === "External");
    const owned = (owner: string) => external.filter((port) => ownerOf(port) === owner);
    const accessEdge = owned("accessedge");
    const named = accessEdge.find((port) => port.attributes.ConfiguredFqdn !== undefined);
    const xmpp = owned("xmppfederationproxy").find((port) => port.attributes.Usage === "XmppServer");
    const accessEdgeFqdn = named?.attributes.ConfiguredFqdn;
    const version = numberIn(service, "ServiceVersion");
    this.#facts.edges.push({
      poolFqdn: fqdn,
      site: this.#siteName(siteId),
      accessEdgeFqdn:
        named && accessEdgeFqdn !== undefined
          ? { value: accessEdgeFqdn, spot: this.#spot(named, "ConfiguredFqdn") }
          : undefined,
      xmppPort: this.#xmppPort(service, xmpp),
      version:
        version === undefined ? undefined : { value: version, spot: this.#spot(service, "ServiceVersion") },
      interfaceNumber: [...accessEdge, ...(xmpp ? [xmpp] : [])]
        .map((port) => numberIn(port, "InterfaceNumber"))
        .find((number) => number !== undefined),
      spot: this.#spot(service),
    });
  }

  #xmppPort(service: XmlElement, port: XmlElement | undefined): Said<number | null> {
    if (port === undefined) return { value: null, spot: this.#spot(service) };
    const spot = this.#spot(port, "Port");
    const value = portOf(port.attributes.Port?.trim() ?? "");
    if (value === undefined)
      this.#facts.error(
        `Cannot use ${quote(port.attributes.Port ?? "")} as XMPP port: give 1 to 65535`,
        spot,
      );
    return { value: value ?? null, spot };
  }

  #siteName(siteId: string | undefined): string | undefined {
    return siteId === undefined ? undefined : this.#siteNames.get(siteId);
  }

  #required(element: XmlElement, name: string): string | undefined {
    const value = element.attributes[name]?.trim();
    if (value) return value;
    this.#facts.error(`Cannot read ${element.name} without ${quote(name)}`, this.#spot(element));
    return undefined;
  }

  /** The spot of an attribute's value, or of the element. */
  #spot({ offset }: XmlElement, attribute?: string): Spot {
    if (attribute === undefined) return new Spot(this.#source, offset);
    const written = new RegExp(`[\\s:]${attribute}\\s*=\\s*["']`, "g");
    written.lastIndex = offset;
    const found = written.exec(this.#source.text);
    return new Spot(this.#source, found === null ? offset : found.index + found[0].length);
  }
}

/** A central or remote site. */
function isSite({ name, attributes }: XmlElement): boolean {
  return name.endsWith("Site") && attributes.SiteId !== undefined;
}

function clusterKey({ attributes }: XmlElement): string {
  return `${attributes.SiteId ?? ""}:${attributes.Number ?? ""}`;
}

function installedOn(service: XmlElement): string {
  const own = service.attributes.InstalledOn;
  const cluster = descend(service, "InstalledOn", "ClusterId");
  return own?.toLowerCase() ?? (cluster === undefined ? "" : clusterKey(cluster));
}

function roleOf(service: XmlElement): string {
  const name = service.attributes.RoleName ?? descend(service, "ServiceId")?.attributes.RoleName;
  return (name ?? "").toLowerCase();
}

/** `accessedge` of `urn:component:AccessEdge`. */
function ownerOf(port: XmlElement): string {
  return (port.attributes.Owner ?? "").replace(/^.*:/, "").toLowerCase();
}

function numberIn({ attributes }: XmlElement, name: string): number | undefined {
  const text = attributes[name]?.trim() ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
