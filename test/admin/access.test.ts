import { describe, expect, test } from "vitest";
import { type AccessPolicy, type RequestFacts, refusalOf } from "../../src/admin/access.ts";

const OPEN: AccessPolicy = { hosts: [], token: undefined, tokenFor: "remote" };
const TOKEN = "correct-horse-battery-staple";
const GUARDED: AccessPolicy = { hosts: ["dns.example.net"], token: TOKEN, tokenFor: "remote" };
const FOR_ALL: AccessPolicy = { ...GUARDED, tokenFor: "all" };

type Given = Partial<Omit<RequestFacts, "headers">> & { readonly headers?: RequestFacts["headers"] };

function statusOf(given: Given, policy: AccessPolicy): number | undefined {
  const headers = { host: "127.0.0.1:8053", ...given.headers };
  return refusalOf({ method: "GET", route: "/", remoteAddress: "127.0.0.1", ...given, headers }, policy)
    ?.status;
}

const post: Given = { method: "POST", route: "/api/v1/reload" };
const away: Given = { remoteAddress: "192.0.2.9" };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString("base64")}` });

interface Case {
  readonly why: string;
  readonly given: Given;
  readonly policy?: AccessPolicy;
  readonly status: number | undefined;
}

const granted = undefined;

describe("refusalOf() looks at the Host, against DNS rebinding", () => {
  const cases: Case[] = [
    { why: "an IPv4 address", given: { headers: { host: "192.0.2.1:8053" } }, status: granted },
    { why: "an IPv6 address", given: { headers: { host: "[::1]:8053" } }, status: granted },
    { why: "localhost", given: { headers: { host: "LocalHost" } }, status: granted },
    { why: "somebody's name", given: { headers: { host: "evil.example:8053" } }, status: 421 },
    {
      why: "a name that begins as ours",
      given: { headers: { host: "localhost.evil.example" } },
      status: 421,
    },
    { why: "no Host", given: { headers: { host: undefined } }, status: 400 },
    { why: "two in one", given: { headers: { host: "127.0.0.1, evil.example" } }, status: 421 },
    {
      why: "a name that was set",
      given: { headers: { host: "dns.example.net" } },
      policy: GUARDED,
      status: granted,
    },
    { why: "a probe, by any name", given: { route: "/healthz", headers: { host: "pod" } }, status: granted },
    { why: "metrics by any name", given: { route: "/metrics", headers: { host: "pod" } }, status: 421 },
  ];
  test.each(cases)("$why", ({ given, policy, status }) => {
    expect(statusOf(given, policy ?? OPEN)).toBe(status);
  });
});

describe("refusalOf() keeps other origins from changing anything", () => {
  const from = (headers: RequestFacts["headers"]): Given => ({ ...post, headers });
  const cases: Case[] = [
    { why: "no browser", given: post, status: granted },
    {
      why: "our own page",
      given: from({ origin: "http://127.0.0.1:8053", "sec-fetch-site": "same-origin" }),
      status: granted,
    },
    {
      why: "another site's form",
      given: from({ origin: "https://evil.example", "sec-fetch-site": "cross-site" }),
      status: 403,
    },
    { why: "another port of this machine", given: from({ origin: "http://127.0.0.1:3000" }), status: 403 },
    { why: "the same by Fetch Metadata alone", given: from({ "sec-fetch-site": "same-site" }), status: 403 },
    { why: "a sandboxed frame", given: from({ origin: "null" }), status: 403 },
    { why: "looking is no change", given: { headers: { origin: "https://evil.example" } }, status: granted },
  ];
  test.each(cases)("$why", ({ given, status }) => {
    expect(statusOf(given, OPEN)).toBe(status);
  });
});

describe("refusalOf() asks for the token", () => {
  const cases: Case[] = [
    { why: "nobody on this machine", given: post, policy: GUARDED, status: granted },
    { why: "nor over IPv6", given: { ...post, remoteAddress: "::1" }, policy: GUARDED, status: granted },
    {
      why: "nor mapped",
      given: { ...post, remoteAddress: "::ffff:127.0.0.1" },
      policy: GUARDED,
      status: granted,
    },
    {
      why: "who comes through a proxy here",
      given: { ...post, headers: { "x-forwarded-for": "192.0.2.9" } },
      policy: GUARDED,
      status: 401,
    },
    ...["forwarded", "via", "x-real-ip", "x-forwarded-proto", "x-forwarded-host"].map((name) => ({
      why: `who comes through a proxy here that says ${name}`,
      given: { ...post, headers: { [name]: "192.0.2.9" } },
      policy: GUARDED,
      status: 401,
    })),
    { why: "everybody, where that is wanted", given: post, policy: FOR_ALL, status: 401 },
    { why: "also for a look", given: {}, policy: FOR_ALL, status: 401 },
    { why: "but probes", given: { route: "/readyz" }, policy: FOR_ALL, status: granted },
    { why: "who has it", given: { headers: bearer(TOKEN) }, policy: FOR_ALL, status: granted },
    {
      why: "who asked what is not shown elsewhere without one",
      given: { ...away, route: "/api/v1/lab/queries" },
      status: 403,
    },
    { why: "it is here", given: { route: "/api/v1/lab/queries" }, status: granted },
    { why: "a change from elsewhere", given: { ...post, ...away }, policy: GUARDED, status: 401 },
    { why: "a look from elsewhere", given: away, policy: GUARDED, status: 401 },
    { why: "but no probe", given: { ...away, route: "/readyz" }, policy: GUARDED, status: granted },
    { why: "and no Prometheus", given: { ...away, route: "/metrics" }, policy: GUARDED, status: granted },
    {
      why: "the right one",
      given: { ...post, ...away, headers: bearer(TOKEN) },
      policy: GUARDED,
      status: granted,
    },
    {
      why: "the right one as password",
      given: { ...post, ...away, headers: basic(`me:${TOKEN}`) },
      policy: GUARDED,
      status: granted,
    },
    {
      why: "a wrong one",
      given: { ...post, ...away, headers: bearer(`${TOKEN}x`) },
      policy: GUARDED,
      status: 401,
    },
    {
      why: "an empty one",
      given: { ...post, ...away, headers: { authorization: "Bearer " } },
      policy: GUARDED,
      status: 401,
    },
    {
      why: "a scheme of no kind",
      given: { ...post, ...away, headers: { authorization: TOKEN } },
      policy: GUARDED,
      status: 401,
    },
    {
      why: "none is set: no change from elsewhere",
      given: { ...post, ...away, headers: bearer("undefined") },
      status: 403,
    },
    { why: "none is set: a look is free", given: away, status: granted },
  ];
  test.each(cases)("$why", ({ given, policy, status }) => {
    expect(statusOf(given, policy ?? OPEN)).toBe(status);
  });
});

test.each(["wrong", " a b", "a\tb"])("refusalOf() says of %j that it is a wrong token", (token) => {
  const headers = { host: "127.0.0.1", ...bearer(token) };
  const facts = { method: "GET", route: "/", remoteAddress: "127.0.0.1", headers };
  expect(refusalOf(facts, FOR_ALL)).toMatchObject({ status: 401, event: "wrong-token" });
});
