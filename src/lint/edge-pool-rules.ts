/** Pitfalls of Edge pools and their servers. */

import { carriesXmpp, isWithoutXmpp } from "../deployment/edge-pools.ts";
import { textOf } from "../deployment/host-name.ts";
import type { EdgePool, EdgeServer } from "../deployment/model.ts";
import { type Address, formatAddress } from "../dns/address.ts";
import { quote } from "../dns/quotation.ts";
import type { Finding } from "./finding.ts";
import type { Rule, Subject } from "./lint.ts";

/** Microsoft supports this many Edge Servers in a pool; Topology Builder takes 20. */
const SUPPORTED_SERVERS = 12;

export const EDGE_POOL_RULES: readonly Rule[] = [
  { code: "no-xmpp-in-version", severity: "warning", forLabsToo: false, find: poolsWithoutXmpp },
  { code: "server-without-ipv6", severity: "note", forLabsToo: true, find: unevenFamilies },
  { code: "stale-server", severity: "warning", forLabsToo: true, find: serversOfTwoPools },
  { code: "drained-server", severity: "note", forLabsToo: true, find: drainedServers },
  { code: "pool-too-large", severity: "warning", forLabsToo: false, find: largePools },
];

function poolsOf({ deployment }: Subject): readonly EdgePool[] {
  return deployment.edgePools.filter(carriesXmpp);
}

function nameOf({ fqdn }: EdgePool): string {
  return `Edge pool ${quote(textOf(fqdn))}`;
}

function serverName({ fqdn }: EdgeServer): string {
  return fqdn === undefined ? "an Edge Server" : `Edge Server ${quote(textOf(fqdn))}`;
}

function poolsWithoutXmpp({ deployment }: Subject): Finding[] {
  const { edgePools } = deployment;
  if (edgePools.length === 0 || !edgePools.every(isWithoutXmpp)) return [];
  const message =
    "Every Edge pool has version 8 or later: Skype for Business Server 2019 removed the XMPP gateway, so nothing is published; keep a pool of an earlier version for XMPP, or remove the SRV records at the old DNS server";
  return [{ message, place: edgePools[0]?.place }];
}

/** With IPv6 in the topology, XMPP uses it: a partner that prefers it would find some of the servers only. */
function unevenFamilies(subject: Subject): Finding[] {
  return poolsOf(subject)
    .filter(({ loadBalancing }) => loadBalancing === "dns")
    .flatMap((pool) => {
      const serving = pool.servers.filter(({ drained }) => !drained);
      const without = serving.filter((server) => !hasIpv6(server));
      if (without.length === 0 || without.length === serving.length) return [];
      return without.map((server) => ({
        message: `${capital(serverName(server))} of ${nameOf(pool)} has no IPv6 address and others of the pool have: partners over IPv6 never reach it; give it one, or none to the others`,
        place: server.place,
      }));
    });
}

function hasIpv6({ addresses, publicAddresses }: EdgeServer): boolean {
  return [...addresses, ...publicAddresses].some(({ family }) => family === 6);
}

/** An address that two pools claim: one of them is a leftover. */
function serversOfTwoPools(subject: Subject): Finding[] {
  const owners = new Map<string, EdgePool>();
  const findings: Finding[] = [];
  for (const pool of poolsOf(subject)) {
    for (const address of pool.publishedAddresses) {
      const text = formatAddress(address.octets);
      const other = owners.get(text);
      if (other !== undefined && other !== pool) findings.push(claimedTwice(text, pool, other, address));
      else owners.set(text, pool);
    }
  }
  return findings;
}

function claimedTwice(text: string, pool: EdgePool, other: EdgePool, address: Address): Finding {
  const message = `Address ${quote(text)} belongs to ${nameOf(pool)} and to ${nameOf(other)}: an Edge Server is in one pool, so one of the two is a leftover; remove it there`;
  const server = pool.servers.find(({ addresses, publicAddresses }) =>
    [...addresses, ...publicAddresses].includes(address),
  );
  return { message, place: server?.place ?? pool.place };
}

function drainedServers(subject: Subject): Finding[] {
  return poolsOf(subject).flatMap((pool) =>
    pool.servers
      .filter(({ drained }) => drained)
      .map((server) => ({
        message: `${capital(serverName(server))} of ${nameOf(pool)} is drained: its addresses are in no answer`,
        place: server.place,
      })),
  );
}

function largePools(subject: Subject): Finding[] {
  return poolsOf(subject)
    .filter(({ servers }) => servers.length > SUPPORTED_SERVERS)
    .map((pool) => ({
      message: `${nameOf(pool)} has ${pool.servers.length} Edge Servers: Microsoft supports ${SUPPORTED_SERVERS}; look for some that are gone`,
      place: pool.place,
    }));
}

function capital(text: string): string {
  return text.replace(/^./, (letter) => letter.toUpperCase());
}
