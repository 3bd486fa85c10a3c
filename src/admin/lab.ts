/** The lab's part of the API: who asked what, and faults that are put in while the server runs. */

import type { Refusal } from "./problem-json.ts";
import type { AdminRequest, Answer, Route } from "./route.ts";
import type { AdminSources, FaultControl } from "./sources.ts";

/** Faults that may be in force when another one is put in. */
const MOST_FAULTS = 1_000;

const FAULTS = "/api/v1/lab/faults";

/** The paths of a lab. Where the settings do not allow what they are for, they say so. */
export function labRoutes({ queries, faults }: AdminSources): readonly Route[] {
  const allowed =
    (answer: (faults: FaultControl, request: AdminRequest) => Answer | Promise<Answer>): Route["answer"] =>
    async (request) =>
      faults === undefined ? NOT_ALLOWED : answer(faults, request);
  const one = `${FAULTS}/:id`;
  return [
    {
      method: "GET",
      path: "/api/v1/lab/queries",
      parameters: ["since", "journal", "after", "limit"],
      answer: async (request) => list(queries, request),
    },
    {
      method: "GET",
      path: FAULTS,
      parameters: [],
      answer: allowed((control) => json({ faults: control.list() })),
    },
    { method: "PUT", path: one, parameters: [], answer: allowed(put) },
    { method: "DELETE", path: one, parameters: [], answer: allowed(remove) },
  ];
}

const NOT_ALLOWED = refused({
  status: 403,
  detail: 'Cannot do anything about faults over HTTP: start the server with "lab.faults" true',
});

/** Queries in one answer. */
const USUAL_QUERIES = 1_000;
const MOST_QUERIES = 10_000;

function list(queries: AdminSources["queries"], { query }: AdminRequest): Answer {
  if (queries === undefined) {
    const detail = 'Cannot show queries: no journal is kept; say in "lab.journal" how many it is to hold';
    return refused({ status: 404, detail });
  }
  const since = numberIn(query, "since", 0);
  if (since === undefined) return wrongValue(query, "since", "milliseconds since 1970");
  const after = numberIn(query, "after", 0);
  if (after === undefined) return wrongValue(query, "after", 'the "next" of an earlier answer');
  const limit = numberIn(query, "limit", USUAL_QUERIES);
  if (limit === undefined || limit < 1 || limit > MOST_QUERIES)
    return wrongValue(query, "limit", `a whole number from 1 to ${MOST_QUERIES}`);
  const journal = partOf(query, "journal");
  if (journal !== undefined && typeof journal !== "string")
    return wrongValue(query, "journal", 'the "journal" of an earlier answer');
  const page = queries({ since, after, limit, journal });
  return { kind: "json", value: page, isLarge: page.queries.length > USUAL_QUERIES / 10 };
}

function numberIn(query: unknown, name: string, usual: number): number | undefined {
  const value = partOf(query, name);
  if (value === undefined) return usual;
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

function wrongValue(query: unknown, name: string, wanted: string): Answer {
  const shown = JSON.stringify(partOf(query, name)).slice(0, 100);
  return refused({ status: 400, detail: `Cannot use ${name}=${shown}: give ${wanted}` });
}

async function put(control: FaultControl, { params, body, ip }: AdminRequest): Promise<Answer> {
  const id = idIn(params);
  const cannot = `Cannot put in fault ${JSON.stringify(id)}`;
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    const detail = `${cannot}: send it as a JSON object, such as {"fault":"drop","owner":"*.beta.test"}`;
    return refused({ status: 400, detail });
  }
  if ("id" in body && body.id !== id) {
    const detail = `${cannot}: its "id" says ${JSON.stringify(body.id)?.slice(0, 100)}; leave it out, the path says it`;
    return refused({ status: 400, detail });
  }
  const listed = control.list();
  if (listed.some((fault) => fault.id === id && fault.source === "deployment")) {
    const detail = `${cannot}: a fault of the deployment has this id; choose another, or change "lab.faults"`;
    return refused({ status: 409, detail });
  }
  const others = listed.filter((fault) => fault.id !== id);
  if (others.length >= MOST_FAULTS)
    return refused({ status: 409, detail: `${cannot}: there are ${others.length}; remove some` });
  const problems = await control.put(id, body, ip);
  if (problems.length > 0)
    return refused({ status: 422, detail: `${cannot}: it is none`, extensions: { problems } });
  return json(control.list().findLast((fault) => fault.id === id) ?? { id });
}

async function remove(control: FaultControl, { params, ip }: AdminRequest): Promise<Answer> {
  const id = idIn(params);
  if (await control.remove(id, ip)) return json({ status: "removed", id });
  return refused({
    status: 404,
    detail: `Cannot remove fault ${JSON.stringify(id)}: none was put in under this id; one of the deployment goes with the deployment`,
  });
}

function idIn(params: unknown): string {
  return String(partOf(params, "id") ?? "");
}

/** A part of the path or query, as Fastify gives it. */
function partOf(given: unknown, name: string): unknown {
  return Object.entries(given ?? {}).find(([key]) => key === name)?.[1];
}

function json(value: object): Answer {
  return { kind: "json", value };
}

function refused(refusal: Refusal): Answer {
  return { kind: "refusal", refusal };
}
