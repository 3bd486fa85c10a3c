/** Deployments of any size, the questions that are asked of them, and their zones as master files. */

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A deployment on disk and what it publishes. */
export interface Deployment {
  readonly path: string;
  readonly settings: string;
  /** SIP domains, which are zones. */
  readonly sipDomains: readonly string[];
}

/** `lab`: one Edge pool, one list. `hoster`: policies, partners, four Edge pools with a list each. */
export const KINDS = ["lab", "hoster"] as const;
export type Kind = (typeof KINDS)[number];

/** Writes a deployment of so many SIP domains into a directory. */
export function writeDeployment(directory: string, kind: Kind, count: number): Deployment {
  const sipDomains = Array.from({ length: count }, (_, number) => `customer-${number}.example`);
  const path = join(directory, "deployment.yaml");
  const settings = join(directory, "settings.yaml");
  writeFileSync(path, kind === "lab" ? labText() : hosterText());
  const parts = kind === "lab" ? 1 : POOLS.length;
  for (let part = 0; part < parts; part++) {
    const members = sipDomains.filter((_, number) => number % parts === part);
    writeFileSync(join(directory, `domains-${part}.txt`), `${members.join("\n")}\n`);
  }
  writeFileSync(settings, "limits: { deploymentFileSize: 256MiB }\n");
  return { path, settings, sipDomains };
}

const POOLS = [0, 1, 2, 3];

function labText(): string {
  return `allowPrivateAddresses: true
defaults:
  nameServers: [ns1.hoster.test, ns2.hoster.test]
edgePools:
  - fqdn: edge.hoster.test
    servers:
      - { addresses: [203.0.113.10, "2001:db8::10"] }
      - { addresses: [203.0.113.11] }
sipDomains: { file: domains-0.txt }
`;
}

function hosterText(): string {
  const pools = POOLS.map(
    (pool) => `  - fqdn: edge${pool}.hoster.test
    site: Site${pool}
    xmppPort: 5269
    version: 7
    servers:
      - { addresses: [203.0.113.${10 + 2 * pool}, "2001:db8::${10 + pool}"] }
      - { addresses: [203.0.113.${11 + 2 * pool}] }
`,
  );
  const lists = POOLS.map((pool) => `  - { file: domains-${pool}.txt, edgePool: edge${pool}.hoster.test }\n`);
  const sites = POOLS.map((pool) => `  - { name: Site${pool}, xmppFederationRoute: edge0.hoster.test }\n`);
  return `accessEdge: { allowFederatedUsers: true }
sites:
${sites.join("")}edgePools:
${pools.join("")}defaults:
  nameServers: [ns1.hoster.test, ns2.hoster.test]
  soa: { mailbox: hostmaster@hoster.test }
sipDomains:
${lists.join("")}externalAccessPolicies:
  - { identity: Global, enableFederationAccess: true, enableXmppAccess: true }
xmppAllowedPartners:
  - { domain: jabber.example, partnerType: Federated }
`;
}

/** One turn of the mix: 40 % SRV, 50 % A and AAAA, 10 % of names that are not there. */
const MIX: readonly ((sipDomain: string) => string)[] = [
  ...Array.from({ length: 8 }, () => (zone: string) => `_xmpp-server._tcp.${zone} SRV`),
  ...Array.from({ length: 5 }, () => (zone: string) => `xmpp.${zone} A`),
  ...Array.from({ length: 5 }, () => (zone: string) => `xmpp.${zone} AAAA`),
  (zone) => `nothing.${zone} A`,
  (zone) => `_xmpps-server._tcp.${zone} SRV`,
];

/** Questions in the mix, each of a SIP domain picked at random, the same ones at each call. */
export function questionsOf(sipDomains: readonly string[], count: number): string[] {
  const random = randomNumbers(1);
  const questions = Array.from({ length: count }, (_, number) => {
    const ask = MIX[number % MIX.length];
    return ask?.(sipDomains[random(sipDomains.length)] ?? "") ?? "";
  });
  return shuffled(questions, random);
}

/** The share of questions in percent whose names are not there. */
export const ABSENT_PERCENT = 10;

/** A generator (Numerical Recipes) of whole numbers below a limit: runs must be alike. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function shuffled(items: readonly string[], random: (limit: number) => number): string[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = random(last + 1);
    [mixed[last], mixed[other]] = [mixed[other] ?? "", mixed[last] ?? ""];
  }
  return mixed;
}

/** Master files for other servers. */
export interface ZoneFiles {
  readonly directory: string;
  readonly zones: readonly string[];
  /** The file of a zone, relative to the directory; %s stands for the zone's name. */
  readonly pattern: string;
}

/** Writes the zones that `records --format zone` prints, a file each. */
export function writeZoneFiles(directory: string, main: string, deployment: Deployment): ZoneFiles {
  mkdirSync(directory, { recursive: true });
  const text = recordsText(main, deployment, []);
  const zones = text.split(/^(?=; Zone )/m).map((zoneText) => {
    const zone = /^\$ORIGIN (\S+)\.$/m.exec(zoneText)?.[1] ?? "";
    writeFileSync(join(directory, `${zone}.zone`), zoneText);
    return zone;
  });
  return { directory, zones, pattern: "%s.zone" };
}

/**
 * Writes one file for all zones, which are alike but for their apex: what `records --format zone` prints of the
 * first, its names made relative. A million files would measure the file system.
 */
export function writeSharedZoneFile(directory: string, main: string, deployment: Deployment): ZoneFiles {
  mkdirSync(directory, { recursive: true });
  const [first = ""] = deployment.sipDomains;
  const text = recordsText(main, deployment, ["--zone", first]);
  const relative = text
    .replace(/^\$ORIGIN .*\n/m, "")
    .replaceAll(`.${first}.`, "")
    .replaceAll(` ${first}.`, " @");
  writeFileSync(join(directory, "shared.zone"), relative);
  return { directory, zones: deployment.sipDomains, pattern: "shared.zone" };
}

function recordsText(main: string, { path, settings }: Deployment, words: readonly string[]): string {
  const command = [
    main,
    "records",
    "--format",
    "zone",
    "--settings",
    settings,
    "--deployment",
    path,
    ...words,
  ];
  return execFileSync(process.execPath, command, { encoding: "utf8", maxBuffer: 2 ** 30 });
}
