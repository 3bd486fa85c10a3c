/** /readyz named hosts, Edge Servers and faults to whoever asked: without the token, and by a name that was rebound. */

import { once } from "node:events";
import { get } from "node:http";
import { describe, expect, test } from "vitest";
import type { AccessPolicy } from "../../src/admin/access.ts";
import type { AdminSources } from "../../src/admin/sources.ts";
import { openFor, STATE, sourcesOf } from "../admin/given.ts";

const TOKEN = "correct-horse-battery";
const REMOTE: AccessPolicy = { hosts: ["dns.example.net"], token: undefined, tokenFor: "remote" };
const WITH_TOKEN: AccessPolicy = { ...REMOTE, token: TOKEN };
const FOR_ALL: AccessPolicy = { ...WITH_TOKEN, tokenFor: "all" };

const READY: Partial<AdminSources> = { state: () => ({ ...STATE, isCurrent: false }) };
const NOT_READY: Partial<AdminSources> = { ...READY, probe: async () => ["no answer from 192.0.2.53:53"] };

type Headers = Readonly<Record<string, string>>;

async function readiness(given: Partial<AdminSources>, policy: AccessPolicy, headers: Headers) {
  const { port } = await openFor(sourcesOf(given), policy);
  const request = get({ host: "127.0.0.1", port, path: "/readyz", headers, agent: false });
  const [response] = await once(request, "response");
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, text };
}

interface Case {
  readonly why: string;
  readonly policy: AccessPolicy;
  readonly headers: Headers;
}

const away = { "x-forwarded-for": "192.0.2.9" };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const STRANGERS: readonly Case[] = [
  { why: "a foreign Host", policy: REMOTE, headers: { host: "evil.example:8053" } },
  { why: "a foreign Host with the token", policy: FOR_ALL, headers: { host: "pod", ...bearer(TOKEN) } },
  { why: "nobody's token where all need one", policy: FOR_ALL, headers: {} },
  { why: "a wrong token", policy: FOR_ALL, headers: bearer("wrong") },
  { why: "another machine without the token", policy: WITH_TOKEN, headers: away },
];

const OTHERS: readonly Case[] = [
  { why: "this machine", policy: WITH_TOKEN, headers: {} },
  { why: "a name that was set", policy: REMOTE, headers: { host: "dns.example.net" } },
  { why: "another machine where no token is set", policy: REMOTE, headers: away },
  { why: "another machine with the token", policy: WITH_TOKEN, headers: { ...away, ...bearer(TOKEN) } },
];

describe("/readyz says no more than its status", () => {
  test.each(STRANGERS)("to $why", async ({ policy, headers }) => {
    const ready = await readiness(READY, policy, headers);
    expect([ready.status, JSON.parse(ready.text)]).toEqual([200, { status: "ready" }]);
    const other = await readiness(NOT_READY, policy, headers);
    expect([other.status, JSON.parse(other.text)]).toEqual([
      503,
      {
        type: "about:blank",
        title: "Service Unavailable",
        status: 503,
        detail: "Not ready: who may look at /api/v1/status is told why",
      },
    ]);
  });
});

describe("/readyz says why and what to know", () => {
  test.each(OTHERS)("to $why", async ({ policy, headers }) => {
    const ready = await readiness(READY, policy, headers);
    expect([ready.status, JSON.parse(ready.text)]).toEqual([
      200,
      { status: "ready", remarks: ["the deployment on disk is broken; the last good version is served"] },
    ]);
    const other = await readiness(NOT_READY, policy, headers);
    expect([other.status, JSON.parse(other.text)]).toEqual([
      503,
      expect.objectContaining({ reasons: ["no answer from 192.0.2.53:53"], remarks: expect.any(Array) }),
    ]);
  });
});
