/** A key that is there twice, or one value of the wrong shape, hid all that was wrong elsewhere. */

import { expect, test } from "vitest";
import { saidWhileBuilding } from "./given.ts";

test.each([
  {
    why: "a key that is there twice",
    yaml: "zones: { a.test: {} }\nzones: { -.test: {} }\nsipDomain: []\n",
    said: [
      "2:1 error: Cannot use the same key twice in one map: remove one of the two",
      '2:10 error: Cannot use "-.test" as zone: its label "-" begins or ends with a hyphen; letters, digits and inner hyphens are allowed (RFC 1123)',
      '3:1 error: Cannot use unknown key "sipDomain": did you mean "sipDomains"?',
    ],
  },
  {
    why: "a second document",
    yaml: "zones: { -.test: {} }\n---\na: 1\n",
    said: [
      '1:10 error: Cannot use "-.test" as zone: its label "-" begins or ends with a hyphen; letters, digits and inner hyphens are allowed (RFC 1123)',
      '2:1 error: Cannot read more than one YAML document: remove "---" and what follows',
    ],
  },
  {
    why: "an item of the wrong shape is left out, and nobody is blamed for naming it",
    yaml: `edgePools:
  - { fqdn: a.pool, xmppPort: yes, servers: [192.0.2.1] }
  - { fqdn: b.pool, servers: [192.0.2.300] }
sipDomains: [{ name: a.test, edgePool: a.pool }, { name: b_.test, edgePool: b.pool }]
sites: [{ xmppFederationRoute: a.pool }]
userGroups: [{ sipDomain: a.test, site: Redmond }]
`,
    said: [
      '2:31 error: Cannot use "yes" as "xmppPort": give a whole number from 1 to 65535',
      '3:31 error: Cannot use "192.0.2.300" as address of Edge pool "b.pool": give IPv4 or IPv6 such as 203.0.113.10 or "2001:db8::10"',
      '4:58 error: Cannot use "b_.test" as SIP domain: it holds "_"; letters, digits and inner hyphens are allowed (RFC 1123)',
      '5:9 error: Cannot leave out "name": give the name of a site',
    ],
  },
  {
    why: "an address that is none, beside zones that are wrong: what hangs on the rest is not guessed at",
    yaml: `edgePools: [{ fqdn: a.pool, servers: [192.0.2.300] }]
zones:
  a.test:
    records: |
      x CNAME y
      x CNAME z
      @ MX 10 x
      y NS ns.y
`,
    said: [
      '1:39 error: Cannot use "192.0.2.300" as address of Edge pool "a.pool": give IPv4 or IPv6 such as 203.0.113.10 or "2001:db8::10"',
      '6:7 error: Cannot serve "x.a.test CNAME": it has 2 records, one is allowed',
      '7:7 error: Cannot serve "a.test MX": its target "x.a.test" is an alias (CNAME), and an MX target must never be one (RFC 2181 §10.3)',
    ],
  },
])("$why", ({ yaml, said }) => {
  expect(saidWhileBuilding(yaml)).toEqual(said);
});
