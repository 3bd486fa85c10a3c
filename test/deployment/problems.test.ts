import { describe, expect, test } from "vitest";
import { load, saidOf } from "./given.ts";

interface Row {
  readonly why: string;
  readonly yaml: string;
  readonly files?: Readonly<Record<string, string>>;
  /** `line:column severity: message`, in order; empty where all is well. */
  readonly said: readonly string[];
}

describe("loadDeployment() says what is no YAML:", () => {
  const rows: readonly Row[] = [
    {
      why: "a key that is there twice: one of the two would be lost",
      yaml: `sipDomains: [a.test]
sipDomains: [b.test]
`,
      said: ["2:1 error: Cannot use the same key twice in one map: remove one of the two"],
    },
    {
      why: "tabs are no indentation in YAML",
      yaml: `edgePools:
	- fqdn: a
`,
      said: ["2:1 error: Cannot use a tab for indentation: YAML wants spaces"],
    },
    {
      why: "a second document would be lost",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
---
a: 1
`,
      said: ['2:1 error: Cannot read more than one YAML document: remove "---" and what follows'],
    },
    {
      why: "YAML 1.1 reads no, on and 1:30 in its own way",
      yaml: `%YAML 1.1
---
sipDomains: [a.test]
`,
      said: ['1:1 error: Cannot read YAML 1.1: write "%YAML 1.2" or leave the line out'],
    },
    {
      why: "a version of YAML that does not exist",
      yaml: `%YAML 3.0
---
sipDomains: [a.test]
`,
      said: ["1:7 error: Cannot read this as YAML: unsupported YAML version 3.0"],
    },
    {
      why: "billion laughs: counted before it is expanded",
      yaml: `a: &a [x,x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: [*e,*e]
`,
      said: ['5:29 error: Cannot expand alias "*d": aliases stand for more than 100000 values by here'],
    },
    {
      why: "an alias inside of what it stands for would never end",
      yaml: `sipDomains: &x [*x]
`,
      said: ['1:17 error: Cannot use alias "*x" inside of what it stands for'],
    },
    {
      why: "an alias without its anchor",
      yaml: `sipDomains: *x
`,
      said: ['1:13 error: Cannot find the anchor "&x" before its alias "*x"'],
    },
    {
      why: "a tag would change what a value means",
      yaml: `sipDomains: !list [a.test]
`,
      said: ["1:13 error: Cannot read this as YAML: unresolved tag: !list"],
    },
    {
      why: "nested deeper than any deployment",
      yaml: `a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
`,
      said: ["1:54 error: Cannot read lists and maps nested more than 50 deep"],
    },
    {
      why: "nested deeper than the parser's stack",
      yaml: "[".repeat(3000),
      said: [" error: Cannot read lists and maps nested so deeply"],
    },
    {
      why: "a list that is not closed",
      yaml: `sipDomains: [a.test
`,
      said: ['1:13 error: Cannot read "[": it is never closed; put "]" where the list ends'],
    },
    {
      why: "an empty file",
      yaml: ``,
      said: [
        ' error: Cannot use nothing as a deployment: give a map of keys and values, "edgePools" and "sipDomains" first of all',
      ],
    },
    {
      why: "a file that holds a word",
      yaml: `hello`,
      said: [
        '1:1 error: Cannot use "hello" as a deployment: give a map of keys and values, "edgePools" and "sipDomains" first of all',
      ],
    },
    {
      why: "a file that holds a list",
      yaml: `- a
`,
      said: [
        '1:1 error: Cannot use a list as a deployment: give a map of keys and values, "edgePools" and "sipDomains" first of all',
      ],
    },
    {
      why: "a list as a key",
      yaml: `? [a]
: b
`,
      said: ["1:3 error: Cannot use this as a key: a key is a plain word or a text"],
    },
    {
      why: "a second colon on the line",
      yaml: `a: b: c
`,
      said: ["1:4 error: Cannot read this as YAML: nested mappings are not allowed in compact mappings"],
    },
  ];

  test.each(rows)("$why", ({ yaml, files = {}, said }) => {
    expect(saidOf(load(yaml, files))).toEqual(said);
  });
});

describe("loadDeployment() says what has not the shape of a deployment:", () => {
  const rows: readonly Row[] = [
    {
      why: "a mistyped key at the top has a nearest known key, and the rest is still looked at",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomain: [a.test]
sipDomains: [b.test]
`,
      said: ['2:1 error: Cannot use unknown key "sipDomain": did you mean "sipDomains"?'],
    },
    {
      why: "a key unlike all others: the known ones are listed",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
zebra: 1
sipDomains: [b.test]
`,
      said: [
        '2:1 error: Cannot use unknown key "zebra": known here are "$schema", "accessEdge", "sites", "edgePools", "sipDomains", "defaults", "externalAccessPolicies", "userGroups", "xmppAllowedPartners", "zones" and 5 more',
      ],
    },
    {
      why: "a mistyped key of an Edge pool",
      yaml: `edgePools:
  - fqdn: pool.test
    server: [10.0.0.1]
    servers: [10.0.0.1]
sipDomains: [b.test]
`,
      said: ['3:5 error: Cannot use unknown key "server": did you mean "servers"?'],
    },
    {
      why: "letter case of a key counts, and the nearest key says so",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains:
  - { name: a.test, xmpphost: x }
`,
      said: ['3:21 error: Cannot use unknown key "xmpphost": did you mean "xmppHost"?'],
    },
    {
      why: "an unknown key does not hide what is wrong elsewhere; in the order of the file",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.300] }]
defaults: { tll: 3 }
sipDomains: [b.test]
`,
      said: [
        '1:42 error: Cannot use "10.0.0.300" as address of Edge pool "pool.test": give IPv4 or IPv6 such as 203.0.113.10 or "2001:db8::10"',
        '2:13 error: Cannot use unknown key "tll": did you mean "ttl"?',
      ],
    },
    {
      why: "a key that must be there: the place is that of the map around it",
      yaml: `edgePools:
  - servers: [10.0.0.1]
sipDomains: [b.test]
`,
      said: ['2:5 error: Cannot leave out "fqdn": give a host name such as xmpp.contoso.com'],
    },
    {
      why: "a word where a number is wanted",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains:
  - { name: a.test, priority: high }
`,
      said: ['3:31 error: Cannot use "high" as "priority": give a whole number from 0 to 65535'],
    },
    {
      why: "numbers out of range, all at once",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains:
  - { name: a.test, priority: 70000, weight: 1.5, ttl: -1 }
`,
      said: [
        '3:31 error: Cannot use 70000 as "priority": give a whole number from 0 to 65535',
        '3:46 error: Cannot use 1.5 as "weight": give a whole number from 0 to 65535',
        '3:56 error: Cannot use -1 as "ttl": give a whole number from 0 to 2147483647',
      ],
    },
    {
      why: "a word that is none of the choices",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains:
  - { name: a.test, zoneLayout: full }
`,
      said: ['3:33 error: Cannot use "full" as "zoneLayout": give "apex" or "pinpoint"'],
    },
    {
      why: "an item of a list that is neither form",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test, 5]
`,
      said: ['2:22 error: Cannot use 5 in "sipDomains": give a SIP domain, or a map with name or file'],
    },
    {
      why: "a key with nothing behind it",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains:
`,
      said: [
        '2:12 error: Cannot use nothing as "sipDomains": give a list of SIP domains, or a map with file',
      ],
    },
    {
      why: "a single address where a list is wanted",
      yaml: `edgePools: [{ fqdn: pool.test, servers: 10.0.0.1 }]
sipDomains: [a.test]
`,
      said: ['1:41 error: Cannot use "10.0.0.1" as "servers": give a list'],
    },
    {
      why: "zones as a list",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
zones: [a]
`,
      said: ['3:8 error: Cannot use a list as "zones": give a map from zone to its records'],
    },
    {
      why: "a zone with nothing behind it",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
zones:
  a.test:
`,
      said: ['4:10 error: Cannot use nothing as "a.test": give a map of keys and values'],
    },
    {
      why: "YAML reads 12 as a number",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [{ name: 12 }]
`,
      said: ['2:22 error: Cannot use 12 as "name": give a SIP domain such as contoso.com'],
    },
    {
      why: "a key that means something to JavaScript",
      yaml: `__proto__: { a: 1 }
edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
`,
      said: [
        '1:1 error: Cannot use unknown key "__proto__": known here are "$schema", "accessEdge", "sites", "edgePools", "sipDomains", "defaults", "externalAccessPolicies", "userGroups", "xmppAllowedPartners", "zones" and 5 more',
      ],
    },
    {
      why: "an empty map",
      yaml: `{}`,
      said: [
        '1:1 error: Cannot serve a deployment without "sipDomains" and "zones": give at least one SIP domain',
      ],
    },
    {
      why: "SIP domains without any Edge pool",
      yaml: `sipDomains: [a.test]
`,
      said: ['1:1 error: Cannot publish SIP domains without an Edge pool: give "edgePools"'],
    },
    {
      why: "Edge pools without any SIP domain",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
`,
      said: [
        '1:1 error: Cannot serve a deployment without "sipDomains" and "zones": give at least one SIP domain',
      ],
    },
  ];

  test.each(rows)("$why", ({ yaml, files = {}, said }) => {
    expect(saidOf(load(yaml, files))).toEqual(said);
  });
});

describe("loadDeployment() says what is no name:", () => {
  const rows: readonly Row[] = [
    {
      why: "underscores are for SRV owners, not for hosts (RFC 1123)",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [foo_bar.test]
`,
      said: [
        '2:14 error: Cannot use "foo_bar.test" as SIP domain: it holds "_"; letters, digits and inner hyphens are allowed (RFC 1123)',
      ],
    },
    {
      why: "a label that begins with a hyphen",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [-a.test]
`,
      said: [
        '2:14 error: Cannot use "-a.test" as SIP domain: its label "-a" begins or ends with a hyphen; letters, digits and inner hyphens are allowed (RFC 1123)',
      ],
    },
    {
      why: "two dots in a row",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a..test]
`,
      said: ['2:14 error: Cannot use "a..test" as SIP domain: it has an empty label'],
    },
    {
      why: "64 octets in a label (RFC 1035 §2.3.4)",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test]
`,
      said: [
        '2:14 error: Cannot use "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test" as SIP domain: a label of it has 64 characters, 63 are allowed',
      ],
    },
    {
      why: "over 255 octets (RFC 1035 §2.3.4)",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.test]
`,
      said: [
        '2:14 error: Cannot use "a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.a23456789.…" as SIP domain: it has 266 octets on the wire, 255 are allowed',
      ],
    },
    {
      why: "an address in place of a name",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [203.0.113.1]
`,
      said: [
        '2:14 error: Cannot use "203.0.113.1" as SIP domain: it looks like an address, a name is wanted',
      ],
    },
    {
      why: "a blank in a name",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: ["a b.test"]
`,
      said: [
        '2:14 error: Cannot use "a b.test" as SIP domain: it holds " "; letters, digits and inner hyphens are allowed (RFC 1123)',
      ],
    },
    {
      why: "an IDN that begins with a combining mark and joins nothing (RFC 5891 §4.2.3)",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: ["́a‍.test"]
`,
      said: [
        '2:14 error: Cannot use "́a\\u{200d}.test" as SIP domain: it holds "́"; letters, digits and inner hyphens are allowed (RFC 1123)',
      ],
    },
    {
      why: "a sign that is no letter or digit",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: ["😀.test"]
`,
      said: [
        '2:14 error: Cannot use "😀.test" as SIP domain: it holds "😀"; letters, digits and inner hyphens are allowed (RFC 1123)',
      ],
    },
    {
      why: "an empty name",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [""]
`,
      said: ['2:14 error: Cannot use "" as SIP domain: it has an empty label'],
    },
    {
      why: "the root is no SIP domain",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [.]
`,
      said: ['2:14 error: Cannot use "." as SIP domain: it has an empty label'],
    },
  ];

  test.each(rows)("$why", ({ yaml, files = {}, said }) => {
    expect(saidOf(load(yaml, files))).toEqual(said);
  });
});

describe("loadDeployment() says what is there twice:", () => {
  const rows: readonly Row[] = [
    {
      why: "two SIP domains alike but for case and final dot",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains:
  - a.test
  - name: A.test.
`,
      said: ['4:5 error: Cannot list SIP domain "a.test" twice: it stands at d.yaml:3:5 already'],
    },
    {
      why: "two Edge pools alike",
      yaml: `edgePools:
  - { fqdn: pool.test, servers: [10.0.0.1] }
  - { fqdn: POOL.test, servers: [10.0.0.2] }
sipDomains: [a.test]
`,
      said: ['3:13 error: Cannot list Edge pool "POOL.test" twice'],
    },
    {
      why: "two sites alike to Lync",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sites: [R, r]
sipDomains: [a.test]
`,
      said: ['2:12 error: Cannot list site "r" twice'],
    },
    {
      why: "exactly one SIP domain is the default one",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [{ name: a.test, default: true }, { name: b.test, default: true }]
`,
      said: ['2:63 error: Cannot make "b.test" the default SIP domain: "a.test" is that already'],
    },
    {
      why: "the bare name of a policy is that of a tag",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
accessEdge: { allowFederatedUsers: true }
xmppAllowedPartners: [p.test]
sipDomains: [a.test]
externalAccessPolicies: [{ identity: Tag:X }, { identity: x }]
`,
      said: ['5:59 error: Cannot list external access policy "x" twice'],
    },
    {
      why: "two partners alike",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
xmppAllowedPartners: [p.test, { domain: P.test }]
`,
      said: ['3:31 error: Cannot list XMPP allowed partner "P.test" twice'],
    },
    {
      why: "two name servers alike",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [{ name: a.test, nameServers: [ns.b.test, NS.b.test] }]
`,
      said: ["2:55 error: Cannot list the same name server twice"],
    },
    {
      why: "two zones alike",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
zones: { b.test: {}, B.test: {} }
`,
      said: ['3:22 error: Cannot list zone "B.test" twice'],
    },
    {
      why: "two Edge Servers with one address",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1, 10.0.0.1] }]
sipDomains: [a.test]
`,
      said: [
        '1:52 error: Cannot publish address "10.0.0.1" of Edge pool "pool.test" twice: each Edge Server has its own',
      ],
    },
    {
      why: "one Edge Server with an address twice",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [{ addresses: [10.0.0.1, 10.0.0.1] }] }]
sipDomains: [a.test]
`,
      said: ['1:66 error: Cannot list address "10.0.0.1" of Edge pool "pool.test" twice'],
    },
  ];

  test.each(rows)("$why", ({ yaml, files = {}, said }) => {
    expect(saidOf(load(yaml, files))).toEqual(said);
  });
});

describe("loadDeployment() says what leads nowhere:", () => {
  const rows: readonly Row[] = [
    {
      why: "an Edge pool that is not there",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [{ name: a.test, edgePool: poo.test }]
`,
      said: [
        '2:40 error: Cannot find Edge pool "poo.test", which a SIP domain sits on: did you mean "pool.test"?',
      ],
    },
    {
      why: "an XMPP federation route to nowhere, as Get-CsSite prints it",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sites: [{ name: R, xmppFederationRoute: EdgeServer:other.example }]
sipDomains: [a.test]
`,
      said: [
        '2:41 error: Cannot find Edge pool "other.example", XMPP federation route of site "R": known are "pool.test"',
      ],
    },
    {
      why: "a site that is not there",
      yaml: `sites: [Redmond]
edgePools:
  - fqdn: pool.test
    site: Redmnd
    servers: [10.0.0.1]
sipDomains: [a.test]
`,
      said: ['4:11 error: Cannot find site "Redmnd" of Edge pool "pool.test": did you mean "Redmond"?'],
    },
    {
      why: "a site policy while no sites are given",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
externalAccessPolicies: [{ identity: Site:Redmond }]
`,
      said: [
        '3:38 error: Cannot find site "Redmond" of external access policy "Site:Redmond": none is given',
      ],
    },
    {
      why: "a granted policy that is not there; the tag prefix is optional",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
externalAccessPolicies: [{ identity: Tag:XmppUsers }]
userGroups: [{ sipDomain: a.test, policy: XmpUsers }]
`,
      said: [
        '4:43 error: Cannot find external access policy "XmpUsers" of a user group: did you mean "Tag:XmppUsers"?',
      ],
    },
    {
      why: "the global policy cannot be granted",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
userGroups: [{ sipDomain: a.test, policy: Global }]
`,
      said: [
        '3:43 error: Cannot grant "Global" to users: it holds without being granted; leave "policy" out, or name a per-user policy ("Tag:<name>")',
      ],
    },
    {
      why: "a user group of a SIP domain that is not listed",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [contoso.com, fabrikam.com]
userGroups: [{ sipDomain: contso.com }]
`,
      said: [
        '3:27 error: Cannot find SIP domain "contso.com" of a user group: did you mean "contoso.com"? Known are "contoso.com" and "fabrikam.com"',
      ],
    },
    {
      why: "two Edge pools that carry XMPP and no word on which",
      yaml: `edgePools: [{ fqdn: a.pool, servers: [10.0.0.1] }, { fqdn: b.pool, servers: [10.0.0.2] }]
sipDomains: [a.test]
`,
      said: [
        '2:14 error: Cannot choose the Edge pool of a SIP domain among "a.pool" and "b.pool": all of them carry XMPP and no site has an "xmppFederationRoute"; name one with "edgePool", here or under "defaults"',
      ],
    },
    {
      why: "XMPP is hosted in one site only, two are routed to",
      yaml: `sites: [{ name: A, xmppFederationRoute: a.pool }, { name: B, xmppFederationRoute: b.pool }]
edgePools: [{ fqdn: a.pool, servers: [10.0.0.1] }, { fqdn: b.pool, servers: [10.0.0.2] }]
sipDomains: [a.test]
`,
      said: [
        '3:14 error: Cannot choose the Edge pool of a SIP domain among "a.pool" and "b.pool": the sites route XMPP federation to different pools; name one with "edgePool", here or under "defaults"',
      ],
    },
  ];

  test.each(rows)("$why", ({ yaml, files = {}, said }) => {
    expect(saidOf(load(yaml, files))).toEqual(said);
  });
});

describe("loadDeployment() says addresses that are published:", () => {
  const rows: readonly Row[] = [
    {
      why: "the NAT side of an Edge Server must not be published",
      yaml: `accessEdge: { allowFederatedUsers: true }
xmppAllowedPartners: [p.test]
edgePools:
  - fqdn: pool.test
    xmppPort: 5269
    servers:
      - { fqdn: edge1.test, addresses: [10.45.16.10] }
sipDomains: [a.test]
`,
      said: [
        '7:41 error: Cannot publish address "10.45.16.10" of Edge Server "edge1.test": it is private (RFC 1918); give its public side under "publicAddresses", or set "allowPrivateAddresses: true" for a lab',
      ],
    },
    {
      why: "every kind of address that is of use inside only",
      yaml: `accessEdge: { allowFederatedUsers: true }
xmppAllowedPartners: [p.test]
edgePools:
  - fqdn: pool.test
    xmppPort: 5269
    servers: [127.0.0.1, "::1", fd00::1, fe80::1, 169.254.1.1, 100.64.0.1]
sipDomains: [a.test]
`,
      said: [
        '6:15 error: Cannot publish address "127.0.0.1" of Edge pool "pool.test": it is loopback (RFC 1122); give its public side under "publicAddresses", or set "allowPrivateAddresses: true" for a lab',
        '6:26 error: Cannot publish address "::1" of Edge pool "pool.test": it is loopback (RFC 4291); give its public side under "publicAddresses", or set "allowPrivateAddresses: true" for a lab',
        '6:33 error: Cannot publish address "fd00::1" of Edge pool "pool.test": it is private (RFC 4193); give its public side under "publicAddresses", or set "allowPrivateAddresses: true" for a lab',
        '6:42 error: Cannot publish address "fe80::1" of Edge pool "pool.test": it is link-local (RFC 4291); give its public side under "publicAddresses", or set "allowPrivateAddresses: true" for a lab',
        '6:51 error: Cannot publish address "169.254.1.1" of Edge pool "pool.test": it is link-local (RFC 3927); give its public side under "publicAddresses", or set "allowPrivateAddresses: true" for a lab',
        '6:64 error: Cannot publish address "100.64.0.1" of Edge pool "pool.test": it is private (RFC 6598); give its public side under "publicAddresses", or set "allowPrivateAddresses: true" for a lab',
      ],
    },
    {
      why: "a lab lives on private and loopback addresses",
      yaml: `edgePools:
  - fqdn: pool.test
    servers: [127.0.0.1, "::1", fd00::1, 100.64.0.1]
sipDomains: [a.test]
`,
      said: [],
    },
    {
      why: "link-local addresses are of no use even in a lab",
      yaml: `edgePools:
  - fqdn: pool.test
    servers: [fe80::1, 169.254.1.1]
sipDomains: [a.test]
`,
      said: [
        '3:15 error: Cannot publish address "fe80::1" of Edge pool "pool.test": it is link-local (RFC 4291); give its public side under "publicAddresses", or set "allowPrivateAddresses: true" for a lab',
        '3:24 error: Cannot publish address "169.254.1.1" of Edge pool "pool.test": it is link-local (RFC 3927); give its public side under "publicAddresses", or set "allowPrivateAddresses: true" for a lab',
      ],
    },
    {
      why: "a lab that wants to be told",
      yaml: `allowPrivateAddresses: false
edgePools:
  - fqdn: pool.test
    servers: [10.0.0.1]
sipDomains: [a.test]
`,
      said: [
        '4:15 error: Cannot publish address "10.0.0.1" of Edge pool "pool.test": it is private (RFC 1918); give its public side under "publicAddresses", or set "allowPrivateAddresses: true" for a lab',
      ],
    },
    {
      why: "allowPrivateAddresses allows them all",
      yaml: `allowPrivateAddresses: true
accessEdge: { allowFederatedUsers: true }
xmppAllowedPartners: [p.test]
edgePools:
  - fqdn: pool.test
    xmppPort: 5269
    servers: [10.0.0.1, fe80::1, 127.0.0.1]
sipDomains: [a.test]
`,
      said: [],
    },
    {
      why: "unspecified, multicast and mapped addresses are errors everywhere",
      yaml: `allowPrivateAddresses: true
edgePools:
  - fqdn: pool.test
    servers: [0.0.0.0, 224.0.0.1, 255.255.255.255, "::", ff02::1, "::ffff:10.0.0.1"]
sipDomains: [a.test]
`,
      said: [
        '4:15 error: Cannot use address "0.0.0.0" of Edge pool "pool.test": it is unspecified (RFC 1122)',
        '4:24 error: Cannot use address "224.0.0.1" of Edge pool "pool.test": it is multicast (RFC 5771)',
        '4:35 error: Cannot use address "255.255.255.255" of Edge pool "pool.test": it is reserved or broadcast (RFC 1112)',
        '4:52 error: Cannot use address "::" of Edge pool "pool.test": it is unspecified (RFC 4291)',
        '4:58 error: Cannot use address "ff02::1" of Edge pool "pool.test": it is multicast (RFC 4291)',
        '4:67 error: Cannot use address "::ffff:10.0.0.1" of Edge pool "pool.test": it is IPv4-mapped (RFC 4291), which no host can be reached at; write the IPv4 address',
      ],
    },
    {
      why: "documentation ranges are worth a note",
      yaml: `edgePools:
  - fqdn: pool.test
    servers: [203.0.113.10, "2001:db8::1"]
sipDomains: [a.test]
`,
      said: [
        '3:15 note: Address "203.0.113.10" of Edge pool "pool.test" is for documentation (RFC 5737): nobody can reach it from outside',
        '3:29 note: Address "2001:db8::1" of Edge pool "pool.test" is for documentation (RFC 3849): nobody can reach it from outside',
      ],
    },
    {
      why: "a host name in place of an address",
      yaml: `edgePools:
  - fqdn: pool.test
    servers: [prosody]
sipDomains: [a.test]
`,
      said: [
        '3:15 error: Cannot use "prosody" as address of Edge pool "pool.test": give IPv4 or IPv6 such as 203.0.113.10 or "2001:db8::10"',
      ],
    },
    {
      why: "behind NAT the public side is published, and of the other family what is global",
      yaml: `accessEdge: { allowFederatedUsers: true }
xmppAllowedPartners: [p.test]
edgePools:
  - fqdn: pool.test
    xmppPort: 5269
    servers: [{ addresses: [10.0.0.1, fd00::1, "2a00::1"], publicAddresses: [8.8.8.8] }]
sipDomains: [a.test]
`,
      said: [],
    },
    {
      why: "a public side that is private",
      yaml: `accessEdge: { allowFederatedUsers: true }
xmppAllowedPartners: [p.test]
edgePools:
  - fqdn: pool.test
    xmppPort: 5269
    servers: [{ fqdn: e.test, addresses: [10.0.0.1], publicAddresses: [10.0.0.2] }]
sipDomains: [a.test]
`,
      said: [
        '6:72 error: Cannot publish address "10.0.0.2" of Edge Server "e.test": it is private (RFC 1918); give its public side under "publicAddresses", or set "allowPrivateAddresses: true" for a lab',
      ],
    },
    {
      why: "hardware load balancing publishes the VIPs, so they must be given",
      yaml: `edgePools:
  - fqdn: pool.test
    loadBalancing: hardware
    servers: [10.0.0.1]
sipDomains: [a.test]
`,
      said: [
        '3:5 error: Cannot publish Edge pool "pool.test": it is balanced by hardware and has no "vips"; give the public virtual addresses of its Access Edge service',
      ],
    },
    {
      why: "VIPs without a hardware load balancer",
      yaml: `edgePools:
  - fqdn: pool.test
    vips: [8.8.8.8]
    servers: [10.0.0.1]
sipDomains: [a.test]
`,
      said: [
        '3:5 error: Cannot use "vips" of Edge pool "pool.test": it is balanced by DNS; set "loadBalancing: hardware" or leave them out',
      ],
    },
    {
      why: "NAT is not supported with hardware load balancing",
      yaml: `edgePools:
  - fqdn: pool.test
    loadBalancing: hardware
    vips: [8.8.8.8]
    servers: [{ fqdn: e.test, addresses: [10.0.0.1], publicAddresses: [8.8.4.4] }]
sipDomains: [a.test]
`,
      said: [
        '5:54 error: Cannot use "publicAddresses" of Edge Server "e.test": NAT is not supported with hardware load balancing; the VIPs are published',
      ],
    },
    {
      why: "a private VIP",
      yaml: `accessEdge: { allowFederatedUsers: true }
xmppAllowedPartners: [p.test]
edgePools:
  - fqdn: pool.test
    xmppPort: 5269
    loadBalancing: hardware
    vips: [10.0.0.9]
sipDomains: [a.test]
`,
      said: [
        '7:12 error: Cannot publish address "10.0.0.9" of Edge pool "pool.test": it is private (RFC 1918); NAT is not supported with hardware load balancing, so give the public VIP, or set "allowPrivateAddresses: true" for a lab',
      ],
    },
    {
      why: "draining a server behind a hardware load balancer is the balancer's business",
      yaml: `edgePools:
  - fqdn: pool.test
    loadBalancing: hardware
    vips: [8.8.8.8]
    servers: [{ fqdn: e.test, drained: true }]
sipDomains: [a.test]
`,
      said: [
        '5:31 warning: Draining Edge Server "e.test" changes nothing in the DNS: the VIPs of the hardware load balancer are published',
      ],
    },
    {
      why: "an Edge pool without servers",
      yaml: `edgePools:
  - fqdn: pool.test
    servers: []
sipDomains: [a.test]
`,
      said: [
        '3:14 error: Cannot publish Edge pool "pool.test": it has no "servers"; give the addresses of its Edge Servers',
      ],
    },
    {
      why: "the last Edge Server is never taken out",
      yaml: `edgePools:
  - fqdn: pool.test
    servers: [{ addresses: [8.8.8.8], drained: true }]
sipDomains: [a.test]
`,
      said: [
        '3:14 error: Cannot publish Edge pool "pool.test": every Edge Server of it is drained; leave one in service, or set "xmppPort: null" to take the pool out of XMPP federation',
      ],
    },
    {
      why: "an Edge Server without addresses",
      yaml: `edgePools:
  - fqdn: pool.test
    servers: [{ fqdn: e.test }]
sipDomains: [a.test]
`,
      said: ['3:15 error: Cannot publish Edge Server "e.test": give its "addresses", or drain it'],
    },
    {
      why: "nothing of a pool without XMPP is published, so its private addresses are no matter",
      yaml: `accessEdge: { allowFederatedUsers: true }
xmppAllowedPartners: [p.test]
edgePools:
  - fqdn: pool.test
    servers: [10.0.0.1]
sipDomains: [a.test]
`,
      said: [],
    },
    {
      why: "a name server's address is published too",
      yaml: `accessEdge: { allowFederatedUsers: true }
xmppAllowedPartners: [p.test]
edgePools:
  - fqdn: pool.test
    xmppPort: 5269
    servers: [8.8.8.8]
sipDomains: [a.test]
defaults: { nameServers: [{ host: ns1, addresses: [10.0.0.53] }] }
`,
      said: [
        '8:52 error: Cannot publish address "10.0.0.53" of name server "ns1": it is private (RFC 1918); give the address that resolvers reach it at, or set "allowPrivateAddresses: true" for a lab',
      ],
    },
  ];

  test.each(rows)("$why", ({ yaml, files = {}, said }) => {
    expect(saidOf(load(yaml, files))).toEqual(said);
  });
});

describe("loadDeployment() says SIP domains and partners that cannot work:", () => {
  const rows: readonly Row[] = [
    {
      why: "an SRV record points to one host",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [{ name: a.test, xmppHost: x, srvTarget: accessEdgeFqdn }]
`,
      said: [
        '2:30 error: Cannot use "xmppHost" together with "srvTarget: accessEdgeFqdn": the SRV record points to one of the two',
        '2:43 error: Cannot use "srvTarget: accessEdgeFqdn": Edge pool "pool.test" has no "accessEdgeFqdn"',
      ],
    },
    {
      why: "an Access Edge FQDN that is not given",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
defaults: { srvTarget: accessEdgeFqdn }
sipDomains: [a.test]
`,
      said: [
        '2:13 error: Cannot use "srvTarget: accessEdgeFqdn": Edge pool "pool.test" has no "accessEdgeFqdn"',
      ],
    },
    {
      why: "a standby pool has a larger priority number than the pool in service, and is another pool",
      yaml: `edgePools: [{ fqdn: a.pool, servers: [10.0.0.1] }, { fqdn: b.pool, servers: [10.0.0.2] }, { fqdn: c.pool, servers: [10.0.0.3] }]
sipDomains:
  - name: a.test
    edgePool: a.pool
    priority: 5
    standbyPools:
      - { edgePool: b.pool, priority: 5 }
      - { edgePool: c.pool, priority: 9 }
      - a.pool
`,
      said: [
        '7:9 error: Cannot use Edge pool "b.pool" as standby: its priority 5 is not larger than 5, that of the pool in service; the lowest number is tried first (RFC 2782)',
        '9:9 error: Cannot use Edge pool "a.pool" as standby: the SIP domain sits on it already',
      ],
    },
    {
      why: "standby pools have distinct priorities",
      yaml: `edgePools: [{ fqdn: a.pool, servers: [10.0.0.1] }, { fqdn: b.pool, servers: [10.0.0.2] }, { fqdn: c.pool, servers: [10.0.0.3] }]
sipDomains:
  - name: a.test
    edgePool: a.pool
    standbyPools:
      - { edgePool: b.pool, priority: 9 }
      - { edgePool: c.pool, priority: 9 }
`,
      said: ['7:9 error: Cannot use Edge pool "c.pool" as standby: another standby pool has priority 9 too'],
    },
    {
      why: "two standby pools of one site would share a host",
      yaml: `sites: [R]
edgePools: [{ fqdn: a.pool, servers: [10.0.0.1] }, { fqdn: b.pool, site: R, servers: [10.0.0.2] }, { fqdn: c.pool, site: R, servers: [10.0.0.3] }]
sipDomains:
  - name: a.test
    edgePool: a.pool
    standbyPools: [b.pool, c.pool]
`,
      said: [
        '6:28 error: Cannot use Edge pool "c.pool" as standby: its SRV record would point to the same host as another pool\'s; give it an "xmppHost" of its own',
      ],
    },
    {
      why: "the next priority is over 65535",
      yaml: `edgePools: [{ fqdn: a.pool, servers: [10.0.0.1] }, { fqdn: b.pool, servers: [10.0.0.2] }]
sipDomains: [{ name: a.test, edgePool: a.pool, priority: 65530, standbyPools: [b.pool] }]
`,
      said: [
        '2:80 error: Cannot use Edge pool "b.pool" as standby: its priority would be 65540, 65535 is the largest; give one',
      ],
    },
    {
      why: "a standby pool that could never serve",
      yaml: `edgePools: [{ fqdn: a.pool, servers: [10.0.0.1] }, { fqdn: b.pool, version: 8 }]
sipDomains: [{ name: a.test, standbyPools: [b.pool] }]
`,
      said: ['2:45 error: Cannot use Edge pool "b.pool" as standby: XMPP federation is not enabled on it'],
    },
    {
      why: "a mail address without a user",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
defaults: { soa: { mailbox: "@a.test" } }
sipDomains: [a.test]
`,
      said: [
        '2:29 error: Cannot use "@a.test" as mailbox: 1 to 63 ASCII characters are wanted before the "@", 255 octets in all',
      ],
    },
    {
      why: "SASL needs TLS, so Lync refuses this",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
xmppAllowedPartners: [{ domain: p.test, tlsNegotiation: NotSupported }]
`,
      said: [
        '3:23 error: Cannot federate with XMPP allowed partner "p.test": SASL needs TLS; set "saslNegotiation: NotSupported", or "tlsNegotiation" to Optional or Required',
      ],
    },
    {
      why: "no way left to authenticate a partner",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
xmppAllowedPartners: [{ domain: p.test, saslNegotiation: NotSupported, supportDialbackNegotiation: false }]
`,
      said: [
        '3:23 error: Cannot federate with XMPP allowed partner "p.test": neither SASL nor dialback is left to authenticate with; set "supportDialbackNegotiation: true", or "saslNegotiation" to Optional or Required',
      ],
    },
    {
      why: "the settings that Microsoft gives for Google Talk",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
xmppAllowedPartners: [{ domain: gmail.com, tlsNegotiation: NotSupported, saslNegotiation: NotSupported }]
`,
      said: [],
    },
  ];

  test.each(rows)("$why", ({ yaml, files = {}, said }) => {
    expect(saidOf(load(yaml, files))).toEqual(said);
  });
});

describe("loadDeployment() says static records and lists:", () => {
  const rows: readonly Row[] = [
    {
      why: "a bad record is told at its own line and column of the YAML file",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
zones:
  a.test:
    records: |
      www IN A 203.0.113.80
      bad IN A 300.1.1.1
`,
      said: ['7:16 error: Cannot read RDATA of A "300.1.1.1": an IPv4 address in dotted form is wanted'],
    },
    {
      why: "a bad record on the line of its key",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
zones:
  a.test:
    records: "www IN A 300.1.1.1"
`,
      said: ['5:24 error: Cannot read RDATA of A "300.1.1.1": an IPv4 address in dotted form is wanted'],
    },
    {
      why: "name servers of a SIP domain are given in one place only",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
zones:
  a.test:
    nameServers: [ns.b.test]
`,
      said: [
        '5:5 error: Cannot use "nameServers" here: "a.test" is a SIP domain, so give it there or under "defaults"',
      ],
    },
    {
      why: "a zone whose name has a blank",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
zones:
  "a b": {}
`,
      said: [
        '4:3 error: Cannot use "a b" as zone: it holds " "; letters, digits and inner hyphens are allowed (RFC 1123)',
      ],
    },
    {
      why: "a list that is not there: the place is where it is named",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: { file: none.txt }
`,
      said: ['2:21 error: Cannot read "none.txt": there is no such file'],
    },
    {
      why: "lines of a list, with comments, CRLF and an IDN",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [{ file: d.txt }, a.test]
`,
      files: { "d.txt": "# ours\r\na.test\r\n\r\n  b_c.test # bad\r\na.test\r\nbücher.test" },
      said: [
        '2:31 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:2:1 already',
        'd.txt:4:3 error: Cannot use "b_c.test" as SIP domain: it holds "_"; letters, digits and inner hyphens are allowed (RFC 1123)',
        'd.txt:5:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:2:1 already',
      ],
    },
    {
      why: "a list that is no text",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: { file: d.txt }
`,
      files: { "d.txt": "a.test\n\u0000b.test\n" },
      said: [
        "d.txt:2:1 error: Cannot read the file as text: it holds a NUL character; save it as UTF-8, or as UTF-16 with a byte order mark",
      ],
    },
    {
      why: "partners from a file",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
xmppAllowedPartners: [{ file: p.txt }]
`,
      files: { "p.txt": "p.test\nq..test\np.test\n" },
      said: [
        'p.txt:2:1 error: Cannot use "q..test" as XMPP allowed partner: it has an empty label',
        'p.txt:3:1 error: Cannot list XMPP allowed partner "p.test" twice',
      ],
    },
    {
      why: "the same SIP domain again and again",
      yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: { file: d.txt }
`,
      files: {
        "d.txt":
          "a.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\na.test\n",
      },
      said: [
        'd.txt:2:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:3:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:4:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:5:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:6:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:7:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:8:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:9:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:10:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:11:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:12:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:13:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:14:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:15:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:16:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:17:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:18:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:19:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:20:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already',
        'd.txt:21:1 error: Cannot list SIP domain "a.test" twice: it stands at d.txt:1:1 already; there may be more such SIP domains',
      ],
    },
  ];

  test.each(rows)("$why", ({ yaml, files = {}, said }) => {
    expect(saidOf(load(yaml, files))).toEqual(said);
  });
});
