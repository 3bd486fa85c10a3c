/**
 * What XMPP servers and their resolvers ask of a lab, and what they need to hear: each row is a failure or a
 * delay that was measured with Prosody 0.12 (with and without lua-unbound), ejabberd 23 or Unbound.
 */

import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { type DnsServer, startServer } from "../../src/api.ts";
import { derive } from "../../src/records/derive.ts";
import { good, goodValue } from "../deployment/given.ts";
import { askUdp, TcpClient } from "../transport/clients.ts";
import { runCases } from "./cases.ts";
import { decodeMessage } from "./decoder.ts";
import { ask, exchange, requestOf, snapshotOf } from "./harness.ts";

const LAB = `
edgePools:
  - { fqdn: prosody.test, servers: [10.0.0.1, "fd99::1"], services: { directTls: true, clients: true, clientsDirectTls: true }, components: [conference, upload] }
  - { fqdn: ejabberd.test, servers: [10.0.0.2] }
defaults: { ttl: 5, hostTtl: 5, soa: { minimum: 5 } }
sipDomains:
  - { name: alpha.test, edgePool: prosody.test }
  - { name: beta.test, edgePool: ejabberd.test }
  - { name: ümlaut.test, edgePool: ejabberd.test }
zones:
  beta.test:
    records: |
      _xmpps-server._tcp SRV 0 0 0 .
      www CNAME xmpp.alpha.test.
`;

const SERIAL = 1;
const snapshot = snapshotOf(goodValue(derive(good(LAB))).groups, SERIAL);

const soa = (zone: string) => `${zone}. 5 SOA localhost. hostmaster.${zone}. ${SERIAL} 3600 600 1209600 5`;
const srv = (owner: string, port: number) => `${owner}. 5 SRV 0 0 ${port} xmpp.alpha.test.`;
const V4 = "xmpp.alpha.test. 5 A 10.0.0.1";
const V6 = "xmpp.alpha.test. 5 AAAA fd99::1";

describe("services that were chosen", () => {
  const rows = [
    ["_xmpp-server._tcp.alpha.test", 5269, "federation: all servers (RFC 6120 §3.2)"],
    ["_xmpps-server._tcp.alpha.test", 5270, "direct TLS: asked first by Prosody and ejabberd (XEP-0368)"],
    ["_xmpp-client._tcp.alpha.test", 5222, "clients log in by domain; prosodyctl check dns"],
    ["_xmpps-client._tcp.alpha.test", 5223, "clients over direct TLS; compliance checkers"],
    ["_xmpp-server._tcp.conference.alpha.test", 5269, "a component federates on its own"],
    ["_xmpps-server._tcp.conference.alpha.test", 5270, "and over direct TLS"],
    ["_xmpp-server._tcp.upload.alpha.test", 5269, "each component does"],
  ] as const;
  runCases(
    snapshot,
    rows.map(([owner, port, why]) => ({
      why,
      ask: `${owner}. SRV`,
      rcode: "NOERROR",
      answer: [srv(owner, port)],
      additional: [V4, V6],
    })),
  );
  runCases(snapshot, [
    {
      why: "a component's name has addresses: file upload, proxies, servers that find no SRV",
      ask: "upload.alpha.test. A",
      rcode: "NOERROR",
      answer: ["upload.alpha.test. 5 A 10.0.0.1"],
    },
    {
      why: "it exists for every type",
      ask: "conference.alpha.test. SRV",
      rcode: "NOERROR",
      authority: [soa("alpha.test")],
    },
    {
      why: "clients do not log in to components",
      ask: "_xmpp-client._tcp.conference.alpha.test. SRV",
      rcode: "NXDOMAIN",
      authority: [soa("alpha.test")],
    },
  ]);
});

describe("3: services that were not chosen are denied with a SOA record, never SERVFAIL (6 s a message)", () => {
  const rows = [
    ["_xmpps-server._tcp.xn--mlaut-jva.test. SRV", "asked for every message"],
    ["_xmpp-client._tcp.xn--mlaut-jva.test. SRV", "prosodyctl check dns"],
    ["_xmpps-client._tcp.xn--mlaut-jva.test. SRV", "prosodyctl check dns"],
    ["_jabber._tcp.xn--mlaut-jva.test. SRV", "last resort of Openfire and jabberd2"],
    ["_xmppconnect.xn--mlaut-jva.test. TXT", "obsolete (XEP-0156)"],
    ["_xmpp-server._tcp.conference.xn--mlaut-jva.test. SRV", "a component that is none"],
  ] as const;
  runCases(
    snapshot,
    rows.map(([question, why]) => ({
      why,
      ask: question,
      rcode: "NXDOMAIN",
      authority: [soa("xn--mlaut-jva.test")], // 10: its minimum is the delay after a domain is added
    })),
  );
});

describe("names, types and flags", () => {
  runCases(snapshot, [
    {
      why: '2: the root, asked where a target is ".": REFUSED, fast',
      ask: ". A",
      rcode: "REFUSED",
      replyFlags: "QR RD",
    },
    {
      why: "2: ejabberd's own host name at its start, 17 s where nobody answers",
      ask: "vm. A",
      rcode: "REFUSED",
      replyFlags: "QR RD",
    },
    {
      why: "2: Tigase's probe at its start",
      ask: "hit-nxdomain.opendns.com. A",
      rcode: "REFUSED",
      replyFlags: "QR RD",
    },
    ...["NULL", "TLSA", "DNSKEY", "HTTPS", "NAPTR"].map((type) => ({
      why: "2: types of DANE and others, NODATA",
      ask: `xmpp.alpha.test. ${type}`,
      rcode: "NOERROR",
      authority: [soa("alpha.test")],
    })),
    {
      why: "2: trust anchor signal of lua-unbound (RFC 8145)",
      ask: "_ta-6035.alpha.test. NULL",
      rcode: "NXDOMAIN",
      authority: [soa("alpha.test")],
    },
    {
      why: "4: AAAA of a target with IPv4 alone is NODATA",
      ask: "xmpp.beta.test. AAAA",
      rcode: "NOERROR",
      authority: [soa("beta.test")],
    },
    {
      why: "4: _tcp is an empty non-terminal, which Unbound asks for on its way (RFC 8020)",
      ask: "_tcp.alpha.test. A",
      rcode: "NOERROR",
      authority: [soa("alpha.test")],
    },
    {
      why: "4: the SRV owner has no address",
      ask: "_xmpp-server._tcp.alpha.test. A",
      rcode: "NOERROR",
      authority: [soa("alpha.test")],
    },
    {
      why: "7: EDNS with DO is answered with OPT, as lua-unbound asks",
      ask: "xmpp.alpha.test. A",
      edns: { payloadSize: 1232, flags: 0x8000, options: { 65001: new Uint8Array(3) } },
      rcode: "NOERROR",
      answer: [V4],
      opt: [],
    },
    {
      why: "8: an alias is followed into another zone of ours: nobody else will",
      ask: "www.beta.test. A",
      rcode: "NOERROR",
      answer: ["www.beta.test. 5 CNAME xmpp.alpha.test.", V4],
    },
    {
      why: "9: authoritative, no recursion, without RD too",
      ask: "xmpp.alpha.test. A",
      flags: 0,
      replyFlags: "QR AA",
      rcode: "NOERROR",
      answer: [V4],
    },
    {
      why: "13: a target of the root says that there is no direct TLS, and has no addresses",
      ask: "_xmpps-server._tcp.beta.test. SRV",
      rcode: "NOERROR",
      answer: ["_xmpps-server._tcp.beta.test. 5 SRV 0 0 0 ."],
    },
    {
      why: "15: ümlaut.test on the wire",
      ask: "_xmpp-server._tcp.xn--mlaut-jva.test. SRV",
      rcode: "NOERROR",
      answer: ["_xmpp-server._tcp.xn--mlaut-jva.test. 5 SRV 0 0 5269 xmpp.xn--mlaut-jva.test."],
      additional: ["xmpp.xn--mlaut-jva.test. 5 A 10.0.0.2"],
    },
  ]);
});

describe("octets", () => {
  const mixed = "_xmpp-seRvEr._tcp.aLPHa.TEst. SRV";

  test("1: id, RD and the question come back octet for octet, case included (Prosody's own resolver, use-caps-for-id)", () => {
    const request = requestOf({ ask: mixed, id: 0xbeef });
    const reply = exchange(snapshot, request);
    expect(reply.subarray(0, 2)).toEqual(request.subarray(0, 2));
    expect((reply[2] ?? 0) & 1).toBe(1);
    expect(reply.subarray(12, request.length)).toEqual(request.subarray(12));
  });

  test("14: the target of an SRV record is not compressed (RFC 2782)", () => {
    const reply = Buffer.from(exchange(snapshot, requestOf({ ask: mixed })));
    expect(reply.includes("\x04xmpp\x05alpha\x04test\x00", "latin1")).toBe(true);
  });

  test("13: nor is the root", () => {
    const reply = Buffer.from(exchange(snapshot, requestOf({ ask: "_xmpps-server._tcp.beta.test. SRV" })));
    expect(reply.includes("\x00\x07\x00\x00\x00\x00\x00\x00\x00", "latin1")).toBe(true);
  });

  test("6: 8 SRV records with 16 addresses fit in 512 octets without TC: Prosody's own resolver has no TCP", () => {
    const pools = Array.from({ length: 8 }, (_, at) => ({
      fqdn: `p${at}.test`,
      servers: [`10.0.${at}.1`, `10.0.${at}.2`],
    }));
    const [, ...standby] = pools.map(({ fqdn }, at) => ({ edgePool: fqdn, xmppHost: `e${at}` }));
    const yaml = JSON.stringify({
      edgePools: pools,
      sipDomains: [{ name: "a.test", edgePool: "p0.test", xmppHost: "e0", standbyPools: standby }],
    });
    const reply = ask(snapshotOf(goodValue(derive(good(yaml))).groups), {
      ask: "_xmpp-server._tcp.a.test. SRV",
    });
    expect(reply?.flags).toBe("QR AA RD");
    expect(reply?.answer).toHaveLength(8);
    expect(reply?.length).toBeLessThanOrEqual(512);
  });
});

describe("on sockets", () => {
  async function startLab(listen = ["127.0.0.1"]): Promise<DnsServer> {
    const server = await startServer({ deployment: parse(LAB), listen });
    onTestFinished(() => server.close());
    return server;
  }

  test("5, 16: TCP on the port of UDP, on IPv6 too", async () => {
    const server = await startLab(["127.0.0.1", "::1"]);
    const request = requestOf({ ask: "xmpp.alpha.test. A" });
    for (const address of ["127.0.0.1", "::1"]) {
      expect(decodeMessage(await askUdp(address, server.port, request)).answer).toEqual([V4]);
      const client = await TcpClient.open(address, server.port);
      client.send(request);
      expect(decodeMessage(await client.next()).answer).toEqual([V4]);
    }
  });

  test("12, 17: a set-up through Unbound is 24 queries at once from one address, and each is answered", async () => {
    const server = await startLab();
    const questions = Array.from({ length: 24 }, (_, at) =>
      requestOf({ ask: "_xmpp-server._tcp.alpha.test. SRV", id: at }),
    );
    const replies = await Promise.all(
      questions.map((question) => askUdp("127.0.0.1", server.port, question)),
    );
    expect(new Set(replies.map((reply) => decodeMessage(reply).flags))).toEqual(new Set(["QR AA RD"]));
  });

  test("11: an update loses no query that is asked meanwhile", async () => {
    const server = await startLab();
    const asked = Array.from({ length: 20 }, (_, at) =>
      askUdp("127.0.0.1", server.port, requestOf({ ask: "xmpp.beta.test. A", id: at })),
    );
    await server.update({
      edgePools: [{ fqdn: "p.test", servers: ["10.0.0.9"] }],
      sipDomains: ["beta.test"],
    });
    const last = await askUdp("127.0.0.1", server.port, requestOf({ ask: "xmpp.beta.test. A" }));
    expect(await Promise.all(asked)).toHaveLength(20);
    expect(decodeMessage(last).answer).toEqual(["xmpp.beta.test. 300 A 10.0.0.9"]);
  });
});
