/**
 * What Lync's documents say, and beside it what stands in the deployment file, which wins (docs/lync-import.md):
 * sites by name, Edge pools and Edge Servers by FQDN and SIP domains by name, each key by key; policies by
 * identity and partners by domain, each as a whole; the list of user groups as a whole.
 */

import { quote } from "../dns/quotation.ts";
import { nameKey, siteKey } from "../lync/facts.ts";
import { type LyncDeployment, policyKey } from "../lync/join.ts";
import { isWithoutXmpp } from "./edge-pools.ts";
import { pathBeside } from "./files.ts";
import type { Findings } from "./findings.ts";
import { readLyncDocuments } from "./lync-documents.ts";
import {
  type EdgePoolItem,
  edgePoolItems,
  type Item,
  partnerItems,
  policyItems,
  type ServerShape,
  sipDomainItems,
  siteItems,
  userGroupItems,
} from "./lync-items.ts";
import { Origins } from "./origins.ts";
import type { Path, Places } from "./places.ts";
import type { Reading } from "./reading.ts";
import type { DeploymentShape, EdgePoolShape } from "./schema.ts";
import { knownOnes, listOf } from "./wording.ts";

type LyncShape = NonNullable<DeploymentShape["lync"]>;

/** A shape with the places of its parts. */
export interface PlacedShape {
  readonly shape: DeploymentShape;
  readonly places: Places;
}

/** The deployment file together with the documents that it points at; undefined where one of them is broken. */
export function withLyncDocuments(
  shape: DeploymentShape,
  reading: Pick<Reading, "findings" | "places" | "files" | "path">,
): PlacedShape | undefined {
  const { findings, places, files, path } = reading;
  if (shape.lync === undefined) return { shape, places };
  const pointers = pointersOf(shape.lync, path);
  if (pointers.size === 0) {
    const message = 'Cannot read "lync" without "topology" and "export": give one of them';
    findings.error(message, places.ofKey(["lync"]));
    return undefined;
  }
  const read = readLyncDocuments([...pointers.keys()], files);
  for (const problem of read.ok ? read.remarks : read.problems) {
    const pointer = problem.place?.line === undefined && pointers.get(problem.place?.file ?? "");
    findings.problems.push(pointer ? { ...problem, place: places.ofValue(pointer) } : problem);
  }
  if (!read.ok) return undefined;
  const merged = new Merge(shape, places, findings).merge(read.value);
  sayWhatIsMissing(merged.shape, reading);
  sayWhatPoolsLack(merged.shape, { findings, places: merged.places });
  return merged;
}

/** The documents in their order, each with the path that points at it. */
function pointersOf({ topology, export: exported = [] }: LyncShape, path: string): ReadonlyMap<string, Path> {
  const pointers = new Map<string, Path>();
  if (topology !== undefined) pointers.set(pathBeside(path, topology), ["lync", "topology"]);
  const isList = Array.isArray(exported);
  for (const [index, name] of [exported].flat().entries()) {
    pointers.set(pathBeside(path, name), isList ? ["lync", "export", index] : ["lync", "export"]);
  }
  return pointers;
}

class Merge {
  readonly #own: DeploymentShape;
  readonly #findings: Findings;
  readonly #origins: Origins;
  readonly #places: Places;

  constructor(own: DeploymentShape, places: Places, findings: Findings) {
    this.#own = own;
    this.#places = places;
    this.#findings = findings;
    this.#origins = new Origins(places);
  }

  merge(lync: LyncDeployment): PlacedShape {
    const own = this.#own;
    const shape: DeploymentShape = {
      ...own,
      accessEdge: this.#accessEdge(lync),
      sites: this.#list("sites", this.#sites(lync)),
      edgePools: this.#list("edgePools", this.#edgePools(lync)),
      sipDomains: this.#list("sipDomains", this.#sipDomains(lync)),
      externalAccessPolicies: this.#wholes(
        "externalAccessPolicies",
        own.externalAccessPolicies,
        policyItems(lync),
        {
          keyOf: ({ identity }) => policyKey(identity),
        },
      ),
      xmppAllowedPartners: this.#wholes("xmppAllowedPartners", own.xmppAllowedPartners, partnerItems(lync), {
        keyOf: (partner) => partnerKey(partner),
      }),
      userGroups: own.userGroups ?? this.#optionalList("userGroups", userGroupItems(lync)),
    };
    return { shape, places: this.#origins };
  }

  #accessEdge({ allowFederatedUsers }: LyncDeployment): DeploymentShape["accessEdge"] {
    if (allowFederatedUsers === undefined || this.#own.accessEdge?.allowFederatedUsers !== undefined)
      return this.#own.accessEdge;
    this.#origins.said(["accessEdge", "allowFederatedUsers"], allowFederatedUsers.spot);
    return { allowFederatedUsers: allowFederatedUsers.value };
  }

  #sites(lync: LyncDeployment) {
    const own = (this.#own.sites ?? []).map((site, index) => {
      const shape = typeof site === "string" ? { name: site } : site;
      return ownItem(siteKey(shape.name), shape, ["sites", index]);
    });
    return joined(siteItems(lync), own, byKeys);
  }

  #sipDomains(lync: LyncDeployment) {
    const list = [this.#own.sipDomains ?? []].flat();
    const hasDefault = list.some(
      (item) => typeof item === "object" && "default" in item && item.default === true,
    );
    const isList = Array.isArray(this.#own.sipDomains);
    const own = list.map((item, index) => {
      const path = isList ? ["sipDomains", index] : ["sipDomains"];
      if (typeof item === "string") return ownItem(nameKey(item), { name: item }, path);
      return ownItem("name" in item ? nameKey(item.name) : undefined, item, path);
    });
    type Shape = (typeof own)[number]["shape"];
    const said: readonly Item<Shape>[] = sipDomainItems(lync, !hasDefault);
    return joined(said, own, byKeys);
  }

  #edgePools(lync: LyncDeployment): readonly Item<EdgePoolShape>[] {
    const own = (this.#own.edgePools ?? []).map((pool, index) =>
      ownItem(nameKey(pool.fqdn), pool, ["edgePools", index]),
    );
    const said = edgePoolItems(lync);
    const alone = said.map((pool) => withServers(pool, pool.servers));
    const byOwnKey = new Map(said.map((pool) => [pool.key, pool]));
    return joined(alone, own, (item, mine) => {
      const pool = byOwnKey.get(item.key);
      return pool === undefined ? byKeys(item, mine) : this.#edgePool(pool, mine);
    });
  }

  #edgePool(said: EdgePoolItem, own: OwnItem<EdgePoolShape>): Item<EdgePoolShape> {
    const { servers: written, ...shape } = own.shape;
    const pool = byKeys(said, { ...own, shape });
    const servers = this.#servers(said, written, own.path);
    return withServers(pool, shape.loadBalancing === "hardware" ? servers.map(withoutNat) : servers);
  }

  /** Servers that say which one they are, are joined; a list with one that does not stands for the whole list. */
  #servers(said: EdgePoolItem, written: EdgePoolShape["servers"], path: Path): readonly Item<ServerShape>[] {
    if (written === undefined) return said.servers;
    const own = written.map((server, index) => {
      const shape = typeof server === "string" ? { addresses: [server] } : server;
      const key = shape.fqdn === undefined ? undefined : nameKey(shape.fqdn);
      return ownItem(key, shape, [...path, "servers", index]);
    });
    if (own.some(({ key }) => key === undefined) || said.servers.length === 0) return own;
    const known = said.servers.map(({ shape }) => shape.fqdn ?? "");
    for (const { key, shape, path: place } of own) {
      if (said.servers.some((server) => server.key === key)) continue;
      const message = `Cannot find Edge Server ${quote(shape.fqdn ?? "")} in Lync's documents: ${knownOnes(shape.fqdn ?? "", known)}; take it out where it is gone`;
      this.#findings.error(message, this.#places.ofValue(place));
    }
    return joined(said.servers, own, byKeys);
  }

  #list<Shape>(section: string, items: readonly Item<Shape>[]): Shape[] {
    for (const [index, item] of items.entries()) item.place(this.#origins, [section, index]);
    return items.map(({ shape }) => shape);
  }

  #optionalList<Shape>(section: string, items: readonly Item<Shape>[] | undefined): Shape[] | undefined {
    return items && this.#list(section, items);
  }

  /** The file's own item stands in place of the documents' one. */
  #wholes<Shape>(
    section: string,
    own: readonly Shape[] | undefined,
    said: readonly Item<Shape>[] | undefined,
    { keyOf }: { readonly keyOf: (shape: Shape) => string | undefined },
  ): Shape[] | undefined {
    if (own === undefined && said === undefined) return undefined;
    const mine = (own ?? []).map((shape, index) => ownItem(keyOf(shape), shape, [section, index]));
    return this.#list(
      section,
      joined(said ?? [], mine, (_, item) => item),
    );
  }
}

/** An item of the deployment file, and where it stands there. */
interface OwnItem<Shape> extends Item<Shape> {
  readonly path: Path;
}

function ownItem<Shape>(key: string | undefined, shape: Shape, path: Path): OwnItem<Shape> {
  return { key, shape, path, place: (origins, merged) => origins.own(merged, path) };
}

/** The documents' items in their order, joined with those of the file that have the same key; then its others. */
function joined<Shape>(
  said: readonly Item<Shape>[],
  own: readonly OwnItem<Shape>[],
  join: (said: Item<Shape>, own: OwnItem<Shape>) => Item<Shape>,
): Item<Shape>[] {
  const free = new Set(own);
  const byKey = new Map(own.toReversed().map((item) => [item.key, item])); // of twins the first, the others are told as such
  const items = said.map((item) => {
    const mine = item.key === undefined ? undefined : byKey.get(item.key);
    if (mine === undefined) return item;
    free.delete(mine);
    return join(item, mine);
  });
  return [...items, ...free];
}

/** Keys of the file win, one by one. */
function byKeys<Shape>(said: Item<Shape>, own: OwnItem<Shape>): Item<Shape> {
  const written = Object.entries(own.shape ?? {}).filter(([, value]) => value !== undefined);
  return {
    key: said.key,
    shape: { ...said.shape, ...Object.fromEntries(written) },
    place: (origins, path) => {
      said.place(origins, path);
      for (const [key] of written) origins.own([...path, key], [...own.path, key]);
    },
  };
}

function withServers(pool: Item<EdgePoolShape>, servers: readonly Item<ServerShape>[]): Item<EdgePoolShape> {
  return {
    ...pool,
    shape: { ...pool.shape, servers: servers.map(({ shape }) => shape) },
    place: (origins, path) => {
      pool.place(origins, path);
      for (const [index, server] of servers.entries()) server.place(origins, [...path, "servers", index]);
    },
  };
}

/** Behind a hardware load balancer the VIPs are published; the topology's NAT address is the A/V Edge service's. */
function withoutNat(server: Item<ServerShape>): Item<ServerShape> {
  const { publicAddresses: _, ...shape } = server.shape;
  return { ...server, shape };
}

function partnerKey(
  partner: NonNullable<DeploymentShape["xmppAllowedPartners"]>[number],
): string | undefined {
  if (typeof partner === "string") return nameKey(partner);
  return "domain" in partner ? nameKey(partner.domain) : undefined;
}

type Telling = Pick<Reading, "findings" | "places">;

/** Without a word on who may use XMPP every SIP domain is published; with a part of the words none is. */
function sayWhatIsMissing(shape: DeploymentShape, { findings, places }: Telling): void {
  const { externalAccessPolicies, userGroups, xmppAllowedPartners, accessEdge } = shape;
  const place = places.ofKey(["lync"]);
  const missing = [
    ...(externalAccessPolicies === undefined ? ["Get-CsExternalAccessPolicy"] : []),
    ...(xmppAllowedPartners === undefined ? ["Get-CsXmppAllowedPartner"] : []),
    ...(accessEdge?.allowFederatedUsers === undefined ? ["Get-CsAccessEdgeConfiguration"] : []),
  ];
  const speaks = [externalAccessPolicies, userGroups, xmppAllowedPartners].some((list) => list !== undefined);
  if (!speaks) {
    const message = `The documents do not say whose users may use XMPP, so every SIP domain is published; add the "export" of Export-LyncXmppDns.ps1`;
    findings.note(message, place);
  } else if (missing.length > 0) {
    findings.warning(
      `The documents hold nothing of ${listOf(missing)}, so it counts as if nothing were allowed; export it too`,
      place,
    );
  }
}

/** What an administrator may wonder about, pool by pool. */
function sayWhatPoolsLack({ edgePools = [] }: DeploymentShape, { findings, places }: Telling): void {
  for (const [index, { fqdn, xmppPort, version, loadBalancing, servers = [] }] of edgePools.entries()) {
    const place = places.ofValue(["edgePools", index]);
    if (xmppPort === undefined && !isWithoutXmpp({ version })) {
      const message = `The documents do not say whether Edge pool ${quote(fqdn)} carries XMPP, so it counts as if it did not; give its "xmppPort"`;
      findings.warning(message, place);
    }
    if (typeof xmppPort === "number" && loadBalancing === undefined && servers.length > 1) {
      const message = `Edge pool ${quote(fqdn)} is taken as balanced by DNS, as no document says; for a hardware load balancer give "loadBalancing: hardware" and its "vips"`;
      findings.note(message, place);
    }
  }
}
