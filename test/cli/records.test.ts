import { describe, expect, test } from "vitest";
import { type RecordsOptions, records } from "../../src/cli/records.ts";
import { builder, LAB } from "./engine.ts";
import { Stage } from "./stage.ts";

async function printed(
  options: RecordsOptions,
  text: string = LAB,
): Promise<Stage & { readonly code: number }> {
  const stage = new Stage();
  const code = await records({ deployment: "lab.yaml", ...options }, stage.surroundings, {
    build: builder(text),
  });
  return Object.assign(stage, { code });
}

const NAME_SERVED = `${LAB}defaults: { nameServers: [{ host: ns1, addresses: [192.168.1.53] }] }\n`;

const GATED = `${LAB}accessEdge: { allowFederatedUsers: true }
externalAccessPolicies:
  - { identity: Global, enableFederationAccess: true, enableXmppAccess: true }
xmppAllowedPartners: [{ domain: partner.example }]
userGroups: [{ sipDomain: alpha.test }]
`;

describe("records() as a table", () => {
  test("has the columns of Microsoft's DNS summary, aligned", async () => {
    const { stdout, stderr, code } = await printed({ zone: "beta.test" });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [head = "", srv = "", a = ""] = stdout.split("\n");
    expect(head).toMatch(/^Location\/Type\/Port {5}FQDN +Maps to +Comments$/);
    expect(srv).toMatch(
      /^External DNS\/SRV\/5269 {2}_xmpp-server\._tcp\.beta\.test {2}xmpp\.beta\.test {2}XMPP Proxy/,
    );
    expect(a).toMatch(/^External DNS\/A +xmpp\.beta\.test +192\.168\.1\.1 +Access Edge service/);
    expect(srv.indexOf("XMPP Proxy")).toBe(head.indexOf("Comments"));
  });

  test("lists who is not published, and why", async () => {
    const { stdout, code } = await printed(
      {},
      GATED.replace("servers: [192.168.1.1]", "xmppPort: 5269, servers: [8.8.1.1]"),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/_xmpp-server\._tcp\.alpha\.test/);
    expect(stdout).toMatch(/\n\nNot published:\n {2}beta\.test: it has no user group\n$/);
  });
});

describe("records() as master files", () => {
  test("writes one zone with its own names, though it shares a model with others", async () => {
    const { stdout } = await printed({ format: "zone", zone: "beta.test." });
    expect(stdout).toBe(`; Zone beta.test, derived by xmpp-edge-dns from lab.yaml
$ORIGIN beta.test.
$TTL 3600
@                 3600 IN SOA localhost. hostmaster.beta.test. 1000 3600 600 1209600 300
@                 3600 IN NS  localhost.
_xmpp-server._tcp 3600 IN SRV 0 0 5269 xmpp.beta.test.
xmpp               300 IN A   192.168.1.1
`);
  });

  test("writes every zone, a blank line between", async () => {
    const { stdout } = await printed({ format: "zone" });
    expect(stdout.match(/(^|\n\n); Zone (alpha|beta)\.test,/g)).toHaveLength(2);
  });
});

test("records() as JSON is one document with SIP domains and zones", async () => {
  const { stdout } = await printed({ format: "json", zone: "beta.test" });
  const document: unknown = JSON.parse(stdout);
  expect(document).toMatchObject({
    sipDomains: [
      { sipDomain: "beta.test", published: true, targets: [{ host: "xmpp.beta.test", port: 5269 }] },
    ],
    zones: [{ apex: "beta.test." }],
  });
  expect(document).toHaveProperty("zones.0.records.2", {
    owner: "_xmpp-server._tcp.beta.test.",
    ttl: 3600,
    type: "SRV",
    data: "0 0 5269 xmpp.beta.test.",
  });
});

test("records() with --delegation prints what the parent needs", async () => {
  const { stdout } = await printed({ delegation: true, zone: "alpha.test" }, NAME_SERVED);
  expect(stdout).toBe("alpha.test. 3600 IN NS ns1.alpha.test.\nns1.alpha.test. 3600 IN A 192.168.1.53\n");
});

describe("records() that cannot", () => {
  const cases: { why: string; options: RecordsOptions; text?: string; code: number; stderr: RegExp }[] = [
    {
      why: "no such zone",
      options: { zone: "gamma.test" },
      code: 2,
      stderr:
        /^error: Cannot print zone "gamma\.test": lab\.yaml leads to no such zone, but to alpha\.test, beta\.test\n$/,
    },
    { why: "no name", options: { zone: "a..b" }, code: 2, stderr: /^error: Cannot print zone "a\.\.b"/ },
    {
      why: "a broken deployment",
      options: {},
      text: "sipDomains: 1\n",
      code: 1,
      stderr: /^lab\.yaml:1:13 {2}Cannot/,
    },
    { why: "wrong settings", options: { set: ["port=x"] }, code: 2, stderr: /^error: Cannot set "port"/ },
  ];
  test.each(cases)("$why", async ({ options, text, code, stderr }) => {
    const stage = await printed(options, text);
    expect(stage.code).toBe(code);
    expect(stage.stderr).toMatch(stderr);
    expect(stage.stdout).toBe("");
  });
});
