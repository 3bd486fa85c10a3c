/**
 * `verify`, the real command, on SIP domains of Prosody and ejabberd that our server publishes: in good order, and
 * broken in one way each.
 */

import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../bench/free-port.ts";
import { type DeploymentInput, type DnsServer, startServer } from "../../src/api.ts";
import { askOverTcp, askOverUdp, askWithEdns } from "../../src/probe/dns-client.ts";
import { Asker } from "../../src/verify/asker.ts";
import { examineDelegation } from "../../src/verify/delegation.ts";
import { MAIN } from "../built.ts";
import { askUdp } from "../transport/clients.ts";
import { lines } from "../verify/findings.ts";
import { Authority } from "./certificates.ts";
import { openNsd } from "./peers.ts";
import { openEjabberd, openProsody, type XmppHosts, type XmppPeer } from "./xmpp-servers.ts";

const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-verify-"));
const authority = new Authority(join(directory, "authority"));
const TODAY = Date.now();

/** YYYYMMDDHHMMSSZ so many days from now. */
function inDays(days: number): string {
  return `${new Date(TODAY + days * 86_400_000).toISOString().replaceAll(/[-:T]|\..*/g, "")}Z`;
}

const PROSODY: XmppHosts = {
  "good.test": authority.issue({ names: ["DNS:good.test"] }),
  "xmppaddr.test": authority.issue({ names: ["otherName:1.3.6.1.5.5.7.8.5;UTF8:xmppaddr.test"] }),
  "srvname.test": authority.issue({ names: ["otherName:1.3.6.1.5.5.7.8.7;IA5:_xmpp-server.srvname.test"] }),
  "sub.wildcard.test": authority.issue({ names: ["DNS:*.wildcard.test"] }),
  "dual.test": authority.issue({ names: ["DNS:dual.test"] }),
  "wrong.test": authority.issue({ names: ["DNS:sip.wrong.test", "DNS:*.wrong.test"] }),
  "expired.test": authority.issue({ names: ["DNS:expired.test"], to: inDays(-2) }),
  "soon.test": authority.issue({ names: ["DNS:soon.test"], to: inDays(10) }),
  "self.test": authority.selfSigned({ names: ["DNS:self.test"] }),
  "plain.test": undefined,
};
const EJABBERD: XmppHosts = {
  "good.ejabberd.test": authority.issue({ names: ["DNS:good.ejabberd.test"] }),
};

/** In good order at Prosody, with something wrong in the DNS. */
const DNS_BROKEN = ["port.test", "alias.test", "missing.test", "stale.test", "unwanted.test", "absent.test"];

let prosody: XmppPeer;
let ejabberd: XmppPeer;
let closedPort = 0;

/** What the administrator has written down: SIP domains and their Edge pools. */
const SIP_DOMAINS = [
  ...Object.keys(PROSODY).map((name) => ({
    name,
    edgePool: name === "dual.test" ? "dual-stack.test" : "prosody.test",
  })),
  ...Object.keys(EJABBERD).map((name) => ({ name, edgePool: "ejabberd.test" })),
  { name: "shut.test", edgePool: "closed.test" },
  { name: "unknown.test", edgePool: "prosody.test" },
  ...["port.test", "alias.test", "stale.test", "absent.test"].map((name) => ({
    name,
    edgePool: "prosody.test",
  })),
  { name: "missing.test", edgePool: "both.test" },
];

function deployment(sipDomains = SIP_DOMAINS) {
  const pool = (fqdn: string, xmppPort: number, ...servers: string[]) => ({ fqdn, xmppPort, servers });
  return {
    edgePools: [
      pool("prosody.test", prosody.port, "127.0.0.1"),
      pool("ejabberd.test", ejabberd.port, "127.0.0.1"),
      pool("dual-stack.test", prosody.port, "127.0.0.1", "::1"),
      pool("closed.test", closedPort, "127.0.0.1"),
      pool("both.test", prosody.port, "127.0.0.1", "127.0.0.2"), // the second is nobody's
    ],
    sipDomains,
  } satisfies DeploymentInput;
}

/** What the DNS says: the same, but for the SIP domains that are to be broken there. */
function published(): DeploymentInput {
  const zone = (name: string, port: number, ...addresses: readonly string[]) => ({
    [name]: {
      records: [
        `_xmpp-server._tcp IN SRV 0 0 ${port} xmpp`,
        ...addresses.map((address) => `xmpp 300 IN A ${address}`),
      ].join("\n"),
    },
  });
  return {
    ...deployment(SIP_DOMAINS.filter(({ name }) => !DNS_BROKEN.includes(name))),
    zones: {
      ...zone("port.test", closedPort, "127.0.0.1"),
      ...zone("missing.test", prosody.port, "127.0.0.1"),
      ...zone("stale.test", prosody.port, "127.0.0.1", "127.0.0.2"),
      ...zone("unwanted.test", prosody.port, "127.0.0.1"),
      "absent.test": { records: "xmpp 300 IN A 127.0.0.1" },
    },
  };
}

let dns: DnsServer;
const file = join(directory, "deployment.yaml");

beforeAll(async () => {
  closedPort = await freePort();
  const good = PROSODY["good.test"];
  const alike = Object.fromEntries(
    DNS_BROKEN.map((name) => [name, authority.issue({ names: [`DNS:${name}`] })]),
  );
  [prosody, ejabberd] = await Promise.all([
    openProsody(join(directory, "prosody"), { ...PROSODY, ...alike, "unused.test": good }),
    openEjabberd(join(directory, "ejabberd"), EJABBERD),
  ]);
  writeFileSync(file, JSON.stringify(deployment()));
  dns = await startServer({ deployment: published() });
});

afterAll(async () => {
  await Promise.all([dns?.close(), prosody?.close(), ejabberd?.close()]);
  rmSync(directory, { recursive: true, force: true });
});

interface Run {
  readonly code: number;
  readonly stdout: string;
}

/** Runs the command. */
function verify(...words: readonly string[]): Promise<Run> {
  const all = [MAIN, "verify", "--deployment", file, "--timeout", "20", ...words];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, all, (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, stdout }),
    );
  });
}

interface Said {
  readonly sipDomain: string;
  readonly mark: string;
  readonly findings: readonly { readonly mark: string; readonly code?: string; readonly sentence: string }[];
}

/** What the command says in JSON of one SIP domain. */
async function verdict(sipDomain: string, ...words: readonly string[]): Promise<Said & Run> {
  const trust = ["--ca", authority.root.certificate, "--server", `127.0.0.1:${dns.port}`];
  const run = await verify(sipDomain, "--json", ...trust, ...words);
  const said: Said = JSON.parse(run.stdout.split("\n")[0] ?? "");
  return { ...said, ...run };
}

function codesOf({ findings }: Said): string[] {
  return findings.flatMap(({ mark, code }) => (code === undefined ? [] : [`${mark} ${code}`])).sort();
}

describe("verify on SIP domains in good order", () => {
  test.each([
    { sipDomain: "good.test", coverage: "DNS name" },
    { sipDomain: "xmppaddr.test", coverage: "XmppAddr" },
    { sipDomain: "srvname.test", coverage: "SRVName" },
    { sipDomain: "sub.wildcard.test", coverage: "wildcard" },
    { sipDomain: "dual.test", coverage: "DNS name" },
    { sipDomain: "good.ejabberd.test", coverage: "DNS name" },
  ])("$sipDomain, covered by its $coverage", async ({ sipDomain, coverage }) => {
    const said = await verdict(sipDomain);
    expect(codesOf(said)).toEqual([]);
    expect(said).toMatchObject({ mark: "fine", code: 0 });
    const sentences = said.findings.map(({ sentence }) => sentence);
    expect(sentences).toContain(`the certificate covers ${sipDomain} (${coverage})`);
    expect(sentences).toContain("the chain of the certificate is trusted here");
    expect(said.findings.filter(({ sentence }) => sentence.startsWith("takes connections"))).toHaveLength(
      sipDomain === "dual.test" ? 2 : 1,
    );
    expect(sentences.find((sentence) => sentence.startsWith("after TLS offers "))).toContain("dialback");
  });

  test("good.test as a partner sees it: the lab's address is private", async () => {
    expect(codesOf(await verdict("good.test", "--from-partner"))).toEqual(["broken address-private"]);
  });
});

describe("verify on SIP domains that are broken", () => {
  test.each([
    { sipDomain: "wrong.test", codes: ["broken certificate-name"] },
    { sipDomain: "expired.test", codes: ["broken certificate-expired"] },
    { sipDomain: "soon.test", codes: ["warning certificate-expires"] },
    { sipDomain: "self.test", codes: ["broken certificate-chain"] },
    { sipDomain: "plain.test", codes: ["broken no-starttls"] },
    { sipDomain: "shut.test", codes: ["broken closed"] },
    { sipDomain: "unknown.test", codes: ["broken stream-error"] },
    { sipDomain: "port.test", codes: ["broken closed", "broken target-differs"] },
    { sipDomain: "missing.test", codes: ["broken address-missing", "broken closed"] },
    { sipDomain: "stale.test", codes: ["broken address-additional", "broken closed"] },
    { sipDomain: "absent.test", codes: ["broken srv-missing"] },
  ])("$sipDomain: $codes", async ({ sipDomain, codes }) => {
    const said = await verdict(sipDomain);
    expect(codesOf(said)).toEqual(codes);
    const isBroken = codes.some((code) => code.startsWith("broken"));
    expect(said.code).toBe(isBroken ? 2 : 0);
  });

  test("alias.test: NSD serves what our server refuses", async () => {
    const records = `$ORIGIN alias.test.
@ 3600 IN SOA ns hostmaster 7 60 60 60 60
@ 3600 IN NS ns
ns 300 IN A 127.0.0.1
_xmpp-server._tcp 3600 IN SRV 0 0 ${prosody.port} xmpp
xmpp 300 IN CNAME edge
edge 300 IN A 127.0.0.1
`;
    const nsd = await openNsd(new Map([["alias.test", records]]));
    onTestFinished(() => nsd.close());
    const said = await verdict("alias.test", "--server", `127.0.0.1:${nsd.port}`);
    expect(codesOf(said)).toEqual(["broken target-alias"]);
  });

  test("soon.test with --strict", async () => expect((await verdict("soon.test", "--strict")).code).toBe(1));

  test("unwanted.test is nobody's here, and fine as such", async () => {
    expect(codesOf(await verdict("unwanted.test"))).toEqual([]);
  });

  test("good.test through a name server without TCP", async () => {
    const port = await udpRelay(dns.port);
    const said = await verdict("good.test", "--server", `127.0.0.1:${port}`);
    expect(codesOf(said)).toEqual(["broken tcp-fails"]);
  });

  test("good.test without the authority's certificate", async () => {
    const { code, stdout } = await verify("good.test", "--server", `127.0.0.1:${dns.port}`);
    expect(code).toBe(2);
    expect(stdout).toContain("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    expect(stdout).toMatch(/ verified in \d+\.\d s: 1 broken\n$/);
  });
});

test("verify on all that is published ends with the sum", async () => {
  const { code, stdout } = await verify(
    ...["--ca", authority.root.certificate, "--server", `127.0.0.1:${dns.port}`],
  );
  expect(code).toBe(2);
  expect(stdout).toContain("\n✔ good.ejabberd.test: partners find everything that they need\n");
  expect(stdout).toContain("\n⚠ soon.test: 1 warning\n");
  expect(stdout).toMatch(/\n18 SIP domains verified in \d+\.\d s: 6 fine, 1 with warnings, 11 broken\n$/);
});

describe("examineDelegation() on NSD", () => {
  const SOA = "@ 60 IN SOA ns hostmaster 7 60 60 60 60\n";

  async function examine(parent: string, child: string) {
    const nsd = await openNsd(
      new Map([
        ["test", `$ORIGIN test.\n${SOA}${parent}ns 60 IN A 127.0.0.1\n`],
        [
          "good.test",
          `$ORIGIN good.test.\n${SOA}${child}ns 60 IN A 127.0.0.1\n_xmpp-server._tcp 60 IN SRV 0 0 5269 ns\n`,
        ],
      ]),
    );
    onTestFinished(() => nsd.close());
    const clients = { udp: askOverUdp, tcp: askOverTcp, edns: askWithEdns };
    return examineDelegation("_xmpp-server._tcp.good.test", {
      asker: new Asker({ clients, timeout: 20_000, clock: () => 0 }),
      resolver: { kind: "resolver", endpoint: { address: "127.0.0.1", port: nsd.port } },
      nameServerPort: nsd.port,
    });
  }

  test("finds name servers, serial and delegation", async () => {
    const { findings, nameServers } = await examine("@ 60 IN NS ns\n", "@ 60 IN NS ns\n");
    expect(nameServers).toHaveLength(1);
    expect(lines(findings)).toEqual([
      expect.stringMatching(
        /^fine ns\.good\.test 127\.0\.0\.1:\d+: answers for good\.test with authority, serial 7$/,
      ),
      "fine good.test: test delegates it to ns.good.test, as the zone says itself",
    ]);
  });

  test("finds a name server without an address", async () => {
    const { findings } = await examine("@ 60 IN NS ns\n", "@ 60 IN NS ns\n@ 60 IN NS gone\n");
    expect(lines(findings)).toContain(
      "broken name-server-address gone.good.test: is a name server of the zone and has no address",
    );
  });
});

/** Passes datagrams on to a port, and nothing else. */
async function udpRelay(to: number): Promise<number> {
  const socket = createSocket("udp4");
  socket.on("message", async (query, { port, address }) => {
    const reply = await askUdp("127.0.0.1", to, query);
    socket.send(reply, port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return socket.address().port;
}
