/**
 * The admin interface over HTTP: probes, metrics, an API, the status page. It has an address of its own and
 * no influence on answers: everything that a client can make it do is bounded in size, number and time.
 */

import { readFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";
import type { Description, PageQuery } from "../reload/description.ts";
import { type AccessPolicy, refusalOf } from "./access.ts";
import { apiRoutes } from "./api.ts";
import { EventStreams } from "./events.ts";
import { HEADERS, METHODS, MOST_CONNECTIONS, openApp, refuse, send } from "./http-app.ts";
import { statusPage, trafficPart } from "./page.ts";
import { readPageQuery, unknownParameter } from "./page-query.ts";
import { refusalPage } from "./page-refusal.ts";
import { probeRoutes } from "./probes.ts";
import type { Refusal } from "./problem-json.ts";
import { RateRecorder } from "./rates.ts";
import { ReadinessCheck } from "./readiness.ts";
import type { AdminRequest, Answer, Route } from "./route.ts";
import type { AdminSources, ServerState } from "./sources.ts";
import { BUSY, Turns } from "./turns.ts";

export interface AdminOptions {
  readonly listen: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly policy: AccessPolicy;
  readonly sources: AdminSources;
  /** Milliseconds that a client may take for its request, and between two. */
  readonly patience?: number;
  /** Connections at a time; one more takes the place of the one idle for longest. */
  readonly mostConnections?: number;
}

/** The admin interface, open. */
export interface AdminServer {
  readonly port: number;
  close(): Promise<void>;
}

const PATIENCE = 5_000;

/** Milliseconds between two looks at the counters. */
const TICK = 1_000;

/** SIP domains on one page. */
const PAGE_LENGTH = 50;

/** Opens the interface. Throws the error of the system where the address cannot be listened on. */
export async function openAdminServer(options: AdminOptions): Promise<AdminServer> {
  const admin = new Admin(options);
  await admin.listen();
  return admin;
}

class Admin implements AdminServer {
  readonly #options: AdminOptions;
  readonly #app: FastifyInstance;
  readonly #streams: EventStreams;
  readonly #rates: RateRecorder;
  readonly #readiness: ReadinessCheck;
  readonly #pages = new Turns<Answer>();
  /** What the pages that are open show, and nobody says when it changes. */
  #shown = "";
  #ticking: NodeJS.Timeout | undefined;
  #stopListening: () => void = () => {};

  constructor(options: AdminOptions) {
    this.#options = options;
    const { patience = PATIENCE, mostConnections = MOST_CONNECTIONS } = options;
    this.#app = openApp(patience, mostConnections);
    this.#streams = new EventStreams(Math.ceil(mostConnections / 4));
    this.#rates = new RateRecorder(options.sources);
    this.#readiness = new ReadinessCheck(options.sources);
    this.#guard();
    this.#route([
      ...probeRoutes(options.sources, options.policy, this.#readiness),
      ...apiRoutes(options.sources, this.#readiness),
    ]);
    this.#route(ASSETS);
    this.#route([{ method: "GET", path: "/", answer: (request) => this.#page(request) }]);
    this.#routeEvents();
  }

  get port(): number {
    const address = this.#app.server.address();
    return address !== null && typeof address === "object" ? address.port : this.#options.port;
  }

  async listen(): Promise<void> {
    const { listen, port, sources } = this.#options;
    await this.#app.listen({ host: listen, port });
    this.#stopListening = sources.history.listen(() => this.#streams.send("changed", ""));
    this.#ticking = setInterval(() => this.#tick(), TICK).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#ticking);
    this.#stopListening();
    this.#streams.close();
    await this.#app.close();
  }

  #tick(): void {
    this.#rates.tick();
    if (this.#streams.size === 0) return;
    const state = this.#options.sources.state();
    this.#streams.send("traffic", trafficPart(this.#rates.rates, state).toString());
    const shown = this.#look(state);
    if (this.#shown !== shown) this.#streams.send("changed", "");
    this.#shown = shown;
  }

  #look({ workers, isCurrent }: ServerState): string {
    const { edgeHealth, hostNames, labFaults } = this.#options.sources;
    return JSON.stringify([workers, isCurrent, edgeHealth(), hostNames(), labFaults().map(({ id }) => id)]);
  }

  /** Every request is looked at before anything is done for it but finding its route; those without one, too. */
  #guard(): void {
    this.#app.addHook("onRequest", async (request, reply) => {
      reply.headers(HEADERS);
      const { method, headers } = request;
      const route = request.routeOptions.url;
      const remoteAddress = request.socket.remoteAddress ?? "";
      const refusal = refusalOf({ method, route, headers, remoteAddress }, this.#options.policy);
      if (refusal?.event === "wrong-token") this.#options.sources.onWrongToken(remoteAddress);
      return refusal && refuse(reply, refusal);
    });
  }

  #route(routes: readonly Route[]): void {
    const paths = Map.groupBy(routes, ({ path }) => path);
    for (const [path, own] of paths) {
      for (const { method, parameters, answer } of own) {
        this.#app.route({
          method,
          url: path,
          handler: async (request, reply) => {
            const unknown = parameters && unknownParameter(request.query, parameters);
            return unknown === undefined ? send(reply, await answer(request)) : refuse(reply, unknown);
          },
        });
      }
      this.#refuseOtherMethods(
        path,
        own.map(({ method }) => method),
      );
    }
  }

  #refuseOtherMethods(path: string, methods: readonly string[]): void {
    const allowed = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
    const detail = (method: string) => `Cannot ${method} ${path}: it wants ${allowed.join(", ")}`;
    this.#app.route({
      method: METHODS.filter((method) => !allowed.includes(String(method))),
      url: path,
      handler: (request, reply) =>
        refuse(reply, {
          status: 405,
          detail: detail(request.method),
          headers: { allow: allowed.join(", ") },
        }),
    });
  }

  #routeEvents(): void {
    this.#app.get("/events", (request, reply) => {
      if (this.#streams.isFull) {
        const detail = "Cannot follow: too many pages are open already; close one";
        return refuse(reply, { status: 503, detail });
      }
      if (request.method === "HEAD") return reply.type("text/event-stream").send();
      if (this.#streams.size === 0) this.#shown = this.#look(this.#options.sources.state()); // the page looks once more when it is followed
      reply.hijack();
      request.socket.setTimeout(0); // its client has nothing to say
      this.#streams.add(reply.raw, HEADERS);
      return reply;
    });
    this.#refuseOtherMethods("/events", ["GET"]);
  }

  /** The part that is wanted; behind the last, the last. */
  async #pageOfSipDomains(
    query: PageQuery,
  ): Promise<{ readonly query: PageQuery; readonly part: Description }> {
    const { sources } = this.#options;
    const part = await sources.describe({ kind: "sip-domains", ...query });
    if (part.kind !== "sip-domains" || part.page.items.length > 0 || part.page.found === 0)
      return { query, part };
    const last = { ...query, offset: Math.floor((part.page.found - 1) / query.limit) * query.limit };
    return { query: last, part: await sources.describe({ kind: "sip-domains", ...last }) };
  }

  async #page({ query, headers }: AdminRequest): Promise<Answer> {
    const read = readPageQuery(query, PAGE_LENGTH);
    if (read.kind === "refusal") return refusedPage(read.refusal, headers.accept);
    const page = this.#pages.take(JSON.stringify(read.query), () => this.#makePage(read.query));
    return page ?? refusedPage(BUSY.refusal, headers.accept);
  }

  async #makePage(wanted: PageQuery): Promise<Answer> {
    const { sources } = this.#options;
    const [readiness, whole, { query, part }] = await Promise.all([
      this.#readiness.check(),
      sources.describe({ kind: "deployment" }),
      this.#pageOfSipDomains(wanted),
    ]);
    const described =
      whole.kind === "deployment" && part.kind === "sip-domains"
        ? { deployment: whole.deployment, page: part.page }
        : whole.kind === "unavailable"
          ? whole.reason
          : "the version in force changed";
    const text = statusPage({
      version: sources.version,
      startedAt: sources.startedAt,
      state: sources.state(),
      readiness,
      rates: this.#rates.rates,
      entries: sources.history.entries,
      described,
      query,
      health: sources.edgeHealth(),
      hosts: sources.hostNames(),
      faults: sources.labFaults(),
    });
    return { kind: "text", type: "text/html; charset=utf-8", text };
  }
}

/** People read HTML; programs get what they get everywhere. */
function refusedPage(refusal: Refusal, accept: string | undefined): Answer {
  if (!accept?.includes("text/html")) return { kind: "refusal", refusal };
  const { status, detail, headers = {} } = refusal;
  const text = refusalPage("This page cannot be shown", detail);
  return { kind: "text", type: "text/html; charset=utf-8", text, status, headers };
}

const ASSETS: readonly Route[] = (
  [
    ["page.css", "text/css; charset=utf-8"],
    ["page.js", "text/javascript; charset=utf-8"],
    ["icon.svg", "image/svg+xml"],
  ] as const
).map(([name, type]) => {
  const text = readFileSync(new URL(`./assets/${name}`, import.meta.url), "utf8");
  const headers = { "cache-control": "no-cache" };
  return {
    method: "GET",
    path: `/assets/${name}`,
    answer: async () => ({ kind: "text", type, text, headers }),
  };
});
