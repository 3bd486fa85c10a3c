import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { derive } from "../../src/records/derive.ts";
import type { Result } from "../../src/result.ts";
import { fromValue, load } from "./given.ts";

const KEYS = [
  "accessEdge",
  "allowFederatedUsers",
  "sites",
  "name",
  "xmppFederationRoute",
  "edgePools",
  "fqdn",
  "servers",
  "addresses",
  "publicAddresses",
  "vips",
  "loadBalancing",
  "xmppPort",
  "version",
  "sipDomains",
  "file",
  "defaults",
  "nameServers",
  "host",
  "soa",
  "serial",
  "mailbox",
  "standbyPools",
  "edgePool",
  "priority",
  "zoneLayout",
  "xmppHost",
  "externalAccessPolicies",
  "identity",
  "userGroups",
  "sipDomain",
  "policy",
  "xmppAllowedPartners",
  "domain",
  "zones",
  "a.test",
  "records",
  "<<",
  "__proto__",
];
const WORDS = [
  "a.test",
  "b.a.test",
  "xmpp.a.test",
  "pool.test",
  "10.0.0.1",
  "203.0.113.1",
  "2001:db8::1",
  "Tag:X",
  "Global",
  "Site:R",
  "R",
  "apex",
  "pinpoint",
  "dns",
  "hardware",
  "www A 10.0.0.1",
  "@ NS ns",
  "_xmpp-server._tcp SRV 0 0 1 x",
  "d.txt",
  "ü.test",
  "",
  ".",
  "null",
  "5269",
  "8",
];

const scalar = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.string(),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    scalar,
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie("tree"), { maxKeys: 5 }),
  ),
}));

/** Text that is nearly YAML: words, keys and the marks between them. */
const yamlish = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\n",
        "\n  ",
        "\n- ",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "|\n",
        "&a ",
        "*a",
        "#",
        '"',
        "'",
        "\t",
        "!x ",
        "? ",
        "%YAML 1.2\n",
        "---\n",
      ),
      fc.constantFrom(...KEYS, ...WORDS),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

/** Reads and derives: what matters is that neither throws, and that a failure says something. */
function goThrough(result: Result<Parameters<typeof derive>[0]>): void {
  const end = result.ok ? derive(result.value) : result;
  if (!end.ok)
    expect(
      end.problems.some((problem) => problem.severity === "error" && problem.message.startsWith("Cannot ")),
    ).toBe(true);
}

describe("random input never throws", () => {
  test("octets", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => goThrough(load(octets))),
      { numRuns: 300 },
    );
  });

  test("text that is nearly YAML", () => {
    fc.assert(
      fc.property(yamlish, (text) => goThrough(load(text, { "d.txt": text }))),
      { numRuns: 1000 },
    );
  });

  test("values that are nearly a deployment", () => {
    fc.assert(
      fc.property(tree, (value) => goThrough(fromValue(value, { "d.txt": "c.test" }))),
      { numRuns: 1000 },
    );
  });

  test("deployments with one part replaced", () => {
    const whole = {
      edgePools: [{ fqdn: "pool.test", servers: ["10.0.0.1"] }],
      sipDomains: ["a.test", "b.a.test"],
    };
    const replaced = fc.tuple(
      fc.constantFrom("edgePools", "sipDomains", "zones", "defaults", "userGroups", "sites"),
      tree,
    );
    fc.assert(
      fc.property(replaced, ([key, value]) => goThrough(fromValue({ ...whole, [key]: value }))),
      { numRuns: 500 },
    );
  });
});
