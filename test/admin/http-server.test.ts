import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { AdminSources } from "../../src/admin/sources.ts";
import { NOW, type Opened, openFor, sourcesOf, trafficOf } from "./given.ts";

const json = async (url: string, init?: RequestInit): Promise<unknown> => (await fetch(url, init)).json();

/** Sends octets as they are and gives back all that comes until the server closes. */
async function raw({ port }: Opened, text: string): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port });
  let said = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    said += chunk;
  });
  socket.on("error", () => {}); // cut off: what was said until then counts
  socket.write(text);
  await once(socket, "close");
  return said;
}

/** The problem document in a raw response. */
function problemIn(response: string): unknown {
  const [head = "", body = ""] = response.split("\r\n\r\n");
  expect(head.toLowerCase()).toContain("content-type: application/problem+json");
  return JSON.parse(body);
}

describe("GET", () => {
  test("/healthz says that the process lives", async () => {
    const { url } = await openFor(sourcesOf());
    expect(await json(`${url}/healthz`)).toEqual({ status: "alive" });
  });

  test("/readyz is 503 and says what is not", async () => {
    const probe = async () => ["connection refused over TCP from 192.0.2.53:53"];
    const { url } = await openFor(sourcesOf({ probe }));
    const response = await fetch(`${url}/readyz`);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      503,
      "application/problem+json; charset=utf-8",
    ]);
    expect(await response.json()).toMatchObject({
      status: 503,
      detail: "Not ready: connection refused over TCP from 192.0.2.53:53",
      reasons: ["connection refused over TCP from 192.0.2.53:53"],
    });
  });

  test("/metrics is for Prometheus", async () => {
    const { url } = await openFor(sourcesOf());
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toContain("xmpp_edge_dns_zones 2\n");
  });

  test("/api/v1/status names what was counted", async () => {
    const rcodes = [5, 0, 0, 2];
    const { url } = await openFor(sourcesOf({ traffic: () => [trafficOf("udp", { rcodes })] }));
    expect(await json(`${url}/api/v1/status`)).toMatchObject({
      ready: true,
      version: "1.2.3",
      startedAt: new Date(NOW).toISOString(),
      zones: 2,
      traffic: [{ proto: "udp", rcodes: { NOERROR: 5, NXDOMAIN: 2 }, queryTypes: {} }],
    });
  });

  test("/api/v1/deployment, /records, /zones and one zone", async () => {
    const { url } = await openFor(sourcesOf());
    expect(await json(`${url}/api/v1/deployment`)).toMatchObject({
      sipDomains: 2,
      edgePools: [{ fqdn: "edge.alpha.test", publishedAddresses: ["192.0.2.1"] }],
    });
    expect(await json(`${url}/api/v1/records?search=BETA`)).toMatchObject({
      total: 2,
      found: 1,
      sipDomains: [{ sipDomain: "beta.test", published: true, rows: [{ mapsTo: "xmpp.beta.test" }, {}] }],
    });
    expect(await json(`${url}/api/v1/zones?offset=1&limit=1`)).toEqual({
      total: 2,
      found: 2,
      offset: 1,
      zones: [{ zone: "beta.test", serial: 1_000, rrsets: 4 }],
    });
    expect(await json(`${url}/api/v1/zones/alpha.test`)).toMatchObject({
      zone: "alpha.test",
      records: expect.arrayContaining([
        { owner: "xmpp.alpha.test.", ttl: 300, type: "A", data: "192.0.2.1" },
      ]),
    });
    expect(await json(`${url}/api/v1/explain/alpha.test`)).toMatchObject({
      sipDomain: "alpha.test",
      published: true,
      gates: [{ gate: "access-edge" }, { gate: "edge-pool" }, { gate: "partners" }, { gate: "users" }],
      records: [{ fqdn: "_xmpp-server._tcp.alpha.test" }, { mapsTo: "192.0.2.1" }],
    });
  });
});

describe("POST /api/v1/reload", () => {
  test("loads again", async () => {
    let reloads = 0;
    const reload = async () => {
      reloads++;
      return [];
    };
    const { url } = await openFor(sourcesOf({ reload }));
    expect(await json(`${url}/api/v1/reload`, { method: "POST" })).toMatchObject({ status: "reloaded" });
    expect(reloads).toBe(1);
  });

  test("says what is wrong, where", async () => {
    const problem = {
      severity: "error",
      message: "Cannot read it",
      place: { file: "d.yaml", line: 3 },
    } as const;
    const { url } = await openFor(sourcesOf({ reload: async () => [problem] }));
    const response = await fetch(`${url}/api/v1/reload`, { method: "POST" });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      detail: "Cannot use the deployment on disk: the last good version goes on being served",
      problems: [problem],
    });
  });
});

describe("bad requests get a problem document", () => {
  interface Case {
    readonly why: string;
    readonly path: string;
    readonly init?: RequestInit;
    readonly status: number;
    readonly detail: RegExp;
  }
  const cases: Case[] = [
    { why: "unknown path", path: "/nix", status: 404, detail: /^Cannot find "\/nix"/ },
    {
      why: "unknown path with a body",
      path: "/nix",
      init: {
        method: "POST",
        body: `"${"x".repeat(100_000)}"`,
        headers: { "content-type": "application/json" },
      },
      status: 413,
      detail: /^Cannot take the body/,
    },
    {
      why: "a way out of the assets",
      path: "/assets/..%2f..%2f..%2fpackage.json",
      status: 404,
      detail: /^Cannot find/,
    },
    {
      why: "a NUL in the path",
      path: "/api/v1/zones/a%00b",
      status: 404,
      detail: /^Cannot show zone "a\\u0000b": no such zone is served$/,
    },
    {
      why: "a path that cannot be decoded",
      path: "/api/v1/zones/%ff",
      status: 400,
      detail: /^Cannot read the address/,
    },
    {
      why: "a zone that is not served",
      path: "/api/v1/zones/nix.test",
      status: 404,
      detail: /^Cannot show zone "nix\.test"/,
    },
    {
      why: "a zone longer than any name",
      path: `/api/v1/zones/${"a".repeat(400)}`,
      status: 414,
      detail: /^Cannot read the address/,
    },
    {
      why: "a SIP domain that is not listed",
      path: "/api/v1/explain/nix.test",
      status: 404,
      detail: /^Cannot explain "nix.test": it is no SIP domain of the deployment$/,
    },
    { why: "a zone that is no name", path: "/api/v1/zones/__proto__", status: 404, detail: /no such zone/ },
    {
      why: "wrong parameter",
      path: "/api/v1/records?offset=-1",
      status: 400,
      detail: /^Cannot use offset "-1"/,
    },
    {
      why: "wrong parameter of zones",
      path: "/api/v1/zones?limit=1&limit=2",
      status: 400,
      detail: /^Cannot use limit/,
    },
    { why: "wrong parameter of the page", path: "/?limit=x", status: 400, detail: /^Cannot use limit "x"/ },
    {
      why: "a parameter where there is none",
      path: "/api/v1/status?x=1",
      status: 400,
      detail: /^Cannot use query parameter "x": there is none here$/,
    },
    {
      why: "unknown parameter",
      path: "/api/v1/records?__proto__[x]=1",
      status: 400,
      detail: /^Cannot use query parameter/,
    },
    {
      why: "wrong method",
      path: "/api/v1/reload",
      init: { method: "DELETE" },
      status: 405,
      detail: /^Cannot DELETE \/api\/v1\/reload: it wants GET, HEAD, POST$/,
    },
    {
      why: "wrong method for the page",
      path: "/",
      init: { method: "POST" },
      status: 405,
      detail: /^Cannot POST \/: it wants GET, HEAD$/,
    },
    {
      why: "wrong method for events",
      path: "/events",
      init: { method: "PUT" },
      status: 405,
      detail: /^Cannot PUT/,
    },
    {
      why: "wrong method for probes",
      path: "/healthz",
      init: { method: "PATCH" },
      status: 405,
      detail: /^Cannot PATCH/,
    },
    {
      why: "a body beyond the limit",
      path: "/api/v1/reload",
      init: {
        method: "POST",
        body: `"${"x".repeat(2_000)}"`,
        headers: { "content-type": "application/json" },
      },
      status: 413,
      detail: /^Cannot take the body: it may have 1024 octets$/,
    },
    {
      why: "a body that is no JSON",
      path: "/api/v1/reload",
      init: { method: "POST", body: "{", headers: { "content-type": "application/json" } },
      status: 400,
      detail: /^Cannot take the request/,
    },
    {
      why: "a form",
      path: "/api/v1/reload",
      init: { method: "POST", body: new URLSearchParams({ a: "b" }) },
      status: 415,
      detail: /^Cannot take the body: send JSON/,
    },
    {
      why: "JSON that says it is text",
      path: "/api/v1/reload",
      init: { method: "POST", body: "{}", headers: { "content-type": "text/plain" } },
      status: 415,
      detail: /^Cannot take the body: send JSON/,
    },
    {
      why: "a method of WebDAV",
      path: "/",
      init: { method: "PROPFIND" },
      status: 501,
      detail: /^Cannot PROPFIND: the methods here are/,
    },
    {
      why: "another origin",
      path: "/api/v1/reload",
      init: { method: "POST", headers: { origin: "https://evil.example" } },
      status: 403,
      detail: /^Cannot change anything for another origin/,
    },
  ];

  test.each(cases)("$why: $status", async ({ path, init, status, detail }) => {
    const { url } = await openFor(sourcesOf());
    const response = await fetch(url + path, init);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await response.json()).toMatchObject({
      type: "about:blank",
      status,
      detail: expect.stringMatching(detail),
    });
  });

  test("a browser is told on a page", async () => {
    const { url } = await openFor(sourcesOf());
    const response = await fetch(`${url}/?offset=x`, { headers: { accept: "text/html,*/*" } });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      400,
      "text/html; charset=utf-8",
    ]);
    expect(await response.text()).toContain("Cannot use offset &quot;x&quot;");
  });

  test("a browser is told which parameters there are, not that the page is none", async () => {
    const { url } = await openFor(sourcesOf());
    const text = await (await fetch(`${url}/?foo=1`, { headers: { accept: "text/html" } })).text();
    expect(text).toContain("<h1>This page cannot be shown</h1>");
    expect(text).toContain("Cannot use query parameter &quot;foo&quot;: there are offset, limit and search.");
  });

  test("a page that too many others are waited for before is 503", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { url } = await openFor(sourcesOf());
    const statuses: number[] = [];
    const four = Promise.withResolvers<void>();
    const pages = Array.from({ length: 20 }, async (_, offset) => {
      const { status } = await fetch(`${url}/?offset=${offset}`);
      if (statuses.push(status) === 4) four.resolve();
    });
    await four.promise;
    expect(statuses.toSorted()).toEqual([200, 503, 503, 503]); // one is made and sixteen wait
    await vi.advanceTimersByTimeAsync(1_600);
    await Promise.all(pages);
    expect(statuses.filter((status) => status === 200)).toHaveLength(17);
  });

  test("405 names the methods that there are", async () => {
    const { url } = await openFor(sourcesOf());
    const { headers } = await fetch(`${url}/metrics`, { method: "DELETE" });
    expect(headers.get("allow")).toBe("GET, HEAD");
  });

  test("401 to a wrong token, on every path but the probes", async () => {
    const opened = await openFor(sourcesOf(), {
      hosts: [],
      token: "correct-horse-battery",
      tokenFor: "remote",
    });
    const headers = { "x-forwarded-for": "192.0.2.9", authorization: "Bearer wrong" };
    const statuses = ["/", "/events", "/assets/page.js", "/api/v1/status", "/nix", "/healthz", "/readyz"].map(
      async (path) => (await fetch(opened.url + path, { headers })).status,
    );
    expect(await Promise.all(statuses)).toEqual([401, 401, 401, 401, 401, 200, 200]);
  });

  test("421 to a foreign Host", async () => {
    const opened = await openFor(sourcesOf());
    const said = await raw(opened, "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    expect(problemIn(said)).toMatchObject({ status: 421 });
  });

  const rawCases: { why: string; text: string; status: number }[] = [
    { why: "no HTTP", text: "\x16\x03\x01 hello\r\n\r\n", status: 400 },
    {
      why: "a head beyond the limit",
      text: `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
      status: 431,
    },
    {
      why: "two lengths",
      text: "POST /api/v1/reload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      status: 400,
    },
    { why: "no Host", text: "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", status: 400 },
    { why: "TRACE", text: "TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", status: 501 },
    {
      why: "an expectation",
      text: "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: foo\r\nConnection: close\r\n\r\n",
      status: 417,
    },
    { why: "a head that does not end", text: "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX:", status: 408 },
    {
      why: "a body that does not come",
      text: "POST /api/v1/reload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n",
      status: 408,
    },
  ];
  test.each(rawCases)("$why: $status, and the client is cut", async ({ text, status }) => {
    const opened = await openFor(sourcesOf(), undefined, 200);
    expect(problemIn(await raw(opened, text))).toMatchObject({ status });
  });

  test("a bug is a sentence and no stack", async () => {
    const describe: AdminSources["describe"] = async () => {
      throw new Error("secret");
    };
    const { url } = await openFor(sourcesOf({ describe }));
    const response = await fetch(`${url}/api/v1/deployment`);
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining("secret")]);
  });

  test("what cannot be described is 503 to programs, and a sentence on the page", async () => {
    const reason = "the builder thread died";
    const { url } = await openFor(sourcesOf({ describe: async () => ({ kind: "unavailable", reason }) }));
    const response = await fetch(`${url}/api/v1/records`);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await (await fetch(`${url}/`)).text()).toContain("Cannot be shown: the builder thread died.");
  });
});

describe("GET /events", () => {
  /** The names of events as they come, from a client that reads. */
  async function follow({ port }: Opened) {
    const call = request({ host: "127.0.0.1", port, path: "/events" }).end();
    const [response] = await once(call, "response");
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    response.on("error", () => {});
    const until = async (wanted: string) => {
      while (!text.includes(wanted)) await once(response, "data");
      return text;
    };
    return { response, until };
  }

  test("tells of reloads at once, and of traffic as the page shows it", async () => {
    const sources = sourcesOf();
    const opened = await openFor(sources);
    const { response, until } = await follow(opened);
    expect(response.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    await until("retry: 2000\n\n");
    sources.history.refused([]);
    await until("event: changed\n");
    expect(await until("</figure></div>\n\n")).toMatch(/event: traffic\ndata: <p class="figure">/);
  });

  test("has room for 32 pages; then it is full until one leaves", async () => {
    const opened = await openFor(sourcesOf());
    const streams = await Promise.all(Array.from({ length: 32 }, () => follow(opened)));
    const response = await fetch(`${opened.url}/events`);
    expect([response.status, await response.json()]).toEqual([
      503,
      expect.objectContaining({ detail: "Cannot follow: too many pages are open already; close one" }),
    ]);
    for (const { response: stream } of streams) stream.destroy();
  });

  test("has a head for HEAD", async () => {
    const { url } = await openFor(sourcesOf());
    const { status, headers } = await fetch(`${url}/events`, { method: "HEAD" });
    expect([status, headers.get("content-type")]).toEqual([
      200,
      expect.stringContaining("text/event-stream"),
    ]);
  });
});
