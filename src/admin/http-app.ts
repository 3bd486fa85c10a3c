/** The HTTP side of the admin interface: limits, headers, and what is said to clients that are in the wrong. */

import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { AdminConnections } from "./connections.ts";
import { PROBLEM_TYPE, problemText, type Refusal, rawProblem } from "./problem-json.ts";
import type { Answer } from "./route.ts";

/** Octets of a request's head and body; the only body of ours is a fault of a lab. */
const HEAD_LIMIT = 8 * 2 ** 10;
const BODY_LIMIT = 2 ** 10;

/** Connections at a time, where nobody says less. */
export const MOST_CONNECTIONS = 128;

/** Sent with everything. The page takes nothing from elsewhere, and nobody may put it in a frame. */
export const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

/** An application without routes; everything that is wrong with a request gets a problem document. */
export function openApp(patience: number, mostConnections = MOST_CONNECTIONS): FastifyInstance {
  const connections = new AdminConnections(mostConnections);
  const app: FastifyInstance = fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 300 },
    serverFactory: (answer) => openHttp(patience, connections, answer),
    clientErrorHandler: refuseRaw,
    frameworkErrors: (error, _, reply) => {
      reply.headers(HEADERS);
      refuse(reply, { status: error.statusCode ?? 400, detail: `Cannot read the address: ${error.message}` });
    },
  });
  app.removeContentTypeParser("text/plain");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") return done(null, undefined); // some clients send the type whether or not there is a body
    return parseJson(request, String(body), done);
  });
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, _, reply) =>
    refuse(reply, refusalOfError(error)),
  );
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.setNotFoundHandler((request, reply) => refuse(reply, refusalOfUnknown(request)));
  return app;
}

/** A server that gives requests on as soon as, and only where, they may be answered. */
function openHttp(patience: number, connections: AdminConnections, answer: RequestListener): Server {
  const server = createServer({
    maxHeaderSize: HEAD_LIMIT,
    headersTimeout: Math.ceil(patience / 2), // of connections that say nothing, too
    requestTimeout: patience,
    keepAliveTimeout: patience,
    connectionsCheckingInterval: Math.ceil(patience / 5),
    requireHostHeader: false, // access.ts says it in words
  });
  server.setTimeout(2 * patience);
  server.maxRequestsPerSocket = 1_000;
  connections.watch(server);
  server.on("request", (request, response) => {
    if (connections.admit(request, response)) answer(request, response);
  });
  server.on("checkExpectation", (request, response) => {
    if (connections.admit(request, response)) refuseExpectation(response);
  });
  return server;
}

/** The methods that paths of ours know, or refuse by name. */
export const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] as const;

function refusalOfUnknown({ method, url }: Pick<FastifyRequest, "method" | "url">): Refusal {
  if (!METHODS.some((known) => known === method))
    return { status: 501, detail: `Cannot ${method}: the methods here are GET, HEAD, POST, PUT and DELETE` };
  const path = JSON.stringify(url.slice(0, 200));
  return {
    status: 404,
    detail: `Cannot find ${path}: there are /, /healthz, /readyz, /metrics and /api/v1/…`,
  };
}

/** RFC 9110 §10.1.1: 100-continue, which Node sees to, is the only expectation there is. */
function refuseExpectation(response: ServerResponse): void {
  const detail = "Cannot meet the expectation: there is 100-continue";
  const text = problemText({ status: 417, detail });
  response.writeHead(417, { ...HEADERS, "content-type": PROBLEM_TYPE, "content-length": text.length });
  response.end(text);
}

/** What Fastify and our own code throw; of faults in our own nobody outside needs the words. */
function refusalOfError({ statusCode = 500, message }: Error & { readonly statusCode?: number }): Refusal {
  switch (statusCode) {
    case 413:
      return { status: 413, detail: `Cannot take the body: it may have ${BODY_LIMIT} octets` };
    case 415:
      return { status: 415, detail: "Cannot take the body: send JSON, or none at all" };
    default:
      return statusCode < 500
        ? { status: statusCode, detail: `Cannot take the request: ${message}` }
        : { status: 500, detail: "Cannot answer: this is a bug" };
  }
}

/** What is no HTTP, or takes too long, or has too large a head. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  socket.end(rawProblem(rawRefusal(error.code)), () => socket.destroy());
}

function rawRefusal(code: string | undefined): Refusal {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return { status: 408, detail: "Cannot wait any longer: the request did not come to its end" };
    case "HPE_HEADER_OVERFLOW":
      return { status: 431, detail: `Cannot read the head: it may have ${HEAD_LIMIT} octets` };
    default:
      return { status: 400, detail: "Cannot read the request: it is no HTTP/1.1" };
  }
}

/** Answers with a problem document. */
export function refuse(reply: FastifyReply, refusal: Refusal): FastifyReply {
  return reply
    .code(refusal.status)
    .headers(refusal.headers ?? {})
    .type(PROBLEM_TYPE)
    .send(problemText(refusal));
}

/** Answers. */
export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  switch (answer.kind) {
    case "refusal":
      return refuse(reply, answer.refusal);
    case "json":
      return reply
        .type("application/json; charset=utf-8")
        .send(`${JSON.stringify(answer.value, undefined, answer.isLarge ? 0 : 2)}\n`);
    case "text":
      return reply
        .code(answer.status ?? 200)
        .headers(answer.headers ?? {})
        .type(answer.type)
        .send(answer.text);
    default:
      return answer satisfies never;
  }
}
