import { describe, expect, test } from "vitest";
import { goodValue, saidOf } from "../deployment/given.ts";
import { deriveFrom, zonesOf } from "./given.ts";

interface Row {
  readonly why: string;
  readonly yaml: string;
  /** The records of each model by the apexes that share it. */
  readonly zones: Readonly<Record<string, readonly string[]>>;
  /** What is said besides that a lab's zones name localhost. */
  readonly said?: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    why: "ten lines for a lab: both SIP domains share one model",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [alpha.test, beta.test]
`,
    zones: {
      "alpha.test. beta.test.": [
        "alpha.test. 3600 IN SOA localhost. hostmaster.alpha.test. 0 3600 600 1209600 300",
        "alpha.test. 3600 IN NS localhost.",
        "_xmpp-server._tcp.alpha.test. 3600 IN SRV 0 0 5269 xmpp.alpha.test.",
        "xmpp.alpha.test. 300 IN A 10.0.0.1",
      ],
    },
  },
  {
    why: "SIP domains on two Edge pools have a model each",
    yaml: `edgePools: [{ fqdn: a.pool, accessEdgeFqdn: sip.contoso.com, servers: [10.0.0.1] }, { fqdn: b.pool, accessEdgeFqdn: sip.fabrikam.com, servers: [10.0.0.2] }]
sipDomains: [{ name: contoso.com, edgePool: a.pool }, { name: fabrikam.com, edgePool: b.pool }]
`,
    zones: {
      "contoso.com.": [
        "contoso.com. 3600 IN SOA localhost. hostmaster.contoso.com. 0 3600 600 1209600 300",
        "contoso.com. 3600 IN NS localhost.",
        "_xmpp-server._tcp.contoso.com. 3600 IN SRV 0 0 5269 xmpp.contoso.com.",
        "xmpp.contoso.com. 300 IN A 10.0.0.1",
      ],
      "fabrikam.com.": [
        "fabrikam.com. 3600 IN SOA localhost. hostmaster.fabrikam.com. 0 3600 600 1209600 300",
        "fabrikam.com. 3600 IN NS localhost.",
        "_xmpp-server._tcp.fabrikam.com. 3600 IN SRV 0 0 5269 xmpp.fabrikam.com.",
        "xmpp.fabrikam.com. 300 IN A 10.0.0.2",
      ],
    },
  },
  {
    why: "a standby pool gets an SRV record with a larger priority number and a host of its own",
    yaml: `edgePools: [{ fqdn: a.pool, accessEdgeFqdn: sip.contoso.com, servers: [10.0.0.1] }, { fqdn: b.pool, accessEdgeFqdn: sip.fabrikam.com, servers: [10.0.0.2] }]
sipDomains: [{ name: contoso.com, edgePool: a.pool, standbyPools: [b.pool] }]
`,
    zones: {
      "contoso.com.": [
        "contoso.com. 3600 IN SOA localhost. hostmaster.contoso.com. 0 3600 600 1209600 300",
        "contoso.com. 3600 IN NS localhost.",
        "_xmpp-server._tcp.contoso.com. 3600 IN SRV 0 0 5269 xmpp.contoso.com.",
        "_xmpp-server._tcp.contoso.com. 3600 IN SRV 10 0 5269 xmpp-b.contoso.com.",
        "xmpp.contoso.com. 300 IN A 10.0.0.1",
        "xmpp-b.contoso.com. 300 IN A 10.0.0.2",
      ],
    },
  },
  {
    why: "the Access Edge FQDN as target: its addresses stand once, in the zone that it lies in",
    yaml: `edgePools: [{ fqdn: a.pool, accessEdgeFqdn: sip.contoso.com, servers: [10.0.0.1] }]
defaults: { srvTarget: accessEdgeFqdn }
sipDomains: [contoso.com, fabrikam.com, litware.com]
`,
    zones: {
      "fabrikam.com. litware.com.": [
        "fabrikam.com. 3600 IN SOA localhost. hostmaster.fabrikam.com. 0 3600 600 1209600 300",
        "fabrikam.com. 3600 IN NS localhost.",
        "_xmpp-server._tcp.fabrikam.com. 3600 IN SRV 0 0 5269 sip.contoso.com.",
      ],
      "contoso.com.": [
        "contoso.com. 3600 IN SOA localhost. hostmaster.contoso.com. 0 3600 600 1209600 300",
        "contoso.com. 3600 IN NS localhost.",
        "_xmpp-server._tcp.contoso.com. 3600 IN SRV 0 0 5269 sip.contoso.com.",
        "sip.contoso.com. 300 IN A 10.0.0.1",
      ],
    },
  },
  {
    why: "a shared XMPP host in no zone of ours: others have to publish its addresses",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
defaults: { xmppHost: im.hoster.net }
sipDomains: [a.test, b.test]
`,
    zones: {
      "a.test. b.test.": [
        "a.test. 3600 IN SOA localhost. hostmaster.a.test. 0 3600 600 1209600 300",
        "a.test. 3600 IN NS localhost.",
        "_xmpp-server._tcp.a.test. 3600 IN SRV 0 0 5269 im.hoster.net.",
      ],
    },
    said: [
      '3:14 warning: SRV target "im.hoster.net" lies in no zone of ours: see to it that its addresses stand in the DNS where it does',
    ],
  },
  {
    why: "a single label stands below each SIP domain; a SIP domain can be its own XMPP host",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
defaults: { xmppHost: im }
sipDomains: [a.test, {name: b.test, xmppHost: b.test}]
`,
    zones: {
      "a.test.": [
        "a.test. 3600 IN SOA localhost. hostmaster.a.test. 0 3600 600 1209600 300",
        "a.test. 3600 IN NS localhost.",
        "_xmpp-server._tcp.a.test. 3600 IN SRV 0 0 5269 im.a.test.",
        "im.a.test. 300 IN A 10.0.0.1",
      ],
      "b.test.": [
        "b.test. 3600 IN SOA localhost. hostmaster.b.test. 0 3600 600 1209600 300",
        "b.test. 3600 IN NS localhost.",
        "b.test. 300 IN A 10.0.0.1",
        "_xmpp-server._tcp.b.test. 3600 IN SRV 0 0 5269 b.test.",
      ],
    },
  },
  {
    why: "a SIP domain below another: a zone of its own, delegated with glue; xmpp.contoso.com is both host and SIP domain",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
defaults: { nameServers: [{ host: ns1, addresses: [10.0.0.53] }] }
sipDomains: [contoso.com, emea.contoso.com, xmpp.contoso.com, fabrikam.com]
`,
    zones: {
      "emea.contoso.com. fabrikam.com.": [
        "emea.contoso.com. 3600 IN SOA ns1.emea.contoso.com. hostmaster.emea.contoso.com. 0 3600 600 1209600 300",
        "emea.contoso.com. 3600 IN NS ns1.emea.contoso.com.",
        "_xmpp-server._tcp.emea.contoso.com. 3600 IN SRV 0 0 5269 xmpp.emea.contoso.com.",
        "xmpp.emea.contoso.com. 300 IN A 10.0.0.1",
        "ns1.emea.contoso.com. 3600 IN A 10.0.0.53",
      ],
      "contoso.com.": [
        "contoso.com. 3600 IN SOA ns1.contoso.com. hostmaster.contoso.com. 0 3600 600 1209600 300",
        "contoso.com. 3600 IN NS ns1.contoso.com.",
        "_xmpp-server._tcp.contoso.com. 3600 IN SRV 0 0 5269 xmpp.contoso.com.",
        "ns1.contoso.com. 3600 IN A 10.0.0.53",
        "emea.contoso.com. 3600 IN NS ns1.emea.contoso.com.",
        "ns1.emea.contoso.com. 3600 IN A 10.0.0.53",
        "xmpp.contoso.com. 3600 IN NS ns1.xmpp.contoso.com.",
        "ns1.xmpp.contoso.com. 3600 IN A 10.0.0.53",
      ],
      "xmpp.contoso.com.": [
        "xmpp.contoso.com. 3600 IN SOA ns1.xmpp.contoso.com. hostmaster.xmpp.contoso.com. 0 3600 600 1209600 300",
        "xmpp.contoso.com. 3600 IN NS ns1.xmpp.contoso.com.",
        "xmpp.contoso.com. 300 IN A 10.0.0.1",
        "_xmpp-server._tcp.xmpp.contoso.com. 3600 IN SRV 0 0 5269 xmpp.xmpp.contoso.com.",
        "xmpp.xmpp.contoso.com. 300 IN A 10.0.0.1",
        "ns1.xmpp.contoso.com. 3600 IN A 10.0.0.53",
      ],
    },
  },
  {
    why: "pinpoint layout: the SRV owner and the XMPP host are zones, nothing else is",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [{ name: contoso.com, zoneLayout: pinpoint, nameServers: [{ host: ns1.contoso.com, addresses: [10.0.0.53] }] }]
`,
    zones: {
      "_xmpp-server._tcp.contoso.com.": [
        "_xmpp-server._tcp.contoso.com. 3600 IN SOA ns1.contoso.com. hostmaster.contoso.com. 0 3600 600 1209600 300",
        "_xmpp-server._tcp.contoso.com. 3600 IN NS ns1.contoso.com.",
        "_xmpp-server._tcp.contoso.com. 3600 IN SRV 0 0 5269 xmpp.contoso.com.",
      ],
      "xmpp.contoso.com.": [
        "xmpp.contoso.com. 3600 IN SOA ns1.contoso.com. hostmaster.contoso.com. 0 3600 600 1209600 300",
        "xmpp.contoso.com. 3600 IN NS ns1.contoso.com.",
        "xmpp.contoso.com. 300 IN A 10.0.0.1",
      ],
    },
  },
  {
    why: "pinpoint layout with the Access Edge FQDN: its addresses stand in the parent zone anyway",
    yaml: `edgePools: [{ fqdn: a.pool, accessEdgeFqdn: sip.contoso.com, servers: [10.0.0.1] }]
sipDomains: [{ name: contoso.com, zoneLayout: pinpoint, srvTarget: accessEdgeFqdn }]
`,
    zones: {
      "_xmpp-server._tcp.contoso.com.": [
        "_xmpp-server._tcp.contoso.com. 3600 IN SOA localhost. hostmaster.contoso.com. 0 3600 600 1209600 300",
        "_xmpp-server._tcp.contoso.com. 3600 IN NS localhost.",
        "_xmpp-server._tcp.contoso.com. 3600 IN SRV 0 0 5269 sip.contoso.com.",
      ],
    },
  },
  {
    why: "pinpoint layout below a zone of ours, which delegates the two",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [contoso.com, { name: emea.contoso.com, zoneLayout: pinpoint }]
`,
    zones: {
      "_xmpp-server._tcp.emea.contoso.com.": [
        "_xmpp-server._tcp.emea.contoso.com. 3600 IN SOA localhost. hostmaster.emea.contoso.com. 0 3600 600 1209600 300",
        "_xmpp-server._tcp.emea.contoso.com. 3600 IN NS localhost.",
        "_xmpp-server._tcp.emea.contoso.com. 3600 IN SRV 0 0 5269 xmpp.emea.contoso.com.",
      ],
      "contoso.com.": [
        "contoso.com. 3600 IN SOA localhost. hostmaster.contoso.com. 0 3600 600 1209600 300",
        "contoso.com. 3600 IN NS localhost.",
        "_xmpp-server._tcp.contoso.com. 3600 IN SRV 0 0 5269 xmpp.contoso.com.",
        "xmpp.contoso.com. 300 IN A 10.0.0.1",
        "_xmpp-server._tcp.emea.contoso.com. 3600 IN NS localhost.",
        "xmpp.emea.contoso.com. 3600 IN NS localhost.",
      ],
      "xmpp.emea.contoso.com.": [
        "xmpp.emea.contoso.com. 3600 IN SOA localhost. hostmaster.emea.contoso.com. 0 3600 600 1209600 300",
        "xmpp.emea.contoso.com. 3600 IN NS localhost.",
        "xmpp.emea.contoso.com. 300 IN A 10.0.0.1",
      ],
    },
  },
  {
    why: "SRV 0 0 0 . while a SIP domain is not enabled, where that is wanted; pinpoint zones stay, as they are delegated",
    yaml: `edgePools: [{ fqdn: pool.test, version: 8, servers: [10.0.0.1] }]
defaults: { notEnabled: refuse }
sipDomains: [a.test, { name: b.test, notEnabled: none }, { name: c.test, zoneLayout: pinpoint }]
`,
    zones: {
      "a.test.": [
        "a.test. 3600 IN SOA localhost. hostmaster.a.test. 0 3600 600 1209600 300",
        "a.test. 3600 IN NS localhost.",
        "_xmpp-server._tcp.a.test. 3600 IN SRV 0 0 0 .",
      ],
      "b.test.": [
        "b.test. 3600 IN SOA localhost. hostmaster.b.test. 0 3600 600 1209600 300",
        "b.test. 3600 IN NS localhost.",
      ],
      "_xmpp-server._tcp.c.test.": [
        "_xmpp-server._tcp.c.test. 3600 IN SOA localhost. hostmaster.c.test. 0 3600 600 1209600 300",
        "_xmpp-server._tcp.c.test. 3600 IN NS localhost.",
        "_xmpp-server._tcp.c.test. 3600 IN SRV 0 0 0 .",
      ],
      "xmpp.c.test.": [
        "xmpp.c.test. 3600 IN SOA localhost. hostmaster.c.test. 0 3600 600 1209600 300",
        "xmpp.c.test. 3600 IN NS localhost.",
      ],
    },
  },
  {
    why: "static records: NS at the apex takes the place of localhost, and a zone of its own beside the SIP domains",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test]
zones:
  a.test:
    records: |
      @ NS ns1.a.test.
      ns1 A 10.0.0.53
      www 60 A 10.0.0.80
      www A 10.0.0.81
  other.test:
    ttl: 60
    nameServers: [{ host: ns1, addresses: [10.0.0.54] }]
    soa: { serial: 7, mailbox: a.b@other.test }
    records: www A 10.0.0.80
`,
    zones: {
      "a.test.": [
        "a.test. 3600 IN SOA ns1.a.test. hostmaster.a.test. 0 3600 600 1209600 300",
        "a.test. 3600 IN NS ns1.a.test.",
        "_xmpp-server._tcp.a.test. 3600 IN SRV 0 0 5269 xmpp.a.test.",
        "xmpp.a.test. 300 IN A 10.0.0.1",
        "ns1.a.test. 3600 IN A 10.0.0.53",
        "www.a.test. 60 IN A 10.0.0.80",
        "www.a.test. 60 IN A 10.0.0.81",
      ],
      "other.test.": [
        "other.test. 60 IN SOA ns1.other.test. a\\.b.other.test. 7 3600 600 1209600 300",
        "other.test. 60 IN NS ns1.other.test.",
        "ns1.other.test. 60 IN A 10.0.0.54",
        "www.other.test. 60 IN A 10.0.0.80",
      ],
    },
    said: [
      '9:7 warning: Took TTL 60 for all A records of "www.a.test": 3600 here and 60 before differ, one TTL is wanted in an RRset (RFC 2181 §5.2)',
    ],
  },
  {
    why: "a name server's addresses stand in the zone that it lies in",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a.test, { name: b.test, nameServers: [{ host: ns1.a.test, addresses: [10.0.0.53] }] }]
`,
    zones: {
      "b.test.": [
        "b.test. 3600 IN SOA ns1.a.test. hostmaster.b.test. 0 3600 600 1209600 300",
        "b.test. 3600 IN NS ns1.a.test.",
        "_xmpp-server._tcp.b.test. 3600 IN SRV 0 0 5269 xmpp.b.test.",
        "xmpp.b.test. 300 IN A 10.0.0.1",
      ],
      "a.test.": [
        "a.test. 3600 IN SOA localhost. hostmaster.a.test. 0 3600 600 1209600 300",
        "a.test. 3600 IN NS localhost.",
        "_xmpp-server._tcp.a.test. 3600 IN SRV 0 0 5269 xmpp.a.test.",
        "xmpp.a.test. 300 IN A 10.0.0.1",
        "ns1.a.test. 3600 IN A 10.0.0.53",
      ],
    },
  },
  {
    why: "SOA values, TTLs and a fixed serial",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
defaults: { soa: { serial: 5, primary: ns1, minimum: 5 }, ttl: 30, hostTtl: 5, nameServers: [{host: ns1, addresses: [10.0.0.53]}] }
sipDomains: [a.test, b.test]
`,
    zones: {
      "a.test. b.test.": [
        "a.test. 30 IN SOA ns1.a.test. hostmaster.a.test. 5 3600 600 1209600 5",
        "a.test. 30 IN NS ns1.a.test.",
        "_xmpp-server._tcp.a.test. 30 IN SRV 0 0 5269 xmpp.a.test.",
        "xmpp.a.test. 5 IN A 10.0.0.1",
        "ns1.a.test. 30 IN A 10.0.0.53",
      ],
    },
  },
  {
    why: "an IDN becomes its A-label",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [ümlaut.example]
`,
    zones: {
      "xn--mlaut-jva.example.": [
        "xn--mlaut-jva.example. 3600 IN SOA localhost. hostmaster.xn--mlaut-jva.example. 0 3600 600 1209600 300",
        "xn--mlaut-jva.example. 3600 IN NS localhost.",
        "_xmpp-server._tcp.xn--mlaut-jva.example. 3600 IN SRV 0 0 5269 xmpp.xn--mlaut-jva.example.",
        "xmpp.xn--mlaut-jva.example. 300 IN A 10.0.0.1",
      ],
    },
  },
];

describe("derive() makes zones:", () => {
  test.each(ROWS)("$why", ({ yaml, zones, said = [] }) => {
    const derived = deriveFrom(yaml);
    expect(zonesOf(goodValue(derived))).toEqual(zones);
    expect(saidOf(derived).filter(isNotOfLocalhost)).toEqual(said);
  });
});

const BAD_ROWS: readonly Omit<Row, "zones">[] = [
  {
    why: "one host cannot have the addresses of two Edge pools",
    yaml: `edgePools: [{ fqdn: a.pool, accessEdgeFqdn: sip.contoso.com, servers: [10.0.0.1] }, { fqdn: b.pool, accessEdgeFqdn: sip.fabrikam.com, servers: [10.0.0.2] }]
sipDomains: [{ name: contoso.com, edgePool: a.pool, xmppHost: im.contoso.com }, { name: fabrikam.com, edgePool: b.pool, xmppHost: im.contoso.com }]
`,
    said: [
      '2:81 error: Cannot give host "im.contoso.com" the addresses of Edge pool "b.pool": it has the addresses of Edge pool "a.pool" already, and one name has one set of addresses',
    ],
  },
  {
    why: "what pinpoint layout leaves elsewhere cannot be served here",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [{ name: contoso.com, zoneLayout: pinpoint, xmppHost: contoso.com }]
zones: { contoso.com: {} }
`,
    said: [
      '3:10 error: Cannot serve zone "contoso.com": the SIP domain has "zoneLayout: pinpoint", which leaves that zone where it is; set "zoneLayout: apex", or give the records there',
      '2:14 error: Cannot use SIP domain "contoso.com" as its own XMPP host: "zoneLayout: pinpoint" leaves that name where it is; give another "xmppHost"',
    ],
  },
  {
    why: "static records that get in the way of derived ones, each at its place",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [{ name: a.test, nameServers: [ns.b.test] }, emea.a.test]
zones:
  a.test:
    records: |
      _xmpp-server._tcp SRV 0 0 5269 x.a.test.
      xmpp CNAME www
      @ CNAME www
      @ SOA a. b. 1 1 1 1 1
      @ NS ns.c.test.
      www.b.test. A 10.0.0.1
      www.emea A 10.0.0.1
      _tcp NS ns.c.test.
      @ DNAME c.test.
      emea DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000
      alias CNAME www
      _sip._tls SRV 0 0 443 alias
`,
    said: [
      '6:7 error: Cannot serve the static record "_xmpp-server._tcp.a.test SRV": that RRset is derived from the deployment (XMPP federation of SIP domain "a.test", d.yaml:2:14); leave one of the two out, or say which holds with "onConflict"',
      '7:7 error: Cannot serve the static record "xmpp.a.test CNAME": the name has derived addresses (the addresses of Edge pool "pool.test", d.yaml:2:14), and an SRV or NS target must never be an alias (RFC 2782, RFC 2181 §10.3)',
      '8:7 error: Cannot serve the static record "a.test CNAME": an alias stands alone, and the name has a derived SOA record (zone "a.test", d.yaml:2:14)',
      '10:7 error: Cannot serve the static record "a.test NS": the name servers are given under "nameServers", d.yaml:2:44; leave one of the two out, or say which holds with "onConflict"',
      '11:7 error: Cannot serve the static record "www.b.test A": it lies outside of zone "a.test"',
      '12:7 error: Cannot serve the static record "www.emea.a.test A": it lies in zone "emea.a.test", which is a zone of its own here; give it there',
      '13:7 error: Cannot serve the static record "_tcp.a.test NS": it would hide "_xmpp-server._tcp.a.test SRV", which is derived from the deployment (XMPP federation of SIP domain "a.test", d.yaml:2:14); leave one of the two out, or say which holds with "onConflict"',
      '14:7 error: Cannot serve the static record "a.test DNAME": it would hide "_xmpp-server._tcp.a.test SRV", which is derived from the deployment (XMPP federation of SIP domain "a.test", d.yaml:2:14); leave one of the two out, or say which holds with "onConflict"',
      '17:7 error: Cannot serve "_sip._tls.a.test SRV": its target "alias.a.test" is an alias (CNAME), and an SRV target must never be one (RFC 2782)',
    ],
  },
  {
    why: "an alias at a target that lies in another zone of ours",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [{ name: a.test, xmppHost: im.b.test }, b.test]
zones:
  b.test:
    records: |
      im CNAME www
`,
    said: [
      '6:7 error: Cannot serve the static record "im.b.test CNAME": the name has derived addresses (the addresses of Edge pool "pool.test", d.yaml:2:14), and an SRV or NS target must never be an alias (RFC 2782, RFC 2181 §10.3)',
    ],
  },
  {
    why: "a name server in our zones needs addresses",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
defaults: { nameServers: [ns1.a.test, ns2] }
sipDomains: [a.test, b.test]
`,
    said: [
      '2:27 error: Cannot serve zone "b.test": its name server "ns1.a.test" lies in zone "a.test" and has no addresses; give its "addresses"',
      '2:39 error: Cannot serve zone "b.test": its name server "ns2.b.test" lies in zone "b.test" and has no addresses; give its "addresses"',
      '2:27 error: Cannot serve zone "a.test": its name server "ns1.a.test" lies in zone "a.test" and has no addresses; give its "addresses"',
      '2:39 error: Cannot serve zone "a.test": its name server "ns2.a.test" lies in zone "a.test" and has no addresses; give its "addresses"',
    ],
  },
  {
    why: "the SRV owner would be over 255 octets",
    yaml: `edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]
sipDomains: [a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a.test]
`,
    said: [
      '2:14 error: Cannot make a zone for "a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a2345678.a…": the longest name in it would have more than 255 octets on the wire',
    ],
  },
];

describe("derive() refuses:", () => {
  test.each(BAD_ROWS)("$why", ({ yaml, said }) => {
    const derived = deriveFrom(yaml);
    expect(derived.ok).toBe(false);
    expect(saidOf(derived).filter(isNotOfLocalhost)).toEqual(said);
  });
});

function isNotOfLocalhost(line: string): boolean {
  return !line.includes('"localhost" as name server');
}
