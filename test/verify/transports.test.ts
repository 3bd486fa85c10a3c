import { describe, expect, test } from "vitest";
import type { Reply } from "../../src/probe/dns-client.ts";
import { Asker } from "../../src/verify/asker.ts";
import { examineTransports } from "../../src/verify/transports.ts";
import { answer, failing, SILENT, STILL } from "./dns.ts";
import { lines } from "./findings.ts";

const NAME = "_xmpp-server._tcp.contoso.com";
const ONE = `${NAME} 60 SRV 0 0 5269 xmpp.contoso.com`;
const OTHER = `${NAME} 60 SRV 5 0 5269 other.contoso.com`;
const BOTH = answer(ONE, OTHER);
const withOpt = (reply: Reply): Reply => (reply.kind === "reply" ? { ...reply, hasEdns: true } : reply);
const cut = (reply: Reply): Reply =>
  reply.kind === "reply" ? { ...reply, answers: [], truncated: true } : reply;

const TCP_FINE = "fine 192.0.2.53: answers the same over TCP";
const EDNS_FINE = "fine 192.0.2.53: answers with EDNS";

describe("examineTransports()", () => {
  const rows: readonly { why: string; udp?: Reply; tcp?: Reply; edns?: Reply; says: readonly string[] }[] = [
    { why: "all is well", says: [TCP_FINE, EDNS_FINE] },
    { why: "records in another order", tcp: answer(OTHER, ONE), says: [TCP_FINE, EDNS_FINE] },
    {
      why: "no TCP",
      tcp: { kind: "silence", reason: "connection refused", code: "ECONNREFUSED" },
      says: ["broken tcp-fails 192.0.2.53: does not answer over TCP: connection refused", EDNS_FINE],
    },
    {
      why: "another server on TCP",
      tcp: failing(5),
      says: [
        'broken tcp-differs 192.0.2.53: says over TCP "REFUSED", over UDP "0 0 5269 xmpp.contoso.com; 5 0 5269 other.contoso.com"',
        EDNS_FINE,
      ],
    },
    {
      why: "truncated: TCP has the whole",
      udp: cut(BOTH),
      says: [
        "warning truncated 192.0.2.53: truncates the answer at 512 octets; some XMPP servers have no TCP for DNS and fail",
        TCP_FINE,
        EDNS_FINE,
      ],
    },
    {
      why: "EDNS dropped",
      edns: SILENT,
      says: [TCP_FINE, "warning edns-fails 192.0.2.53: does not take EDNS: no answer within 5 s"],
    },
    {
      why: "EDNS not understood",
      edns: failing(1),
      says: [TCP_FINE, "warning edns-fails 192.0.2.53: does not take EDNS: FORMERR"],
    },
    {
      why: "EDNS passed over",
      edns: BOTH,
      says: [TCP_FINE, "warning edns-fails 192.0.2.53: does not take EDNS: an answer without OPT"],
    },
  ];
  test.each(rows)("$why", async ({ udp = BOTH, tcp = BOTH, edns = withOpt(BOTH), says }) => {
    const clients = { udp: async () => udp, tcp: async () => tcp, edns: async () => edns };
    const asker = new Asker({ clients, timeout: 1, clock: STILL });
    expect(lines(await examineTransports({ address: "192.0.2.53", port: 53 }, NAME, asker))).toEqual(says);
  });

  test("without IPv6 nothing is said of the server", async () => {
    const away = async (): Promise<Reply> => ({ kind: "silence", reason: "no", code: "ENETUNREACH" });
    const asker = new Asker({ clients: { udp: away, tcp: away, edns: away }, timeout: 1, clock: STILL });
    expect(lines(await examineTransports({ address: "2001:db8::53", port: 53 }, NAME, asker))).toEqual([
      "skipped 2001:db8::53: not asked: this machine has no IPv6",
    ]);
  });
});
