/** Edge Servers by host name and health checks, as the deployment file speaks of them. */

import { describe, expect, test } from "vitest";
import { loadDeployment } from "../../src/deployment/load.ts";
import type { Observations } from "../../src/deployment/observations.ts";
import { formatAddress } from "../../src/dns/address.ts";
import { filesOf, good, goodValue, load, saidOf } from "./given.ts";

const pool = (words: string) => `edgePools: [{ fqdn: a.pool, ${words} }]\nsipDomains: [a.test]\n`;

describe("a file that cannot be meant so is refused:", () => {
  test.each([
    {
      words: "servers: [{ host: prosody alpha }]",
      said: '1:47 error: Cannot use "prosody alpha" as host of Edge pool "a.pool": letters, digits, hyphens, underscores and dots are allowed',
    },
    {
      words: "servers: [{ host: 10.0.0.1 }]",
      said: '1:47 error: Cannot use "10.0.0.1" as host of Edge pool "a.pool": it is an address; give it under "addresses"',
    },
    {
      words: "servers: [{ host: prosody, addresses: [10.0.0.1] }]",
      said: '1:47 error: Cannot use "host" "prosody" of Edge pool "a.pool" together with "addresses" or "publicAddresses": give one or the other',
    },
    {
      words: "servers: [10.0.0.1], health: { check: http }",
      said: '1:67 error: Cannot use "http" as "check": give "tcp" or "xmpp"',
    },
    {
      words: "servers: [10.0.0.1], health: { interval: 0 }",
      said: '1:70 error: Cannot use 0 as "interval": give seconds from 1 to 3600',
    },
    {
      words: "servers: [10.0.0.1], health: { down: 1.5 }",
      said: '1:66 error: Cannot use 1.5 as "down": give a whole number from 1 to 100',
    },
  ])("$words", ({ words, said }) =>
    expect(saidOf(load(pool(words))).filter((line) => !line.includes("note:"))).toEqual([said]),
  );
});

test("checks have usual values", () => {
  const [edgePool] = good(pool("servers: [10.0.0.1], health: {}")).edgePools;
  expect(edgePool?.health).toEqual({ check: "tcp", interval: 5, timeout: 2, down: 3, up: 2 });
});

describe("the TTL of addresses that may change at any time is", () => {
  const NOTE = (seconds: number) =>
    `1:13 note: Addresses of Edge pool "a.pool" live ${seconds} s in caches instead of 300: they may change at any time; "maximumHostTtl" of the pool sets another limit`;
  test.each([
    { words: "servers: [10.0.0.1]", ttl: 300, minimum: 300, said: [] },
    { words: "servers: [10.0.0.1], health: {}", ttl: 30, minimum: 300, said: [NOTE(30)] },
    { words: "servers: [10.0.0.1], health: {}, maximumHostTtl: 10", ttl: 10, minimum: 300, said: [NOTE(10)] },
    { words: "servers: [10.0.0.1], health: {}, maximumHostTtl: 600", ttl: 300, minimum: 300, said: [] },
    { words: "servers: [{ host: prosody_1 }]", ttl: 30, minimum: 30, said: [NOTE(30)] },
  ])("$ttl s with $words", ({ words, ttl, minimum, said }) => {
    const loaded = load(pool(words));
    expect(saidOf(loaded)).toEqual(said);
    const [sipDomain] = goodValue(loaded).sipDomains;
    expect(sipDomain?.options).toMatchObject({ hostTtl: ttl, soa: { minimum } });
  });
});

describe("the addresses of host names", () => {
  const seen = (addresses: readonly string[], lastGood: readonly string[] = []): Observations => ({
    hostNamed: () => ({ addresses, lastGood, fault: undefined }),
    isDown: () => false,
  });
  const loadSeeing = (observations: Observations, more = "") =>
    loadDeployment(
      "d.yaml",
      filesOf({ "d.yaml": pool("servers: [{ host: prosody }]") + more }),
      observations,
    );

  test.each([
    { why: "private ones in a lab", addresses: ["10.0.0.1", "fd99::1"], published: ["10.0.0.1", "fd99::1"] },
    { why: "those that are fit among others", addresses: ["10.0.0.1", "fe80::1"], published: ["10.0.0.1"] },
    { why: "the last good ones where none is", addresses: ["0.0.0.0"], published: ["10.0.0.9"] },
    { why: "no address at all is no error", addresses: [], lastGood: [], published: [] },
  ])("$why", ({ addresses, lastGood = ["10.0.0.9"], published }) => {
    const [edgePool] = goodValue(loadSeeing(seen(addresses, lastGood))).edgePools;
    expect(edgePool?.publishedAddresses.map(({ octets }) => formatAddress(octets))).toEqual(published);
  });

  test("private ones are a warning where they are not allowed", () => {
    const said = saidOf(loadSeeing(seen(["10.0.0.1"], ["192.0.2.1"]), "allowPrivateAddresses: false\n"));
    expect(said.filter((line) => line.includes("warning"))).toEqual([
      '1:47 warning: Cannot publish address "10.0.0.1", which host "prosody" of Edge pool "a.pool" resolves to: it is private (RFC 1918); its other or last good addresses stay; set "allowPrivateAddresses: true" for a lab',
    ]);
  });
});
