/** The lab over HTTP: what is allowed by the settings, what is refused, and how. */

import { expect, test } from "vitest";
import type { AdminSources, FaultControl, QueryRange } from "../../src/admin/sources.ts";
import { labFaultFromValue } from "../../src/deployment/lab-faults.ts";
import { LabFaults } from "../../src/lab-faults.ts";
import { openFor, sourcesOf } from "./given.ts";

function control(faults = new LabFaults()): FaultControl {
  return {
    list: () => faults.states,
    put: async (id, value) => {
      const read = labFaultFromValue({ ...value, id });
      const put = read.ok ? faults.put(read.value) : read;
      return put.ok ? [] : put.problems;
    },
    remove: async (id) => faults.remove(id),
  };
}

function putting(body: string, headers: Record<string, string> = {}): RequestInit {
  return { method: "PUT", body, headers: { "content-type": "application/json", ...headers } };
}

const DROP = putting('{"fault":"drop","id":"one"}');

test("a fault is put in under the id of its path, shown, put in anew and removed", async () => {
  const { url } = await openFor(sourcesOf({ faults: control() }));
  const faults = `${url}/api/v1/lab/faults`;
  const said = async (path: string, init?: RequestInit): Promise<unknown> =>
    (await fetch(`${faults}${path}`, init)).json();
  const dropped = { id: "one", source: "test", fault: "drop", met: 0, struck: 0, dropped: 0, usedUp: false };
  expect(await said("/one", DROP)).toEqual(dropped);
  expect(await said("/one", DROP)).toEqual(dropped);
  expect(await said("")).toEqual({ faults: [dropped] });
  const type = { "content-type": "application/json" }; // without a body
  expect(await said("/one", { method: "DELETE", headers: type })).toEqual({ status: "removed", id: "one" });
  expect(await said("")).toEqual({ faults: [] });
});

test("queries are those since the time that is asked for", async () => {
  const entries = [1, 2, 3].map((time) => ({ name: "alpha.test", time }));
  const queries = ({ since, after, limit }: QueryRange) => ({
    journal: "j",
    queries: entries.filter(({ time }) => time >= since && time > after).slice(0, limit),
    next: 3,
    more: false,
  });
  const { url } = await openFor(sourcesOf({ queries }));
  const since = async (query: string): Promise<unknown> =>
    (await fetch(`${url}/api/v1/lab/queries${query}`)).json();
  expect(await since("")).toEqual({ journal: "j", queries: entries, next: 3, more: false });
  expect(await since("?since=3")).toMatchObject({ queries: entries.slice(2) });
  expect(await since("?after=1&limit=1")).toMatchObject({ queries: entries.slice(1, 2) });
});

const deployed = (count: number): LabFaults => {
  const faults = new LabFaults();
  const read = labFaultFromValue({ fault: "drop" });
  if (read.ok) faults.deploy(Array.from({ length: count }, (_, at) => ({ ...read.value, id: `d${at}` })));
  return faults;
};

interface Row {
  readonly why: string;
  readonly given: Partial<AdminSources>;
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: number;
  readonly detail: RegExp;
}

const noQueries = () => ({ journal: "j", queries: [], next: 0, more: false });

const NOT_ALLOWED = /^Cannot do anything about faults over HTTP: start the server with "lab.faults" true$/;

test.each<Row>([
  { why: "no permission", given: {}, path: "faults", status: 403, detail: NOT_ALLOWED },
  { why: "no permission", given: {}, path: "faults/one", init: DROP, status: 403, detail: NOT_ALLOWED },
  {
    why: "no permission",
    given: {},
    path: "faults/one",
    init: { method: "DELETE" },
    status: 403,
    detail: NOT_ALLOWED,
  },
  { why: "no journal", given: {}, path: "queries", status: 404, detail: /no journal is kept/ },
  {
    why: "no time",
    given: { queries: noQueries },
    path: "queries?since=now",
    status: 400,
    detail: /^Cannot use since="now": give milliseconds since 1970$/,
  },
  {
    why: "no number",
    given: { queries: noQueries },
    path: "queries?after=x",
    status: 400,
    detail: /^Cannot use after="x": give the "next" of an earlier answer$/,
  },
  {
    why: "two journals",
    given: { queries: noQueries },
    path: "queries?journal=a&journal=b",
    status: 400,
    detail: /^Cannot use journal=\["a","b"\]: give the "journal" of an earlier answer$/,
  },
  {
    why: "too many queries at once",
    given: { queries: noQueries },
    path: "queries?limit=10001",
    status: 400,
    detail: /^Cannot use limit="10001": give a whole number from 1 to 10000$/,
  },
  {
    why: "an unknown parameter",
    given: { queries: noQueries },
    path: "queries?from=1",
    status: 400,
    detail: /^Cannot use query parameter "from": there are since, journal, after and limit$/,
  },
  {
    why: "an unknown parameter",
    given: { faults: control() },
    path: "faults?since=1",
    status: 400,
    detail: /^Cannot use query parameter "since": there is none here$/,
  },
  {
    why: "no fault",
    given: { faults: control() },
    path: "faults/one",
    init: putting('{"fault":"rcode"}'),
    status: 422,
    detail: /^Cannot put in fault "one": it is none$/,
  },
  {
    why: "another id",
    given: { faults: control() },
    path: "faults/one",
    init: putting('{"fault":"drop","id":"two"}'),
    status: 400,
    detail: /^Cannot put in fault "one": its "id" says "two"; leave it out, the path says it$/,
  },
  {
    why: "an id of two lines",
    given: { faults: control() },
    path: "faults/a%0Ab",
    init: putting('{"fault":"drop"}'),
    status: 422,
    detail: /it is none$/,
  },
  {
    why: "no body",
    given: { faults: control() },
    path: "faults/one",
    init: { method: "PUT", headers: { "content-type": "application/json" } },
    status: 400,
    detail: /^Cannot put in fault "one": send it as a JSON object/,
  },
  {
    why: "no object",
    given: { faults: control() },
    path: "faults/one",
    init: putting("[]"),
    status: 400,
    detail: /^Cannot put in fault "one": send it as a JSON object/,
  },
  {
    why: "too many",
    given: { faults: control(deployed(1_000)) },
    path: "faults/one",
    init: DROP,
    status: 409,
    detail: /^Cannot put in fault "one": there are 1000; remove some$/,
  },
  {
    why: "the deployment's",
    given: { faults: control(deployed(1)) },
    path: "faults/d0",
    init: { method: "DELETE" },
    status: 404,
    detail: /^Cannot remove fault "d0": none was put in under this id/,
  },
  {
    why: "another origin",
    given: { faults: control() },
    path: "faults/one",
    init: putting('{"fault":"drop"}', { origin: "http://elsewhere.test" }),
    status: 403,
    detail: /^Cannot change anything for another origin/,
  },
  {
    why: "another machine, by way of a proxy, without a token",
    given: { faults: control() },
    path: "faults/one",
    init: putting('{"fault":"drop"}', { "x-forwarded-for": "192.0.2.1" }),
    status: 403,
    detail: /^Cannot change anything from another machine/,
  },
])("$why: $path is refused with $status", async ({ given, path, init, status, detail }) => {
  const { url } = await openFor(sourcesOf(given));
  const response = await fetch(`${url}/api/v1/lab/${path}`, init);
  expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  expect(await response.json()).toMatchObject({ status, detail: expect.stringMatching(detail) });
});

test("what is wrong with a fault is told with its path", async () => {
  const { url } = await openFor(sourcesOf({ faults: control() }));
  const response = await fetch(`${url}/api/v1/lab/faults/one`, putting('{"fault":"rcode"}'));
  const message = expect.stringContaining('Cannot leave out "rcode"');
  expect(await response.json()).toMatchObject({ problems: [{ message }] });
});
