/** What Lync's documents say, written as a deployment file with comments that say where each part comes from. */

import { parseAddress } from "../dns/address.ts";
import type { Said } from "../lync/facts.ts";
import type { LyncDeployment, LyncEdgePool, LyncEdgeServer, LyncUserGroup } from "../lync/join.ts";
import { isInside } from "./address-rules.ts";
import { type Item, partnerItems, policyItems, siteItems } from "./lync-items.ts";

/** The text of a deployment file. */
export function deploymentYaml(lync: LyncDeployment): string {
  const sections = [
    head(lync),
    accessEdge(lync),
    sites(lync),
    edgePools(lync),
    sipDomains(lync),
    policies(lync),
    userGroups(lync),
    partners(lync),
    TAIL,
  ];
  return sections.filter((section) => section !== "").join("\n");
}

function head({ files }: LyncDeployment): string {
  return `# What is deployed, imported once from ${files.join(", ")}: this file no longer follows them.
# Look it over, and add what those documents do not know: name servers, TTLs, the public side of NAT, VIPs.
#
#     xmpp-edge-dns check             is it right?
#     xmpp-edge-dns records           the "DNS summary" table that comes of it
`;
}

const TAIL = `# What holds for every SIP domain. The name servers are those that the zones are delegated to.
# defaults:
#   nameServers:
#     - { host: ns1.contoso.com, addresses: [203.0.113.53] }
#   ttl: 3600          SRV, NS and SOA records
#   hostTtl: 300       the XMPP hosts' addresses: low, for the day that the Edge pool moves
`;

function accessEdge(lync: LyncDeployment): string {
  const said = lync.allowFederatedUsers;
  if (said === undefined && !saysWhoMay(lync)) return NO_LAB;
  if (said === undefined) return ACCESS_EDGE_UNSAID;
  return `# Get-CsAccessEdgeConfiguration: ${whereIs(said.spot)}
accessEdge: { allowFederatedUsers: ${said.value} }
`;
}

/** Whether anything is said of policies, users or partners; if not, every SIP domain is published, as in a lab. */
function saysWhoMay({ policies, partners, userGroups }: LyncDeployment): boolean {
  return [policies, partners, userGroups].some((said) => said !== undefined);
}

const NO_LAB = `# No document says whose users may use XMPP, so every SIP domain below is published. This is no lab all the same:
allowPrivateAddresses: false
`;

const ACCESS_EDGE_UNSAID = `# Get-CsAccessEdgeConfiguration: no document says it, and as installed Lync allows no federated users
# accessEdge: { allowFederatedUsers: true }
`;

function sites(lync: LyncDeployment): string {
  return list(
    "sites",
    `Get-CsSite; XMPP is routed with Set-CsSite -XmppFederationRoute`,
    siteItems(lync),
    flow,
  );
}

function sipDomains({ sipDomains: all }: LyncDeployment): string {
  const lines = all.map(
    ({ name, isDefault, spot }) =>
      `  - ${isDefault ? flow({ name, default: true }) : scalar(name)}${comment({ spot })}\n`,
  );
  return section("sipDomains", "Get-CsSipDomain", lines);
}

function policies(lync: LyncDeployment): string {
  const title = "Get-CsExternalAccessPolicy: user over site over Global; XMPP needs both switches";
  return list("externalAccessPolicies", title, policyItems(lync), flow);
}

function partners(lync: LyncDeployment): string {
  return list("xmppAllowedPartners", "Get-CsXmppAllowedPartner", partnerItems(lync), flow);
}

/** A list that is known to be empty says something too: without partners nothing is published. */
function list<Shape extends object>(
  key: string,
  title: string,
  items: readonly Item<Shape>[] | undefined,
  write: (shape: Shape) => string,
): string {
  if (items === undefined) return "";
  return section(
    key,
    title,
    items.map(({ shape }) => `  - ${write(shape)}\n`),
    true,
  );
}

function section(key: string, title: string, lines: readonly string[], isSaid = false): string {
  if (lines.length > 0) return `# ${title}\n${key}:\n${lines.join("")}`;
  return isSaid && key !== "sites" ? `# ${title}\n${key}: []\n` : "";
}

function userGroups({ userGroups: groups }: LyncDeployment): string {
  if (groups === undefined) return "";
  const lines = groups.map((group) => `  - ${flow(groupShape(group))}\n`);
  return section("userGroups", "Get-CsUser, counted by SIP domain, site and granted policy", lines, true);
}

function groupShape({ spot: _, enabled, survivableBranchAppliance, ...group }: LyncUserGroup): object {
  return {
    ...group,
    ...(!enabled && { enabled }),
    ...(survivableBranchAppliance && { survivableBranchAppliance }),
  };
}

function edgePools({ edgePools: pools }: LyncDeployment): string {
  return section(
    "edgePools",
    "Get-CsService -EdgeServer, Get-CsPool, Get-CsNetworkInterface",
    pools.map(edgePool),
  );
}

function edgePool(pool: LyncEdgePool): string {
  const { poolFqdn, site, accessEdgeFqdn, xmppPort, version, servers } = pool;
  const balancing =
    servers.length > 1 && typeof xmppPort?.value === "number"
      ? [
          `    loadBalancing: dns # no document says: if a hardware load balancer stands before it, "hardware" and its "vips"\n`,
        ]
      : [];
  return [
    `  - fqdn: ${scalar(poolFqdn)}${comment(pool)}\n`,
    site === undefined ? "" : `    site: ${scalar(site)}\n`,
    line("accessEdgeFqdn", accessEdgeFqdn, ""),
    line(
      "xmppPort",
      xmppPort,
      xmppPort?.value === null ? " # XMPP federation is not enabled on the pool" : "",
    ),
    line("version", version, version && version.value >= 8 ? " # from 8 on (2019) there is no XMPP" : ""),
    ...balancing,
    servers.length > 0 ? "    servers:\n" : "",
    ...servers.map(edgeServer),
  ].join("");
}

function edgeServer(server: LyncEdgeServer): string {
  const { fqdn, addresses, publicAddresses } = server;
  const lacksPublic = publicAddresses.length === 0 && addresses.some(({ value }) => isPrivate(value));
  return [
    `      - fqdn: ${scalar(fqdn)}${comment(server)}\n`,
    addresses.length > 0
      ? `        addresses: ${flowList(addresses)}\n`
      : "        # addresses: []   no document says them: give the external ones of its Access Edge service\n",
    publicAddresses.length > 0 ? `        publicAddresses: ${flowList(publicAddresses)}\n` : "",
    lacksPublic
      ? "        # publicAddresses: []   behind NAT: no document says its public side, give it here\n"
      : "",
  ].join("");
}

function isPrivate(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && isInside(address);
}

function line(key: string, said: Said<string | number | null> | undefined, remark: string): string {
  return said === undefined ? "" : `    ${key}: ${scalar(said.value)}${remark}\n`;
}

function flowList(addresses: readonly Said<string>[]): string {
  return `[${addresses.map(({ value }) => scalar(value)).join(", ")}]`;
}

/** A map on one line, without what is not said. */
function flow(shape: object): string {
  const parts = Object.entries(shape)
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(
      ([key, value]) =>
        `${key}: ${Array.isArray(value) ? `[${value.map(scalar).join(", ")}]` : scalar(value)}`,
    );
  return `{ ${parts.join(", ")} }`;
}

/** Plain where YAML reads it as it stands; else as JSON, which YAML reads too. */
function scalar(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const isPlain =
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(value) && /[A-Za-z].*[A-Za-z]|\..*\..*\./.test(value);
  const isWord = /^(?:true|false|null|yes|no|on|off)$|^[\d.]+e\d+$|^0[xo]/i.test(value);
  return isPlain && !isWord ? value : JSON.stringify(value);
}

function comment({ spot }: Pick<Said<unknown>, "spot">): string {
  return ` # ${whereIs(spot)}`;
}

/** Line ends in the name of a file would end the comment. */
function whereIs({ place }: Said<unknown>["spot"]): string {
  return `${place.file.replace(/\p{Cc}/gu, "?")}:${place.line}`;
}
