/** Bug 268: page, API and readiness hid host names that do not resolve, and servers that are down. */

import { describe, expect, test } from "vitest";
import type { AdminSources } from "../../src/admin/sources.ts";
import { NOW, openFor, sourcesOf } from "../admin/given.ts";

const POOL = "edge.alpha.test";
const deployment = (server: object) => ({
  edgePools: [{ fqdn: POOL, servers: [server], health: {} }],
  sipDomains: ["alpha.test"],
});
const FAULT = "no such name";
const vanished = { host: "prosody", addresses: ["192.0.2.1"], fault: FAULT };
const unknown = { host: "prosody", addresses: [], fault: FAULT };
const STAYS = 'host "prosody" does not resolve (no such name); its last addresses stay: 192.0.2.1';
const IN_NONE = 'host "prosody" does not resolve (no such name); it is in no answer until it does';
const health = (state: "up" | "down", address = "192.0.2.1") => ({
  ...{ pool: POOL, server: "s.test", address, port: 5269, state, since: NOW, changes: 1 },
  reason: state === "down" ? "refused" : undefined,
});
const LAST =
  'Edge Server "s.test" (192.0.2.1), port 5269, of Edge pool "edge.alpha.test" is down: refused; it stays in the answers, as all of its address family in the pool are down';

interface Case {
  readonly why: string;
  readonly given: Partial<AdminSources>;
  readonly remarks: readonly string[];
}

const cases: Case[] = [
  { why: "all is well", given: { edgeHealth: () => [health("up")] }, remarks: [] },
  { why: "a name has vanished", given: { hostNames: () => [vanished] }, remarks: [STAYS] },
  { why: "a name was never there", given: { hostNames: () => [unknown] }, remarks: [IN_NONE] },
  {
    why: "the last server is down; another family does not count",
    given: { edgeHealth: () => [health("down"), health("up", "2001:db8::1")] },
    remarks: [LAST],
  },
  {
    why: "one of two servers is down",
    given: { edgeHealth: () => [health("down"), health("up", "192.0.2.2")] },
    remarks: [LAST.replace(/it stays.*/, "it is out of the answers")],
  },
  {
    why: "answers are wrong on purpose",
    given: { labFaults: () => [{ id: "servfail" }, { id: "late" }] },
    remarks: ['answers are wrong on purpose: lab faults "servfail", "late"'],
  },
];

describe.each(cases)("where $why", ({ given, remarks }) => {
  test("readiness says so, and stays ready", async () => {
    const { url } = await openFor(sourcesOf(given));
    const response = await fetch(`${url}/readyz`);
    expect([response.status, await response.json()]).toEqual([200, { status: "ready", remarks }]);
  });

  test("the page's verdict is not that all is well", async () => {
    const { url } = await openFor(sourcesOf(given));
    const page = await (await fetch(url)).text();
    const [verdict = ""] = /<div class="verdict.*?<\/div>/s.exec(page) ?? [];
    expect(verdict.startsWith(`<div class="verdict ${remarks.length > 0 ? "warning" : "good"}"`)).toBe(true);
    const text = verdict.replaceAll("&quot;", '"').toLowerCase();
    for (const remark of remarks) expect(text).toContain(remark.toLowerCase());
  });
});

test("many remarks are told by their number", async () => {
  const hostNames = () => Array.from({ length: 50 }, (_, at) => ({ ...unknown, host: `h${at}` }));
  const { url } = await openFor(sourcesOf({ hostNames }));
  const { remarks } = JSON.parse(await (await fetch(`${url}/readyz`)).text());
  expect([remarks.length, remarks.at(-1)]).toEqual([21, "and 30 more of that kind"]);
});

test("the page says of each row what its host name resolves to, and where SRV records lead nowhere", async () => {
  const sources = (given: Partial<AdminSources>) => sourcesOf(given, deployment({ host: "prosody" }));
  const pageOf = async (given: Partial<AdminSources>) =>
    (await (await fetch((await openFor(sources(given))).url)).text()).replaceAll("&quot;", '"');
  const page = await pageOf({ hostNames: () => [unknown] });
  expect(page).toContain(
    `<th scope="row" class="dns">prosody</th><td class="dns">–</td><td class="dns">–</td><td><span class="badge off">not published</span> <span class="badge bad">${IN_NONE}</span></td>`,
  );
  expect(page).toContain("SRV records lead to a name that does not exist");
  expect(
    await pageOf({ hostNames: () => [{ host: "prosody", addresses: ["10.0.0.1"], fault: undefined }] }),
  ).toContain("none of the addresses that its host has may be published: 10.0.0.1");
});

test("the page names a server by its FQDN and its host", async () => {
  const { url } = await openFor(sourcesOf({}, deployment({ fqdn: "edge1.alpha.test", host: "prosody" })));
  expect(await (await fetch(url)).text()).toContain(
    '<th scope="row" class="dns">edge1.alpha.test <span class="host">host prosody</span></th>',
  );
});

test("the API says what is seen of Edge Servers", async () => {
  const given = { hostNames: () => [vanished], edgeHealth: () => [health("down")] };
  const { url } = await openFor(sourcesOf(given, deployment({ host: "prosody" })));
  const json = async (path: string) => JSON.parse(await (await fetch(`${url}/api/v1/${path}`)).text());
  const item = { ...health("down"), since: new Date(NOW).toISOString() };
  expect((await json("deployment")).edgePools).toMatchObject([
    { fqdn: POOL, health: [item], servers: [{ host: "prosody", hostFault: FAULT }] },
  ]);
  expect(await json("status")).toMatchObject({ hostNames: [vanished], edgeHealth: [item], labFaults: [] });
});
