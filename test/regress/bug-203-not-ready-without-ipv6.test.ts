/**
 * Bug 203: in a container without IPv6, as Docker makes them, "::" could be listened on but ::1 not be asked, so
 * /readyz said 503 for good while `healthcheck` found all well.
 */

import { expect, test } from "vitest";
import type { Ask, Reply } from "../../src/probe/dns-client.ts";
import { findSilence } from "../../src/probe/silence.ts";

const SERVED: Reply = {
  kind: "reply",
  rcode: 0,
  authoritative: true,
  truncated: false,
  answers: [],
  authorities: [],
  hasEdns: false,
};
const NO_IPV6: Reply = { kind: "silence", reason: "connect EADDRNOTAVAIL ::1:53", code: "EADDRNOTAVAIL" };
const CLOSED: Reply = { kind: "silence", reason: "connection refused", code: "ECONNREFUSED" };

interface Case {
  readonly why: string;
  readonly listening: readonly string[];
  /** What is heard over IPv4 and IPv6. */
  readonly ipv4: Reply;
  readonly ipv6: Reply;
  readonly silent: readonly string[];
}

const cases: Case[] = [
  { why: "both families", listening: ["0.0.0.0", "::"], ipv4: SERVED, ipv6: SERVED, silent: [] },
  {
    why: "no IPv6, but a socket on ::",
    listening: ["0.0.0.0", "::"],
    ipv4: SERVED,
    ipv6: NO_IPV6,
    silent: [],
  },
  {
    why: "a fault is not hidden by the family that is not there",
    listening: ["0.0.0.0", "::"],
    ipv4: CLOSED,
    ipv6: NO_IPV6,
    silent: ["UDP 127.0.0.1 connection refused", "TCP 127.0.0.1 connection refused"],
  },
  {
    why: "nothing can be asked at all",
    listening: ["::"],
    ipv4: SERVED,
    ipv6: NO_IPV6,
    silent: ["UDP ::1 connect EADDRNOTAVAIL ::1:53", "TCP ::1 connect EADDRNOTAVAIL ::1:53"],
  },
  {
    why: "an address that was named must answer",
    listening: ["192.0.2.53", "2001:db8::53"],
    ipv4: SERVED,
    ipv6: NO_IPV6,
    silent: [
      "UDP 2001:db8::53 connect EADDRNOTAVAIL ::1:53",
      "TCP 2001:db8::53 connect EADDRNOTAVAIL ::1:53",
    ],
  },
];

test.each(cases)("findSilence(): $why", async ({ listening, ipv4, ipv6, silent }) => {
  const ask: Ask = async ({ address }) => (address.includes(":") ? ipv6 : ipv4);
  const endpoints = listening.map((address) => ({ address, port: 53 }));
  const found = await findSilence(endpoints, "contoso.com", { udp: ask, tcp: ask });
  expect(
    found.map(({ transport, endpoint, reason }) => `${transport} ${endpoint.address} ${reason}`),
  ).toEqual(silent);
});
