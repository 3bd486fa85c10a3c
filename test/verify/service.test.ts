import { describe, expect, test } from "vitest";
import { serviceFindings } from "../../src/verify/service.ts";
import type { Conversation, Failure, Features } from "../../src/verify/stream.ts";
import { lines } from "./findings.ts";

const WHERE = "192.0.2.10:5269";
const OFFERED: Features = { starttls: "offered", dialback: false, mechanisms: [] };
const BEHIND: Features = { starttls: undefined, dialback: true, mechanisms: ["EXTERNAL"] };

function meet(conversation: Partial<Conversation>, address = "192.0.2.10") {
  return serviceFindings({
    sipDomain: "contoso.com",
    contact: { host: "xmpp.contoso.com", address, port: 5269 },
    conversation: { milliseconds: {}, ...conversation },
    now: 0,
  });
}

const CONNECTED = `fine ${WHERE}: takes connections for xmpp.contoso.com`;
const OPENED = `fine ${WHERE}: opens a stream to contoso.com`;
const TLS = `fine ${WHERE}: offers STARTTLS`;

function failing(
  stage: Failure["stage"],
  reason: string,
  more: Partial<Failure> = {},
): Partial<Conversation> {
  return { failure: { stage, reason, ...more } };
}

describe("serviceFindings()", () => {
  const rows: readonly { why: string; conversation: Partial<Conversation>; says: readonly string[] }[] = [
    {
      why: "both ways to prove an identity",
      conversation: { features: OFFERED, securedFeatures: BEHIND },
      says: [
        CONNECTED,
        OPENED,
        TLS,
        `fine ${WHERE}: after TLS offers SASL EXTERNAL and dialback to somebody without a certificate`,
      ],
    },
    {
      why: "neither",
      conversation: {
        features: { ...OFFERED, starttls: "required" },
        securedFeatures: { ...BEHIND, dialback: false, mechanisms: ["PLAIN"] },
      },
      says: [
        CONNECTED,
        OPENED,
        `fine ${WHERE}: requires STARTTLS`,
        `warning no-authentication ${WHERE}: after TLS offers neither SASL EXTERNAL nor dialback to somebody without a certificate`,
      ],
    },
    {
      why: "no STARTTLS",
      conversation: { features: { ...OFFERED, starttls: undefined } },
      says: [CONNECTED, OPENED, `broken no-starttls ${WHERE}: does not offer STARTTLS`],
    },
    {
      why: "no STARTTLS, dialback alone, as Google Talk had it",
      conversation: { features: { ...OFFERED, starttls: undefined, dialback: true } },
      says: [CONNECTED, OPENED, `broken no-starttls ${WHERE}: does not offer STARTTLS, dialback alone`],
    },
    {
      why: "refused",
      conversation: failing("connect", "connection refused", { code: "ECONNREFUSED" }),
      says: [`broken closed ${WHERE}: cannot be connected to: connection refused`],
    },
    {
      why: "filtered",
      conversation: failing("connect", "nothing within 5 s", { code: "ETIMEDOUT" }),
      says: [`broken closed ${WHERE}: cannot be connected to: nothing within 5 s`],
    },
    {
      why: "no stream",
      conversation: failing("stream", "it begins with <html>, not with a stream"),
      says: [
        CONNECTED,
        `broken no-stream ${WHERE}: takes the connection, but opens no stream: it begins with <html>, not with a stream`,
      ],
    },
    {
      why: "unknown here",
      conversation: failing("stream", "host-unknown", { condition: "host-unknown" }),
      says: [CONNECTED, `broken stream-error ${WHERE}: refuses the stream to contoso.com: host-unknown`],
    },
    {
      why: "no TLS",
      conversation: { features: OFFERED, ...failing("tls", "handshake failure") },
      says: [
        CONNECTED,
        OPENED,
        TLS,
        `broken tls-fails ${WHERE}: offers STARTTLS, but no TLS comes of it: handshake failure`,
      ],
    },
    {
      why: "a server that talks to holders of certificates alone",
      conversation: { features: OFFERED, ...failing("secured", "certificate required") },
      says: [
        CONNECTED,
        OPENED,
        TLS,
        `warning no-authentication ${WHERE}: opens no stream after TLS: certificate required`,
      ],
    },
  ];
  test.each(rows)("$why", ({ conversation, says }) => expect(lines(meet(conversation))).toEqual(says));

  test("without IPv6 nothing is said of the server", () => {
    const away = failing("connect", "no route to the network", { code: "ENETUNREACH" });
    expect(lines(meet(away, "2001:db8::10"))).toEqual([
      "skipped [2001:db8::10]:5269: not connected to: this machine has no IPv6",
    ]);
  });

  test("each stage says how long it took", () => {
    const milliseconds = { connect: 1, stream: 2, starttls: 3, tls: 4, secured: 5 };
    const findings = meet({ milliseconds, features: OFFERED, securedFeatures: BEHIND });
    expect(findings.map((finding) => finding.milliseconds)).toEqual([1, 2, 3, 5]);
  });
});
