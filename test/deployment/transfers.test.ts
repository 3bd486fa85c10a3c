/** What is said of transfers: read well, and refused without a word of a secret. */

import { describe, expect, test } from "vitest";
import { loadDeployment } from "../../src/deployment/load.ts";
import type { Transfers } from "../../src/deployment/model.ts";
import { formatAddress } from "../../src/dns/address.ts";
import { formatPrefix } from "../../src/dns/prefix.ts";
import { formatZoneFile } from "../../src/dns/zone-file.ts";
import { derive } from "../../src/records/derive.ts";
import { filesOf, goodValue, linesOf, saidOf } from "./given.ts";

const SECRET = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

const LAB = `edgePools: [{fqdn: edge.alpha.test, servers: [127.0.0.1]}]
sipDomains: [alpha.test, beta.test]
transfers:
`;

function load(transfers: string) {
  const files = filesOf({
    "etc/d.yaml": LAB + transfers.replaceAll(/^/gm, "  "),
    "etc/key.secret": `${SECRET}\n`,
    "etc/short.secret": "MDEyMzQ1Njc4OQ==",
    "etc/noise.secret": "s3cr3t; drop it",
  });
  const variable = (name: string) => (name === "KEY_SECRET" ? SECRET : undefined);
  return loadDeployment("etc/d.yaml", { ...files, variable });
}

function transfersOf(text: string): Transfers | undefined {
  return goodValue(load(text)).transfers;
}

test("keys come from files beside the deployment and from the environment, rules and targets name them", () => {
  const read = transfersOf(`keys:
- {name: a.key, secretFile: key.secret}
- {name: B.Key, algorithm: hmac-sha384, secretEnvironment: KEY_SECRET}
allow:
- {prefix: 203.0.113.0/24, key: A.KEY}
- {prefix: "2001:db8::53"}
- {key: b.key.}
notify:
- {address: 203.0.113.53, key: a.key}
- {address: "2001:db8::53", port: 5353}
catalog: {name: catalog.example}`);
  expect(
    read?.keys.map(({ name, algorithm, secret }) => [
      `${name}`,
      algorithm,
      Buffer.from(secret.reveal()).toString("base64"),
    ]),
  ).toEqual([
    ["a.key.", "hmac-sha256", SECRET],
    ["B.Key.", "hmac-sha384", SECRET],
  ]);
  expect(read?.allow.map(({ prefix, key }) => [prefix?.bits, key?.key])).toEqual([
    [24, "\x01a\x03key\0"],
    [128, undefined],
    [undefined, "\x01b\x03key\0"],
  ]);
  expect(read?.notify.map(({ port, key }) => [port, key?.toString()])).toEqual([
    [53, "a.key."],
    [5353, undefined],
  ]);
  expect(JSON.stringify(read)).not.toContain(SECRET);
});

test("nobody may transfer where nothing is said", () => {
  expect(transfersOf("{}")).toEqual({ keys: [], allow: [], notify: [], zones: [], catalog: undefined });
});

describe("rights of zones of their own", () => {
  const ZONES = `edgePools: [{fqdn: edge.alpha.test, servers: [127.0.0.1]}]
sipDomains:
- alpha.test
- {name: beta.test, transfers: {allow: [{prefix: 192.0.2.1}], notify: [{address: 192.0.2.1}]}}
- {name: gamma.test, transfers: {notify: [{address: "192.0.2.1", port: 53}], allow: [{prefix: 192.0.2.1/32}]}}
- {name: delta.test, transfers: {}}
zones: {static.test: {nameServers: [ns.elsewhere.example], transfers: {allow: [{prefix: 192.0.2.9}]}}}
`;
  const CATALOG =
    "transfers: {allow: [{prefix: 192.0.2.2}], catalog: {name: catalog.test, allow: [{prefix: 192.0.2.3}]}}\n";

  /** Zone → number of its rights, and the prefixes and addresses of each. */
  function rightsIn(text: string) {
    const deployment = goodValue(loadDeployment("d.yaml", filesOf({ "d.yaml": text })));
    const { groups } = goodValue(derive(deployment));
    const numbers = groups.flatMap(({ apexes, transfers = 0 }) =>
      apexes.map((apex) => [`${apex}`, transfers]),
    );
    const { transfers } = deployment;
    const rights = (transfers ? [transfers, ...transfers.zones] : []).map(({ allow, notify }) => [
      ...allow.map(({ prefix }) => prefix && formatPrefix(prefix)),
      ...notify.map(({ address, port }) => `${formatAddress(address.octets)}:${port}`),
    ]);
    return { numbers: Object.fromEntries(numbers), rights };
  }

  test("stand in place of those of all; zones that say the same share them; an empty map is nobody", () => {
    expect(rightsIn(ZONES + CATALOG)).toEqual({
      numbers: {
        "alpha.test.": 0,
        "beta.test.": 1,
        "gamma.test.": 1,
        "delta.test.": 2,
        "static.test.": 3,
        "catalog.test.": 4,
      },
      rights: [["192.0.2.2/32"], ["192.0.2.1/32", "192.0.2.1:53"], [], ["192.0.2.9/32"], ["192.0.2.3/32"]],
    });
  });

  test("need nothing said for all; under defaults they hold for zones that say nothing, and not for the catalog", () => {
    expect(rightsIn(ZONES).rights).toHaveLength(4);
    const defaults = "defaults: {transfers: {allow: [{prefix: 192.0.2.8}]}}\n";
    const { numbers, rights } = rightsIn(
      ZONES + CATALOG.replace(", allow: [{prefix: 192.0.2.3}]", "") + defaults,
    );
    expect([numbers["alpha.test."], numbers["catalog.test."]]).toEqual([1, 0]);
    expect(rights[1]).toEqual(["192.0.2.8/32"]);
  });

  test.each([
    [
      "a key that nobody knows",
      ZONES.replace("{prefix: 192.0.2.9}", "{key: b.kye}"),
      'Cannot find key "b.kye" under "keys"',
    ],
    [
      "a rule without bounds",
      ZONES.replace("{prefix: 192.0.2.9}", "{}"),
      "Cannot allow transfers to everybody",
    ],
    [
      "keys of its own",
      ZONES.replace("transfers: {allow: [{prefix: 192.0.2.9}]}", "transfers: {keys: []}"),
      'Cannot use unknown key "keys": known here are "allow" and "notify"',
    ],
    [
      "said in the zone of a SIP domain",
      `${ZONES.replace("static.test", "alpha.test").replace("nameServers: [ns.elsewhere.example], ", "")}`,
      'Cannot use "transfers" here: "alpha.test" is a SIP domain, so give it there or under "defaults"',
    ],
  ])("%s", (_, text, wanted) => {
    const said = saidOf(loadDeployment("d.yaml", filesOf({ "d.yaml": text })));
    expect(said).toEqual([expect.stringContaining(wanted)]);
    expect(said[0]).toMatch(/^7:\d+ error: /);
  });

  test("a key that could not be read is not missed by a zone as well", () => {
    const key = "transfers: {keys: [{name: b.key, secretFile: 7}]}\n";
    const said = saidOf(
      loadDeployment(
        "d.yaml",
        filesOf({ "d.yaml": ZONES.replace("{prefix: 192.0.2.9}", "{key: b.key}") + key }),
      ),
    );
    expect(said).toEqual([expect.stringContaining('as "secretFile"')]);
  });
});

describe("problems", () => {
  test.each([
    [
      "a secret in the file",
      `keys: [{name: a.key, secret: ${SECRET}}]`,
      'Cannot take a secret that stands in the deployment: whoever may read the file would have it; put it into a file of its own and name that under "secretFile", or name an environment variable under "secretEnvironment"',
    ],
    [
      "no secret",
      "keys: [{name: a.key}]",
      'Cannot use key "a.key": it has no secret; give the file that holds it under "secretFile", or an environment variable under "secretEnvironment"',
    ],
    [
      "two secrets",
      "keys: [{name: a.key, secretFile: key.secret, secretEnvironment: KEY_SECRET}]",
      'Cannot use key "a.key": it has two secrets; give the file',
    ],
    [
      "no such file",
      "keys: [{name: a.key, secretFile: none.secret}]",
      'Cannot use "none.secret" of key "a.key": there is no such file',
    ],
    [
      "no such variable",
      "keys: [{name: a.key, secretEnvironment: NONE}]",
      'Cannot use "NONE" of key "a.key": there is no such environment variable',
    ],
    [
      "no base 64",
      "keys: [{name: a.key, secretFile: noise.secret}]",
      'Cannot use "noise.secret" of key "a.key": it holds something else than a secret in base 64',
    ],
    [
      "a short secret",
      "keys: [{name: a.key, secretFile: short.secret}]",
      'Cannot use "short.secret" of key "a.key": its secret has 10 octets, 16 are the least',
    ],
    [
      "a key twice",
      "keys: [{name: a.key, secretFile: key.secret}, {name: A.key., secretFile: key.secret}]",
      'Cannot list key "A.key." twice',
    ],
    [
      "a name that is none",
      "keys: [{name: a..key, secretFile: key.secret}]",
      'Cannot use "a..key" as name of a key: it has an empty label',
    ],
    [
      "md5",
      "keys: [{name: a.key, algorithm: hmac-md5, secretFile: key.secret}]",
      'Cannot use "hmac-md5" as "algorithm": give "hmac-sha256" or "hmac-sha384" or "hmac-sha512"',
    ],
    [
      "a rule without bounds",
      "allow: [{}]",
      'Cannot allow transfers to everybody: give "prefix", "key" or both',
    ],
    [
      "an unknown key",
      "keys: [{name: a.key, secretFile: key.secret}]\nallow: [{key: a.kye}]",
      'Cannot find key "a.kye" under "keys": did you mean "a.key"?',
    ],
    [
      "a prefix too long",
      "allow: [{prefix: 203.0.113.0/33}]",
      'Cannot use "203.0.113.0/33" as prefix: give an address or a prefix such as',
    ],
    [
      "a host to be told",
      "notify: [{address: ns2.example}]",
      'Cannot use "ns2.example" as address of a secondary: give IPv4 or IPv6',
    ],
    [
      "a catalog with the name of a zone",
      "catalog: {name: alpha.test}",
      'Cannot make catalog "alpha.test": a zone of this name is served already',
    ],
    [
      "a catalog without room",
      `catalog: {name: ${"abcdefghi.".repeat(22)}example}`,
      "the names in it would have more than 255 octets on the wire",
    ],
  ])("%s", (_, text, wanted) => {
    const loaded = load(text);
    const result = loaded.ok ? derive(loaded.value) : loaded;
    const said = saidOf(result).filter((line) => line.includes(" error: "));
    expect(said.slice(-1)).toEqual([expect.stringContaining(wanted)]); // an inline secret is no secret, which is said first
    expect(said).toHaveLength(text.includes(SECRET) ? 2 : 1);
    expect(said[0]).toMatch(/^etc\/d\.yaml:\d+:\d+ error: /);
    expect(JSON.stringify(result)).not.toMatch(/MDEyM|s3cr3t/);
  });

  test("no line that is quoted for something else tells a secret beside it", () => {
    for (const secret of [SECRET, `"${SECRET}"`, `'${SECRET}'`]) {
      const result = load(`keys: [{name: a.key, secret: ${secret}, secretFile: key.secret, port: 7}]`);
      const problems = result.ok ? [] : result.problems;
      expect(linesOf(problems)).toHaveLength(2);
      expect(problems.map(({ place }) => place?.excerpt)).toEqual(
        problems.map(() => "  keys: [{name: a.key, secret: …, secretFile: key.secret, port: 7}]"),
      );
    }
  });
});

test("the catalog lists every zone but itself, each under a label that stays (RFC 9432)", () => {
  const zonesOf = (domains: string) => {
    const text = LAB.replace("alpha.test, beta.test", domains);
    const loaded = loadDeployment(
      "d.yaml",
      filesOf({ "d.yaml": `${text}  catalog: {name: catalog.example}` }),
    );
    const group = goodValue(derive(goodValue(loaded))).groups.at(-1);
    return group === undefined ? "" : formatZoneFile(group.model);
  };
  const both = zonesOf("alpha.test, beta.test");
  expect(both).toMatch(/SOA\s+invalid\. invalid\. /);
  expect(both).toMatch(/NS\s+invalid\./);
  expect(both).toMatch(/version\S*\s.*TXT\s+"2"/);
  const members = (text: string) =>
    [...text.matchAll(/^(\w{32})\.zones\S*\s.*PTR\s+(\S+)$/gm)]
      .map(([, label, zone]) => `${label} ${zone}`)
      .sort();
  expect(
    members(both)
      .map((member) => member.split(" ")[1])
      .sort(),
  ).toEqual(["alpha.test.", "beta.test."]);
  expect(members(both)).toEqual(expect.arrayContaining(members(zonesOf("beta.test"))));
});
