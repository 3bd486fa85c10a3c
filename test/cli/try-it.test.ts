import { expect, test } from "vitest";
import { describeEndpoints, digLines } from "../../src/cli/try-it.ts";

const on = (port: number, ...addresses: string[]) => addresses.map((address) => ({ address, port }));

const cases: { why: string; endpoints: ReturnType<typeof on>; lines: string[]; said: string }[] = [
  {
    why: "one line an address",
    endpoints: on(5300, "127.0.0.1", "::1"),
    lines: [
      "dig @127.0.0.1 -p 5300 _xmpp-server._tcp.contoso.com SRV",
      "dig @::1 -p 5300 _xmpp-server._tcp.contoso.com SRV",
    ],
    said: "127.0.0.1 and ::1, port 5300",
  },
  {
    why: "nobody can ask 0.0.0.0, and 53 is where dig asks",
    endpoints: on(53, "0.0.0.0", "::"),
    lines: ["dig @127.0.0.1 _xmpp-server._tcp.contoso.com SRV", "dig @::1 _xmpp-server._tcp.contoso.com SRV"],
    said: "0.0.0.0 and ::, port 53",
  },
  {
    why: "the same line once",
    endpoints: on(53, "0.0.0.0", "127.0.0.1"),
    lines: ["dig @127.0.0.1 _xmpp-server._tcp.contoso.com SRV"],
    said: "0.0.0.0 and 127.0.0.1, port 53",
  },
  {
    why: "two ports",
    endpoints: [...on(53, "192.0.2.1"), ...on(54, "192.0.2.2")],
    lines: [
      "dig @192.0.2.1 _xmpp-server._tcp.contoso.com SRV",
      "dig @192.0.2.2 -p 54 _xmpp-server._tcp.contoso.com SRV",
    ],
    said: "192.0.2.1, port 53; 192.0.2.2, port 54",
  },
];

test.each(cases)("digLines() and describeEndpoints(): $why", ({ endpoints, lines, said }) => {
  expect(digLines(endpoints, "contoso.com")).toEqual(lines);
  expect(describeEndpoints(endpoints)).toBe(said);
});
