/** The API under /api/v1: what is deployed, what is served, how the server is, and the order to reload. */

import type { Description, DescriptionQuery } from "../reload/description.ts";
import type { HistoryEntry } from "../reload/history.ts";
import { labRoutes } from "./lab.ts";
import { PAGE_PARAMETERS, readPageQuery } from "./page-query.ts";
import type { Refusal } from "./problem-json.ts";
import type { ReadinessCheck } from "./readiness.ts";
import type { AdminRequest, Answer, Route } from "./route.ts";
import type { AdminSources, EdgeHealth } from "./sources.ts";

/** The root zone: clients take the "." out of the end of a path. */
const ROOT = ".";

/** Every path of the API. */
export function apiRoutes(sources: AdminSources, readiness: ReadinessCheck): readonly Route[] {
  const api = (path: string, answer: Route["answer"], parameters: readonly string[] = []): Route => ({
    method: "GET",
    path: `/api/v1/${path}`,
    parameters,
    answer,
  });
  return [
    api("status", async () => json(await status(sources, readiness))),
    api("deployment", () => deployment(sources)),
    api("records", (request) => paged(request, "sip-domains", sources), PAGE_PARAMETERS),
    api("zones", (request) => paged(request, "zones", sources), PAGE_PARAMETERS),
    api("zones/:zone", ({ params }) =>
      described(sources, { kind: "zone", apex: nameIn(params, "zone") || ROOT }),
    ),
    api("explain/:sipDomain", ({ params }) =>
      described(sources, { kind: "explanation", sipDomain: nameIn(params, "sipDomain") }),
    ),
    api("reload", async () => json({ reloads: sources.history.entries })),
    { method: "POST", path: "/api/v1/reload", parameters: [], answer: (request) => reload(sources, request) },
    ...labRoutes(sources),
  ];
}

async function status(sources: AdminSources, readiness: ReadinessCheck): Promise<object> {
  const { isReady, reasons, remarks } = await readiness.check();
  const { version, startedAt, history } = sources;
  return {
    ready: isReady,
    reasons,
    remarks,
    version,
    startedAt: new Date(startedAt).toISOString(),
    ...sources.state(),
    loads: history.counts,
    hostNames: sources.hostNames(),
    edgeHealth: sources.edgeHealth().map(healthItem),
    labFaults: sources.labFaults().map(({ id }) => id),
    traffic: sources.traffic().map((traffic) => ({
      ...traffic,
      rcodes: named(traffic.rcodes, sources.rcodeName),
      queryTypes: named(traffic.queryTypes, sources.typeName),
    })),
  };
}

/** The deployment, and what is seen of its Edge Servers at the moment. */
async function deployment(sources: AdminSources): Promise<Answer> {
  const query = { kind: "deployment" } as const;
  const description = await sources.describe(query);
  if (description.kind !== "deployment") return answerOf(description, query);
  const health = Map.groupBy(sources.edgeHealth(), ({ pool }) => pool);
  const faults = new Map(sources.hostNames().map(({ host, fault }) => [host, fault]));
  const edgePools = description.deployment.edgePools.map(({ servers, ...pool }) => ({
    ...pool,
    health: health.get(pool.fqdn)?.map(healthItem),
    servers: servers.map((server) => ({ ...server, hostFault: faults.get(server.host ?? "") })),
  }));
  return json({ ...description.deployment, edgePools });
}

function healthItem({ since, ...health }: EdgeHealth): object {
  return { ...health, since: new Date(since).toISOString() };
}

/** What was counted, by name. */
function named(counts: readonly number[], nameOf: (code: number) => string): Record<string, number> {
  const entries = counts.flatMap((count, code) => (count === 0 ? [] : [[nameOf(code), count] as const]));
  return Object.fromEntries(entries);
}

function paged(
  { query: given }: AdminRequest,
  kind: "sip-domains" | "zones",
  sources: AdminSources,
): Promise<Answer> {
  const read = readPageQuery(given);
  if (read.kind === "refusal") return Promise.resolve(read);
  return described(sources, { kind, ...read.query });
}

async function described(sources: AdminSources, query: DescriptionQuery): Promise<Answer> {
  return answerOf(await sources.describe(query), query);
}

function answerOf(description: Description, query: DescriptionQuery): Answer {
  switch (description.kind) {
    case "deployment":
      return json(description.deployment);
    case "sip-domains": {
      const { items, ...page } = description.page;
      return json({ ...page, sipDomains: items });
    }
    case "zones": {
      const { items, ...page } = description.page;
      return json({ ...page, zones: items });
    }
    case "zone":
      return json({ ...description.zone, records: description.records });
    case "no-such-zone": {
      const zone = JSON.stringify("apex" in query ? query.apex : "");
      return refused({ status: 404, detail: `Cannot show zone ${zone}: no such zone is served` });
    }
    case "explanation":
      return json(description.explanation);
    case "no-such-sip-domain": {
      const sipDomain = JSON.stringify("sipDomain" in query ? query.sipDomain : "");
      return refused({
        status: 404,
        detail: `Cannot explain ${sipDomain}: it is no SIP domain of the deployment`,
      });
    }
    case "unavailable":
      return refused({
        status: 503,
        detail: `Cannot describe the version in force: ${description.reason}`,
        headers: { "retry-after": "5" },
      });
    default:
      return description satisfies never;
  }
}

async function reload(sources: AdminSources, { ip }: AdminRequest): Promise<Answer> {
  const problems = await sources.reload(ip);
  if (problems.length === 0) return json({ status: "reloaded", reload: lastReload(sources) });
  const errors = problems.filter(({ severity }) => severity === "error");
  return refused({
    status: 422,
    detail: "Cannot use the deployment on disk: the last good version goes on being served",
    extensions: { problemCount: errors.length, problems: errors.slice(0, MOST_PROBLEMS) },
  });
}

/** A server may have died meanwhile, which is an entry too. */
function lastReload({ history }: AdminSources): HistoryEntry | undefined {
  return history.entries.find(({ outcome }) => outcome.kind === "reloaded");
}

/** Problems that are told at most. */
const MOST_PROBLEMS = 100;

/** A part of the path, as Fastify gives it. */
function nameIn(params: unknown, name: "zone" | "sipDomain"): string {
  const [, value] = Object.entries(params ?? {}).find(([key]) => key === name) ?? [];
  return String(value ?? "");
}

function json(value: object): Answer {
  return { kind: "json", value };
}

function refused(refusal: Refusal): Answer {
  return { kind: "refusal", refusal };
}
