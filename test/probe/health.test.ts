import { describe, expect, test } from "vitest";
import type { Ask, Reply } from "../../src/probe/dns-client.ts";
import { type Clients, checkHealth, type HealthQuestion, type ZoneToAsk } from "../../src/probe/health.ts";
import { reachable } from "../../src/probe/reachable.ts";
import { bare, framed, tcpServer, udpServer, withSoa } from "./loose-server.ts";

const SERVED: Reply = {
  kind: "reply",
  rcode: 0,
  authoritative: true,
  truncated: false,
  answers: [{ name: "contoso.com", type: 6, ttl: 60, serial: 7 }],
  authorities: [],
  hasEdns: false,
};
const NODATA: Reply = { ...SERVED, answers: [] };
const REFUSED: Reply = { ...NODATA, rcode: 5, authoritative: false };
const LOST: Reply = { kind: "silence", reason: "no answer within 1.2 s", code: "ETIMEDOUT" };
const CLOSED: Reply = { kind: "silence", reason: "connection refused", code: "ECONNREFUSED" };
const NO_IPV6: Reply = { kind: "silence", reason: "connect EADDRNOTAVAIL ::1:53", code: "EADDRNOTAVAIL" };

const WANTED: ZoneToAsk = { kind: "wanted", zone: "contoso.com" };
const SUPPOSED: ZoneToAsk = { kind: "supposed", zone: "contoso.com" };
const UNKNOWN: ZoneToAsk = { kind: "unknown", reason: "config/deployment.yaml does not load" };

/** Clients that hear the given replies, one after the other, on every address. */
function hearing(udp: readonly Reply[], tcp: readonly Reply[]): Clients {
  const play = (replies: readonly Reply[]): Ask => {
    let turn = 0;
    return async () => replies[Math.min(turn++, replies.length - 1)] ?? LOST;
  };
  return { udp: play(udp), tcp: play(tcp) };
}

interface Case {
  readonly why: string;
  readonly ask: ZoneToAsk;
  readonly udp: readonly Reply[];
  readonly tcp: readonly Reply[];
  readonly healthy: boolean;
  readonly sentence: string;
}

const WHERE = "over UDP and TCP on 127.0.0.1, port 53";

describe("checkHealth()", () => {
  const cases: Case[] = [
    {
      why: "our SOA over both",
      ask: SUPPOSED,
      udp: [SERVED],
      tcp: [SERVED],
      healthy: true,
      sentence: `Healthy: SOA of contoso.com, serial 7, ${WHERE}`,
    },
    {
      why: "one datagram lost: asked again",
      ask: SUPPOSED,
      udp: [LOST, SERVED],
      tcp: [SERVED],
      healthy: true,
      sentence: `Healthy: SOA of contoso.com, serial 7, ${WHERE}`,
    },
    {
      why: "UDP dead",
      ask: SUPPOSED,
      udp: [LOST],
      tcp: [SERVED],
      healthy: false,
      sentence:
        "Unhealthy: asked port 53 for SOA of contoso.com: no answer within 1.2 s over UDP from 127.0.0.1",
    },
    {
      why: "nobody there",
      ask: SUPPOSED,
      udp: [LOST],
      tcp: [CLOSED],
      healthy: false,
      sentence:
        "Unhealthy: asked port 53 for SOA of contoso.com: no answer within 1.2 s over UDP from 127.0.0.1; connection refused over TCP from 127.0.0.1",
    },
    {
      why: "a broken file on disk, the last good one served: another zone is refused, and that is life",
      ask: SUPPOSED,
      udp: [REFUSED],
      tcp: [REFUSED],
      healthy: true,
      sentence: `Alive: answers ${WHERE}, but not for contoso.com: it serves another version of the deployment`,
    },
    {
      why: "a zone that somebody asked for must be served",
      ask: WANTED,
      udp: [REFUSED],
      tcp: [SERVED],
      healthy: false,
      sentence: "Unhealthy: asked port 53 for SOA of contoso.com: REFUSED over UDP from 127.0.0.1",
    },
    {
      why: "no zone known: REFUSED is an answer",
      ask: UNKNOWN,
      udp: [REFUSED],
      tcp: [REFUSED],
      healthy: true,
      sentence: `Alive: answers ${WHERE}; no zone asked for, because config/deployment.yaml does not load`,
    },
    {
      why: "SERVFAIL is none of our answers",
      ask: SUPPOSED,
      udp: [{ ...NODATA, rcode: 2 }],
      tcp: [SERVED],
      healthy: false,
      sentence: "Unhealthy: asked port 53 for SOA of contoso.com: SERVFAIL over UDP from 127.0.0.1",
    },
    {
      why: "the SOA is missing",
      ask: SUPPOSED,
      udp: [NODATA],
      tcp: [SERVED],
      healthy: false,
      sentence:
        "Unhealthy: asked port 53 for SOA of contoso.com: an answer without the SOA over UDP from 127.0.0.1",
    },
    {
      why: "a resolver has our port",
      ask: SUPPOSED,
      udp: [{ ...SERVED, authoritative: false }],
      tcp: [SERVED],
      healthy: false,
      sentence:
        "Unhealthy: asked port 53 for SOA of contoso.com: an answer without authority (another DNS server?) over UDP from 127.0.0.1",
    },
  ];
  test.each(cases)("$why", async ({ ask, udp, tcp, healthy, sentence }) => {
    const question: HealthQuestion = { listen: ["0.0.0.0"], port: 53, ask };
    expect(await checkHealth(question, hearing(udp, tcp))).toEqual({ healthy, sentence });
  });

  const byFamily = (v4: Reply, v6: Reply): Clients => {
    const ask: Ask = async ({ address }) => (address.includes(":") ? v6 : v4);
    return { udp: ask, tcp: ask };
  };

  test("passes over :: on a machine without IPv6, as long as something answers", async () => {
    const question: HealthQuestion = { listen: ["0.0.0.0", "::"], port: 53, ask: SUPPOSED };
    expect(await checkHealth(question, byFamily(SERVED, NO_IPV6))).toEqual({
      healthy: true,
      sentence: `Healthy: SOA of contoso.com, serial 7, ${WHERE}`,
    });
  });

  test("does not pass over an IPv6 address that was named, nor over all there is", async () => {
    const named: HealthQuestion = { listen: ["0.0.0.0", "2001:db8::1"], port: 53, ask: SUPPOSED };
    expect((await checkHealth(named, byFamily(SERVED, NO_IPV6))).healthy).toBe(false);
    const alone: HealthQuestion = { listen: ["::"], port: 53, ask: SUPPOSED };
    expect((await checkHealth(alone, byFamily(SERVED, NO_IPV6))).healthy).toBe(false);
  });

  test("asks a real socket over UDP and finds TCP closed", async () => {
    const port = await udpServer((query) => withSoa(query));
    const { healthy, sentence } = await checkHealth({ listen: ["127.0.0.1"], port, ask: WANTED });
    expect(healthy).toBe(false);
    expect(sentence).toMatch(/: connection refused over TCP from 127\.0\.0\.1$/);
  });

  test("asks a real socket over TCP", async () => {
    const port = await tcpServer((socket) =>
      socket.once("data", (query: Buffer) => void socket.write(framed(bare(query.subarray(2), 5)))),
    );
    const { udp } = hearing([REFUSED], []);
    const { askOverTcp: tcp } = await import("../../src/probe/dns-client.ts");
    expect((await checkHealth({ listen: ["127.0.0.1"], port, ask: UNKNOWN }, { udp, tcp })).healthy).toBe(
      true,
    );
  });
});

test("reachable() gives loopback for all addresses of a family", () => {
  expect(["0.0.0.0", "::", "0:0:0:0:0:0:0:0", "::1", "192.0.2.1", "2001:db8::"].map(reachable)).toEqual([
    "127.0.0.1",
    "::1",
    "::1",
    "::1",
    "192.0.2.1",
    "2001:db8::",
  ]);
});
