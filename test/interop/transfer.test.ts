/** Knot, NSD and BIND as secondaries: whole zones, changes, signatures, catalogs, as their operators set them up. */

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../bench/free-port.ts";
import type { DeploymentInput } from "../../src/api.ts";
import { openServer, type Server } from "../../src/server.ts";
import { DEFAULT_SETTINGS } from "../../src/settings/settings.ts";
import { decodeMessage, type Message } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";
import { recordsOf, SECRET, testKey, transfer } from "../transfer/client.ts";
import { CertificateFiles, selfSigned } from "../transport/certificate.ts";
import { TcpClient } from "../transport/clients.ts";
import { openBindSecondary, openKnotSecondary, openNsdSecondary, type Secondary } from "./secondaries.ts";

const KEY = { name: "secondary.key", secret: SECRET };
const ZONES = ["alpha.test", "beta.test"];
const CATALOG = "catalog.test";

/** Something of everything, so that transfers have something to carry. */
const RECORDS = `
@ MX 10 mail
@ TXT "v=spf1 -all" "second string"
@ CAA 0 issue "ca.example"
mail A 192.0.2.25
mail AAAA 2001:db8::25
_sip._tls SRV 0 0 443 sip
sip A 192.0.2.60
svc HTTPS 1 . alpn=h2,h3 port=8443
naptr NAPTR 10 100 "s" "SIP+D2T" "" _sip._tls.alpha.test.
opaque TYPE65280 \\# 3 010203
deep.er.and.deep.er A 192.0.2.99
sub NS ns.sub
ns.sub A 192.0.2.53
*.wild TXT any
`;

interface Primary {
  readonly server: Server;
  readonly port: number;
  readonly tlsPort: number;
  readonly log: readonly { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[];
  serve(sipDomains: readonly string[], counter: number): Promise<void>;
}

function deploymentOf(
  sipDomains: readonly string[],
  counter: number,
  targets: readonly number[],
): DeploymentInput {
  return {
    edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1", "127.0.0.2"] }],
    sipDomains: [...sipDomains],
    zones: {
      "alpha.test": { records: `${RECORDS}counter TXT "${counter}"\nname-${counter % 7} A 192.0.2.1\n` },
    },
    transfers: {
      keys: [{ name: KEY.name, secretEnvironment: "SECRET" }],
      allow: [{ prefix: "127.0.0.1", key: KEY.name }],
      notify: targets.map((port) => ({ address: "127.0.0.1", port, key: KEY.name })),
      catalog: { name: CATALOG },
    },
  };
}

const files = new CertificateFiles();

function tlsPortIn(log: Primary["log"]): number {
  const [first] = log.flatMap(({ fields }) => (Array.isArray(fields.tls) ? fields.tls : []));
  return first?.port ?? 0;
}

async function openPrimary(targets: readonly number[]): Promise<Primary> {
  const log: { message: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const say = (fields: Readonly<Record<string, unknown>>, message: string) =>
    void log.push({ fields, message });
  const start = await openServer({
    settings: {
      ...DEFAULT_SETTINGS,
      listen: ["127.0.0.1"],
      port: 0,
      workers: 1,
      tls: { certificateFile: files.certificateFile, keyFile: files.keyFile, listen: ["127.0.0.1"], port: 0 },
    },
    log: { error: say, warn: say, info: say, debug: say },
    now: Date.now,
    random: randomBytes,
    environment: { SECRET },
    source: { kind: "value", value: deploymentOf(ZONES, 0, targets) },
    threads: true,
  });
  if (start.kind !== "serving") throw new Error(JSON.stringify(start.problems));
  const { server } = start;
  return {
    server,
    log,
    port: server.endpoints[0]?.port ?? 0,
    tlsPort: tlsPortIn(log),
    serve: async (sipDomains, counter) => {
      const problems = await server.update({
        kind: "value",
        value: deploymentOf(sipDomains, counter, targets),
      });
      expect(problems).toEqual([]);
    },
  };
}

/** Runs kdig in a process of its own while this one goes on answering; its failure is what some tests want. */
function runKdig(words: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return promisify(execFile)("kdig", words).catch((error: { stdout: string; stderr: string }) => error);
}

/** What a server answers; undefined while it does not listen yet. */
async function answerOf(port: number, ask: string): Promise<Message | undefined> {
  try {
    const client = await TcpClient.open("127.0.0.1", port);
    client.send(requestOf({ ask }));
    const reply = decodeMessage(await client.next());
    client.close();
    return reply;
  } catch {
    return undefined;
  }
}

/** Waits for a secondary to answer so; nothing outside tells when it has taken a zone over. */
async function expectAnswer(
  secondary: Secondary,
  ask: string,
  wanted: Partial<Record<keyof Message, unknown>>,
): Promise<void> {
  const look = async () => ({ of: secondary.name, ...(await answerOf(secondary.port, ask)) });
  await expect.poll(look, { timeout: 30_000, interval: 20 }).toMatchObject({ of: secondary.name, ...wanted });
}

let primary: Primary;
let secondaries: readonly Secondary[] = [];

beforeAll(async () => {
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  files.write(selfSigned());
  primary = await openPrimary(ports);
  const common = { primary: primary.port, catalog: CATALOG, key: KEY };
  secondaries = [
    openKnotSecondary({ ...common, port: ports[0], zones: [] }),
    openNsdSecondary({ ...common, port: ports[1], zones: ZONES }),
    openBindSecondary({ ...common, port: ports[2], zones: [] }),
  ];
});

afterAll(async () => {
  await Promise.all(secondaries.map((secondary) => secondary.close()));
  await primary?.server.close();
  files.remove();
});

/** Transfers of a zone that were sent in a style. */
function sent(style: string, zone: string): number {
  return primary.log.filter(({ message }) => message.startsWith(`Sent ${style} of ${zone}. `)).length;
}

test("each takes the zones, Knot and BIND those that the catalog names, and answers as we do", async () => {
  for (const secondary of secondaries) {
    for (const zone of ZONES)
      await expectAnswer(secondary, `${zone}. SOA`, { rcode: "NOERROR", flags: "QR AA RD" });
  }
  const client = await TcpClient.open("127.0.0.1", primary.port);
  for (const zone of ZONES) {
    const records = recordsOf(
      await transfer(client, requestOf({ ask: `${zone}. AXFR` }), testKey(`${KEY.name}.`)),
    );
    const questions = new Set(records.map((record) => `${record.split(" ")[0]} ${record.split(" ")[2]}`));
    for (const ask of [...questions, `any.wild.${zone}. TXT`, `nothing.${zone}. A`, `host.sub.${zone}. A`]) {
      const ours = await answerOf(primary.port, ask);
      for (const { name, port } of secondaries) {
        const theirs = await answerOf(port, ask);
        const essence = (message: Message | undefined) => [
          message?.rcode,
          message?.flags,
          [...(message?.answer ?? [])].sort(),
        ];
        expect({ name, ask, is: essence(theirs) }).toEqual({ name, ask, is: essence(ours) });
      }
    }
  }
  client.close();
});

test("each follows 50 changes, told by NOTIFY, the first as the whole zone, then changes alone", async () => {
  const whole = sent("AXFR", "alpha.test");
  for (let counter = 1; counter <= 50; counter++) {
    await primary.serve(ZONES, counter);
    for (const secondary of secondaries)
      await expectAnswer(secondary, "counter.alpha.test. TXT", {
        answer: [`counter.alpha.test. 3600 TXT "${counter}"`],
      });
  }
  expect(sent("AXFR", "alpha.test")).toBe(whole + secondaries.length); // nobody remembers the first serial
  expect(sent("IXFR", "alpha.test")).toBeGreaterThanOrEqual(49 * secondaries.length);
  expect(primary.log.filter(({ message }) => message.includes("does not answer"))).toEqual([]);
});

test("the catalog brings a new SIP domain and takes a removed one away: Knot and BIND", async () => {
  await primary.serve(["alpha.test", "gamma.test"], 50);
  for (const secondary of secondaries.filter(({ readsCatalogs }) => readsCatalogs)) {
    await expectAnswer(secondary, "_xmpp-server._tcp.gamma.test. SRV", {
      answer: ["_xmpp-server._tcp.gamma.test. 3600 SRV 0 0 5269 xmpp.gamma.test."],
    });
    await expectAnswer(secondary, "beta.test. SOA", { rcode: "REFUSED" });
    await expectAnswer(secondary, "alpha.test. SOA", { rcode: "NOERROR" });
  }
});

describe("over TLS", () => {
  // Knot does so since 3.4.0 ("bidirectional XFR over TLS"); the peers are those of Debian 12, where it is 3.2.
  test.each([
    ["BIND", openBindSecondary],
    ["NSD", openNsdSecondary],
  ])("%s takes zones (RFC 9103)", async (_, open) => {
    const port = await freePort();
    const tls = { name: "dns.alpha.test", bundle: files.certificateFile };
    const options = {
      primary: primary.tlsPort,
      port,
      zones: ["alpha.test"],
      catalog: CATALOG,
      key: KEY,
      tls,
    };
    const secondary = open(options);
    try {
      await expectAnswer(secondary, "xmpp.alpha.test. A", { rcode: "NOERROR" });
    } catch (error) {
      throw new Error(secondary.said(), { cause: error });
    } finally {
      await secondary.close();
    }
  });

  test.each(["SOA", "AXFR"])("kdig +tls gets %s", async (type) => {
    const words = [
      "@127.0.0.1",
      "-p",
      String(primary.tlsPort),
      "+tls",
      "-y",
      `hmac-sha256:${KEY.name}:${SECRET}`,
    ];
    const { stdout, stderr } = await runKdig([...words, "alpha.test", type]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^alpha\.test\.\s+\d+\s+IN\s+SOA\s/m);
    expect(stdout).not.toMatch(/WARNING|BADSIG|failed/);
  });
});

describe("who may not, by kdig", () => {
  test.each([
    [
      "signs with another secret",
      [`hmac-sha256:${KEY.name}:${Buffer.alloc(32, 1).toString("base64")}`],
      [],
      /BADSIG|NOTAUTH/,
      /Refused AXFR of alpha\.test\. .*: BADSIG/,
    ],
    [
      "signs with another key",
      [`hmac-sha256:other.key:${SECRET}`],
      [],
      /BADKEY|NOTAUTH/,
      /with key other\.key\.: BADKEY/,
    ],
    ["does not sign", [], [], /REFUSED/, /with no key: not allowed/],
    [
      "asks from elsewhere",
      [`hmac-sha256:${KEY.name}:${SECRET}`],
      ["-b", "127.0.0.3"],
      /REFUSED/,
      /to 127\.0\.0\.3:\d+ with key secondary\.key\.: not allowed/,
    ],
  ])("%s", (_, keys, options, shown, logged) => {
    const before = primary.log.length;
    const signed = keys.flatMap((key) => ["-y", key]);
    const words = ["@127.0.0.1", "-p", String(primary.port), ...options, ...signed, "alpha.test", "AXFR"];
    return expectRefusal(words, shown, logged, before);
  });

  test("asks for the SOA over UDP with another secret, as a secondary does first", async () => {
    const key = `hmac-sha256:${KEY.name}:${Buffer.alloc(32, 1).toString("base64")}`;
    const words = ["@127.0.0.1", "-p", String(primary.port), "+notcp", "-y", key, "alpha.test", "SOA"];
    await runKdig(words);
    const said = () => primary.log.map(({ message }) => message);
    await expect
      .poll(said)
      .toContain("Refused SOA of alpha.test. to 127.0.0.1 with key secondary.key.: BADSIG");
  });

  async function expectRefusal(
    words: readonly string[],
    shown: RegExp,
    logged: RegExp,
    before: number,
  ): Promise<void> {
    const { stdout, stderr } = await runKdig(words);
    expect(stdout + stderr).toMatch(shown);
    expect(stdout).not.toContain("SRV");
    expect(primary.log.slice(before).map(({ message }) => message)).toContainEqual(
      expect.stringMatching(logged),
    );
  }
});
