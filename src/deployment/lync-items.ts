/** What Lync's documents say, in the shape of a deployment file: items that know where their parts are said. */

import type { Said } from "../lync/facts.ts";
import { nameKey, siteKey, siteName } from "../lync/facts.ts";
import { type LyncDeployment, type LyncEdgePool, type LyncEdgeServer, policyKey } from "../lync/join.ts";
import type { Origins } from "./origins.ts";
import type { Path } from "./places.ts";
import type { DeploymentShape, EdgePoolShape, PartnerShape } from "./schema.ts";

/** An item of a list, what it is recognised by, and how its parts are told to Origins. */
export interface Item<Shape> {
  /** Undefined where it has nothing to be recognised by. */
  readonly key: string | undefined;
  readonly shape: Shape;
  readonly place: (origins: Origins, path: Path) => void;
}

type SiteShape = Extract<NonNullable<DeploymentShape["sites"]>[number], object>;
export type ServerShape = Extract<NonNullable<EdgePoolShape["servers"]>[number], object>;
type NamedSipDomainShape = { readonly name: string; readonly default?: boolean };
type PolicyShape = NonNullable<DeploymentShape["externalAccessPolicies"]>[number];
type UserGroupShape = NonNullable<DeploymentShape["userGroups"]>[number];

/** An Edge pool of the documents, whose servers are items too. */
export interface EdgePoolItem extends Item<EdgePoolShape> {
  readonly servers: readonly Item<ServerShape>[];
}

/** Sites, also those that only policies, pools and user groups name. */
export function siteItems({
  sites,
  policies = [],
  edgePools,
  userGroups = [],
}: LyncDeployment): Item<SiteShape>[] {
  const items = new Map<string, Item<SiteShape>>();
  for (const { name, xmppFederationRoute: route, spot } of sites) {
    const shape = { name, ...(route && { xmppFederationRoute: route.value }) };
    items.set(siteKey(name), itemOf(siteKey(name), shape, spot, { xmppFederationRoute: route?.spot }));
  }
  const named = [
    ...policies
      .filter(({ identity }) => /^site:/i.test(identity))
      .map(({ identity, spot }) => ({ site: identity, spot })),
    ...edgePools,
    ...userGroups,
  ];
  for (const { site, spot } of named) {
    if (site === undefined || items.has(siteKey(site))) continue;
    items.set(siteKey(site), itemOf(siteKey(site), { name: siteName(site) }, spot));
  }
  return [...items.values()];
}

export function sipDomainItems(
  { sipDomains }: LyncDeployment,
  keepsDefault: boolean,
): Item<NamedSipDomainShape>[] {
  return sipDomains.map(({ name, isDefault, spot }) =>
    itemOf(nameKey(name), { name, ...(isDefault && keepsDefault && { default: true }) }, spot),
  );
}

export function edgePoolItems({ edgePools }: LyncDeployment): EdgePoolItem[] {
  return edgePools.map((pool) => {
    const spots = {
      accessEdgeFqdn: pool.accessEdgeFqdn?.spot,
      xmppPort: pool.xmppPort?.spot,
      version: pool.version?.spot,
    };
    const item = itemOf(nameKey(pool.poolFqdn), edgePoolShape(pool), pool.spot, spots);
    return { ...item, servers: pool.servers.map(serverItem) };
  });
}

function edgePoolShape({ poolFqdn, site, accessEdgeFqdn, xmppPort, version }: LyncEdgePool): EdgePoolShape {
  return {
    fqdn: poolFqdn,
    site,
    accessEdgeFqdn: accessEdgeFqdn?.value,
    xmppPort: xmppPort?.value,
    version: version?.value,
  };
}

function serverItem({ fqdn, addresses, publicAddresses, spot }: LyncEdgeServer): Item<ServerShape> {
  const lists: readonly (readonly [string, readonly Said<string>[]])[] = [
    ["addresses", addresses],
    ["publicAddresses", publicAddresses],
  ];
  const shape = {
    fqdn,
    addresses: addresses.map(({ value }) => value),
    ...(publicAddresses.length > 0 && { publicAddresses: publicAddresses.map(({ value }) => value) }),
  };
  return {
    key: nameKey(fqdn),
    shape,
    place: (origins, path) => {
      origins.said(path, spot);
      for (const [name, list] of lists)
        for (const [index, one] of list.entries()) origins.said([...path, name, index], one.spot);
    },
  };
}

export function policyItems({ policies }: LyncDeployment): Item<PolicyShape>[] | undefined {
  return policies?.map(({ identity, enableFederationAccess, enableXmppAccess, spot }) =>
    itemOf(policyKey(identity), { identity, enableFederationAccess, enableXmppAccess }, spot),
  );
}

export function partnerItems({ partners }: LyncDeployment): Item<PartnerShape>[] | undefined {
  return partners?.map(({ spot, ...partner }) =>
    itemOf(
      nameKey(partner.domain),
      {
        ...partner,
        additionalDomains: [...partner.additionalDomains],
        partnerType: wordOf(["Federated", "PublicVerified", "PublicUnverified"], partner.partnerType),
        tlsNegotiation: wordOf(NEGOTIATION, partner.tlsNegotiation),
        saslNegotiation: wordOf(NEGOTIATION, partner.saslNegotiation),
      },
      spot,
    ),
  );
}

const NEGOTIATION = ["Required", "Optional", "NotSupported"] as const;

/** One of the words, however it is written; others are of a version to come and left out. */
function wordOf<const Word extends string>(
  words: readonly Word[],
  text: string | undefined,
): Word | undefined {
  return words.find((word) => word.toLowerCase() === text?.toLowerCase());
}

export function userGroupItems({ userGroups }: LyncDeployment): Item<UserGroupShape>[] | undefined {
  return userGroups?.map(({ spot, ...group }) => itemOf(undefined, group, spot));
}

/** An item of one spot, some keys of which have a spot of their own. */
function itemOf<Shape>(
  key: string | undefined,
  shape: Shape,
  spot: Said<unknown>["spot"],
  spots: Readonly<Record<string, Said<unknown>["spot"] | undefined>> = {},
): Item<Shape> {
  return {
    key,
    shape,
    place: (origins, path) => {
      origins.said(path, spot);
      for (const [name, own] of Object.entries(spots))
        if (own !== undefined) origins.said([...path, name], own);
    },
  };
}
