import { describe, expect, test } from "vitest";
import { loadDeployment as loadFrom } from "../../src/deployment/load.ts";
import type { Deployment } from "../../src/deployment/model.ts";
import { formatAddress } from "../../src/dns/address.ts";
import { fromValue, good, goodValue, load, saidOf } from "./given.ts";

const LAB = "edgePools: [{ fqdn: pool.test, servers: [203.0.113.10] }]\n";

function sipDomainsOf({ sipDomains }: Deployment): string[] {
  return sipDomains.map(({ name }) => name.toString());
}

function publishedOf({ edgePools }: Deployment): string[] {
  return edgePools.flatMap((pool) => pool.publishedAddresses.map(({ octets }) => formatAddress(octets)));
}

describe("loadDeployment() reads", () => {
  const yaml = `${LAB}sipDomains: [a.test]\n`;
  const utf16 = Buffer.from(`\uFEFF${yaml}`, "utf16le");
  test.each([
    { why: "UTF-8 with a byte order mark", octets: Buffer.from(`\uFEFF${yaml}`) },
    { why: "UTF-16LE with a byte order mark, as > in Windows PowerShell writes it", octets: utf16 },
    { why: "UTF-16BE with a byte order mark", octets: Buffer.from(utf16).swap16() },
    { why: "CRLF line ends", octets: Buffer.from(yaml.replaceAll("\n", "\r\n")) },
    {
      why: "JSON that is indented with tabs",
      octets: Buffer.from(
        JSON.stringify(
          {
            $schema: "./deployment.schema.json",
            edgePools: [{ fqdn: "pool.test", servers: ["203.0.113.10"] }],
            sipDomains: ["a.test"],
          },
          null,
          "\t",
        ),
      ),
    },
  ])("$why", ({ octets }) => {
    const deployment = goodValue(load(new Uint8Array(octets)));
    expect(sipDomainsOf(deployment)).toEqual(["a.test."]);
    expect(publishedOf(deployment)).toEqual(["203.0.113.10"]);
  });

  test.each([
    {
      why: "octets that are no UTF-8, with the line of the first",
      octets: Buffer.from([0x61, 0x0a, 0x62, 0x63, 0xff, 0x0a]),
      said: [
        "2:3 error: Cannot read the file as UTF-8: it holds octets that are no characters; save it as UTF-8",
      ],
    },
    {
      why: "UTF-16 that is cut in the middle of a character",
      octets: Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x62]),
      said: ["1:2 error: Cannot read the file as UTF-16: its last character is cut; save it as UTF-8"],
    },
    {
      why: "UTF-16 without a byte order mark",
      octets: Buffer.from("a: 1\n", "utf16le"),
      said: [
        "1:2 error: Cannot read the file as text: it holds a NUL character; save it as UTF-8, or as UTF-16 with a byte order mark",
      ],
    },
  ])("or refuses $why", ({ octets, said }) => {
    expect(saidOf(load(new Uint8Array(octets)))).toEqual(said);
  });

  test("problems with the offending line", () => {
    const result = load(`${LAB}sipDomains: [a_b.test]\n`);
    const [problem] = result.ok ? [] : result.problems.slice(-1);
    expect(problem?.place).toEqual({
      file: "d.yaml",
      line: 2,
      column: 14,
      excerpt: "sipDomains: [a_b.test]",
    });
  });

  test("lists from beside the deployment file, wherever that is, and from absolute paths", () => {
    const files: Record<string, string> = {
      "etc/d.yaml": `${LAB}sipDomains: [c.test, { file: lists/a.txt }, { file: /srv/b.txt, ttl: 60 }]`,
      "etc/lists/a.txt": "a.test",
      "/srv/b.txt": "b.test\n",
    };
    const read: string[] = [];
    const source = {
      read: (path: string) => {
        read.push(path);
        return { ok: true, value: new TextEncoder().encode(files[path]), remarks: [] } as const;
      },
    };
    const deployment = goodValue(loadFrom("etc/d.yaml", source));
    expect(read).toEqual(["etc/d.yaml", "etc/lists/a.txt", "/srv/b.txt"]);
    expect(deployment.sipDomains.map(({ name, options }) => `${name} ${options.ttl}`)).toEqual([
      "c.test. 3600",
      "a.test. 3600",
      "b.test. 60",
    ]);
  });

  test("names as A-labels in lower case, with or without a final dot", () => {
    expect(sipDomainsOf(good(`${LAB}sipDomains: [Contoso.COM., ÜMLAUT.example, "日本語。test"]`))).toEqual([
      "contoso.com.",
      "xn--mlaut-jva.example.",
      "xn--wgv71a119e.test.",
    ]);
  });
});

describe("the published addresses of an Edge pool", () => {
  const pool = (lines: string) => `edgePools:\n  - fqdn: pool.test\n    ${lines}\nsipDomains: [a.test]`;
  test.each([
    {
      why: "DNS load balancing: every Edge Server's",
      yaml: pool('servers: [8.8.8.8, "2a00::1"]'),
      published: ["8.8.8.8", "2a00::1"],
    },
    {
      why: "a drained server is left out",
      yaml: pool("servers: [8.8.8.8, { addresses: [8.8.4.4], drained: true }]"),
      published: ["8.8.8.8"],
    },
    {
      why: "hardware load balancing: exactly the VIPs",
      yaml: pool("{}").replace("{}", "loadBalancing: hardware\n    vips: [9.9.9.9]\n    servers: [10.0.0.1]"),
      published: ["9.9.9.9"],
    },
    {
      why: "NAT: the public side in place of its family, global addresses of the other, private ones stay inside",
      yaml: pool('servers: [{ addresses: [10.0.0.1, "fd00::1", "2a00::1"], publicAddresses: [8.8.8.8] }]'),
      published: ["2a00::1", "8.8.8.8"],
    },
    {
      why: "none where XMPP is not enabled on the pool",
      yaml: pool("xmppPort: null\n    servers: [8.8.8.8]"),
      published: [],
    },
    { why: "none from version 8 on", yaml: pool("version: 8\n    servers: [8.8.8.8]"), published: [] },
  ])("$why", ({ yaml, published }) => {
    expect(publishedOf(good(yaml))).toEqual(published);
  });
});

describe("the options of a SIP domain", () => {
  test("SIP domains that say nothing share theirs", () => {
    const { sipDomains } = good(
      `${LAB}defaults: { ttl: 60 }\nsipDomains: [a.test, { name: b.test }, { name: c.test, priority: 1 }]`,
    );
    const [a, b, c] = sipDomains.map(({ options }) => options);
    expect(b).toBe(a);
    expect(c).not.toBe(a);
    expect(c).toMatchObject({ ttl: 60, services: [{ priority: 1 }] });
  });

  test("the SIP domain's word wins over the defaults, value by value", () => {
    const { sipDomains } =
      good(`${LAB}defaults: { ttl: 60, hostTtl: 5, zoneLayout: pinpoint, notEnabled: refuse, priority: 2, weight: 3, soa: { refresh: 1, retry: 2, expire: 3, minimum: 4, serial: 5 } }
sipDomains: [{ name: a.test, hostTtl: 9, zoneLayout: apex, weight: 4, soa: { minimum: 6 } }]`);
    expect(sipDomains[0]?.options).toMatchObject({
      ttl: 60,
      hostTtl: 9,
      zoneLayout: "apex",
      notEnabled: "refuse",
      services: [{ priority: 2, weight: 4 }],
      soa: { refresh: 1, retry: 2, expire: 3, minimum: 6, serial: 5 },
    });
  });
});

describe("deploymentFromValue()", () => {
  test("takes an object with short forms", () => {
    const value = { edgePools: [{ fqdn: "pool.test", servers: ["10.0.0.1"] }], sipDomains: ["a.test"] };
    expect(sipDomainsOf(goodValue(fromValue(value)))).toEqual(["a.test."]);
  });

  test("says paths in its messages", () => {
    const value = {
      edgePools: [{ fqdn: "pool.test", servers: ["10.0.0.1"] }],
      sipDomains: ["a.test", { name: "b_c.test" }],
      zones: { "a.test": { records: "www A 10.0.0.1\nftp A 1" } },
    };
    expect(saidOf(fromValue(value))).toEqual([
      ' error: Cannot use "b_c.test" as SIP domain: it holds "_"; letters, digits and inner hyphens are allowed (RFC 1123) (at sipDomains[1].name)',
      ' error: Cannot read RDATA of A "1": an IPv4 address in dotted form is wanted (at zones["a.test"].records, line 2, column 7)',
    ]);
  });

  test("refuses what only JavaScript can hold", () => {
    const value: { sipDomains: unknown[] } = { sipDomains: [1n, () => 1, Symbol("x"), null, undefined] };
    value.sipDomains.push(value);
    expect(saidOf(fromValue(value))[0]).toBe(
      ' error: Cannot use 1 in "sipDomains": give a SIP domain, or a map with name or file (at sipDomains[0])',
    );
  });
});

test("XMPP allowed partners have the defaults of New-CsXmppAllowedPartner, and all fields can be given", () => {
  const { xmppAllowedPartners } = good(`${LAB}sipDomains: [a.test]
xmppAllowedPartners:
  - p.test
  - { domain: q.test, additionalDomains: [r.test], partnerType: PublicVerified, tlsNegotiation: Optional, saslNegotiation: NotSupported, supportDialbackNegotiation: true, enableKeepAlive: false, connectionLimit: 5, proxyFqdn: proxy.q.test, description: Q }
`);
  expect(JSON.parse(JSON.stringify(xmppAllowedPartners))).toEqual([
    {
      domain: "p.test.",
      additionalDomains: [],
      partnerType: "PublicUnverified",
      tlsNegotiation: "Required",
      saslNegotiation: "Required",
      supportDialbackNegotiation: true,
      enableKeepAlive: true,
      place: { file: "d.yaml", line: 4, column: 5, excerpt: "  - p.test" },
    },
    {
      domain: "q.test.",
      additionalDomains: ["r.test."],
      partnerType: "PublicVerified",
      tlsNegotiation: "Optional",
      saslNegotiation: "NotSupported",
      supportDialbackNegotiation: true,
      enableKeepAlive: false,
      connectionLimit: 5,
      proxyFqdn: "proxy.q.test.",
      description: "Q",
      place: expect.objectContaining({ line: 5, column: 5 }),
    },
  ]);
});
