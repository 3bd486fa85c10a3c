/** The layout of the counters: families apart, sizes in CoreDNS's buckets, sums that leave nothing out. */

import { describe, expect, test } from "vitest";
import {
  COUNTER,
  countersOf,
  countReply,
  countRequest,
  MESSAGE_SIZES,
  makeCounters,
} from "../../src/transport/counters.ts";
import { readCounters, tcpCountsOf } from "../../src/transport/counts.ts";
import { familyOf } from "../../src/transport/ip-address.ts";
import { message } from "./echo-server.ts";

describe("countRequest() finds the bucket of", () => {
  test.each([
    [0, 0],
    [1, 100],
    [100, 100],
    [101, 200],
    [511, 511],
    [512, 1023],
    [1232, 2047],
    [4096, 8291],
    [64_000, 64_000],
    [65_535, Number.POSITIVE_INFINITY],
  ])("%d octets: up to %d", (length, bound) => {
    const counters = makeCounters();
    countRequest(counters, length);
    const { requestSizes, octetsIn, received } = tcpCountsOf(counters);
    expect(requestSizes.map((count, bucket) => [MESSAGE_SIZES[bucket], count])).toEqual(
      MESSAGE_SIZES.map((size) => [size, size === bound ? 1 : 0]),
    );
    expect({ octetsIn, received }).toEqual({ octetsIn: length, received: 1 });
  });
});

describe("countersOf()", () => {
  test("gives each family counters of its own, none of them outside", () => {
    const counters = makeCounters();
    countersOf(counters, "ipv4").fill(1);
    countersOf(counters, "ipv6").fill(2);
    expect(counters).toHaveLength(2 * COUNTER.LENGTH);
    expect(new Set(counters.subarray(0, COUNTER.LENGTH))).toEqual(new Set([1]));
    expect(new Set(counters.subarray(COUNTER.LENGTH))).toEqual(new Set([2]));
  });
});

describe("readCounters()", () => {
  test("sums threads, and families to what all clients had", () => {
    const [first, second, tcp] = [makeCounters(), makeCounters(), makeCounters()];
    for (const thread of [first, second]) countReply(countersOf(thread, "ipv4"), message(300), 0, 300);
    countReply(countersOf(second, "ipv6"), message(40), 0, 40);
    countRequest(countersOf(tcp, "ipv6"), 50);
    const { udp, ipv4, ipv6, tcp: overTcp } = readCounters([first, second], tcp);
    expect(udp).toMatchObject({ replies: 3, octetsOut: 640 });
    expect(ipv4.udp).toMatchObject({ replies: 2, octetsOut: 600 });
    expect(ipv6.udp).toMatchObject({ replies: 1, octetsOut: 40 });
    expect(udp.replySizes).toEqual(ipv4.udp.replySizes.map((n, at) => n + (ipv6.udp.replySizes[at] ?? 0)));
    expect([overTcp.received, ipv4.tcp.received, ipv6.tcp.received]).toEqual([1, 0, 1]);
  });
});

test.each([
  ["127.0.0.1", "ipv4"],
  ["0.0.0.0", "ipv4"],
  ["::", "ipv6"],
  ["fe80::1%eth0", "ipv6"],
])("familyOf() says that a socket on %s is of %s", (address, family) => {
  expect(familyOf(address)).toBe(family);
});
