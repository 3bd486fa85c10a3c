import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AdminStart, Start } from "../../src/cli/engine.ts";
import { serve } from "../../src/cli/serve.ts";
import type { CommonOptions } from "../../src/cli/settings.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { IdleServer } from "./engine.ts";
import { Stage } from "./stage.ts";

function serverOf(firstPublished: string | undefined, closing?: Promise<void>): IdleServer {
  return new IdleServer(firstPublished, closing);
}

/** Serves until SIGTERM, which comes as soon as the server stands. */
async function served(start: Start, options: CommonOptions, stage: Stage): Promise<number> {
  const code = serve(options, stage.surroundings, { openServer: async () => start });
  await Promise.resolve();
  stage.signal("SIGTERM");
  return code;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("serve() greets", () => {
  test("people with lines to copy", async () => {
    const stage = new Stage({ isTerminal: true, environment: { NO_COLOR: "1" } });
    await served(serverOf("alpha.test").start, {}, stage);
    expect(stage.stdout).toContain("INFO: Serving on 127.0.0.1, port 5300\n");
    expect(stage.stdout).toContain(
      "\nTry it:\n\n  dig @127.0.0.1 -p 5300 _xmpp-server._tcp.alpha.test SRV\n\n",
    );
  });

  test("programs with JSON alone, the lines inside", async () => {
    const stage = new Stage();
    await served(serverOf("alpha.test").start, {}, stage);
    const lines: unknown[] = stage.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      {
        msg: "Serving on 127.0.0.1, port 5300",
        try: ["dig @127.0.0.1 -p 5300 _xmpp-server._tcp.alpha.test SRV"],
      },
      { msg: "Stopping", signal: "SIGTERM" },
      { msg: "Answered 0 queries over UDP and 0 over TCP" },
      { msg: "Stopped" },
    ]);
  });

  test("nobody when it shall be silent", async () => {
    const stage = new Stage({ isTerminal: true });
    await served(serverOf("alpha.test").start, { set: ["log.level=silent"] }, stage);
    expect(stage.stdout).toBe("");
  });

  test("with the reason to look for where nothing is published", async () => {
    const stage = new Stage({ isTerminal: true });
    await served(serverOf(undefined).start, {}, stage);
    expect(stage.stdout).toContain("No SIP domain is published; `xmpp-edge-dns records` says why.");
  });

  test("programs with a warning where nothing is published", async () => {
    const stage = new Stage();
    await served(serverOf(undefined).start, {}, stage);
    const [, second = ""] = stage.stdout.split("\n");
    expect(JSON.parse(second)).toMatchObject({
      level: "warn",
      msg: "No SIP domain is published; `xmpp-edge-dns records` says why",
    });
  });
});

describe("serve() obeys signals", () => {
  test("SIGHUP reloads, SIGTERM closes and ends with 0", async () => {
    const stage = new Stage();
    const server = serverOf("alpha.test");
    const code = serve({}, stage.surroundings, { openServer: async () => server.start });
    await vi.advanceTimersByTimeAsync(0);
    stage.signal("SIGHUP");
    stage.signal("SIGTERM");
    expect(await code).toBe(0);
    expect(server.told).toEqual(["reload", "close"]);
    expect(stage.exits).toEqual([]);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("%s ends a load that never does", async (signal) => {
    const stage = new Stage();
    const code = serve({}, stage.surroundings, { openServer: () => new Promise(() => {}) });
    stage.signal(signal);
    expect(await code).toBe(0);
    const lines: unknown[] = stage.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([{ msg: "Stopped before anything was served", signal }]);
  });

  test("a load that fails after SIGTERM changes nothing", async () => {
    const stage = new Stage();
    const opening = Promise.withResolvers<Start>();
    const code = serve({}, stage.surroundings, { openServer: () => opening.promise });
    stage.signal("SIGTERM");
    expect(await code).toBe(0);
    opening.resolve({ kind: "bad-deployment", problems: [{ severity: "error", message: "Cannot use it" }] });
    await vi.advanceTimersByTimeAsync(0);
    expect(stage.stderr).toBe("");
  });

  test("a server that does not come to its end is left after 4.5 s", async () => {
    const stage = new Stage();
    const code = served(serverOf("alpha.test", new Promise(() => {})).start, {}, stage);
    await vi.advanceTimersByTimeAsync(4_400);
    expect(stage.stdout).not.toContain("Stopped before");
    await vi.advanceTimersByTimeAsync(100);
    expect(await code).toBe(0);
    expect(stage.stdout).toContain("Stopped before every client was done");
  });

  test("a fault while closing is said and is not the caller's", async () => {
    const stage = new Stage();
    const server = serverOf("alpha.test", Promise.reject(new Error("socket gone")));
    expect(await served(server.start, {}, stage)).toBe(0);
    expect(stage.stdout).toContain("socket gone");
  });
});

describe("serve() that cannot", () => {
  const place = { file: "d.yaml", line: 1, column: 1 };
  const cases: { why: string; start: Start; code: number; stderr: string }[] = [
    {
      why: "bad deployment, its notes left to `check`",
      start: {
        kind: "bad-deployment",
        problems: [
          { severity: "note", message: "So be it", place },
          { severity: "error", message: "Cannot use it", place },
        ],
      },
      code: 1,
      stderr: "d.yaml:1:1  Cannot use it\n",
    },
    {
      why: "the thread that loads died",
      start: {
        kind: "builder-died",
        problems: [{ severity: "error", message: "Cannot load the deployment: the thread died" }],
      },
      code: 4,
      stderr: "error: Cannot load the deployment: the thread died\n",
    },
    {
      why: "port taken",
      start: {
        kind: "cannot-listen",
        problems: [{ severity: "error", message: "Cannot listen on 127.0.0.1:53" }],
      },
      code: 3,
      stderr: "error: Cannot listen on 127.0.0.1:53\n",
    },
  ];
  test.each(cases)("$why", async ({ start, code, stderr }) => {
    const stage = new Stage();
    expect(await served(start, {}, stage)).toBe(code);
    expect(stage.stderr).toBe(stderr);
    expect(stage.stdout).toBe("");
  });

  test("wrong settings: nothing is opened", async () => {
    const stage = new Stage();
    const openServer = vi.fn();
    expect(await serve({ port: "x" }, stage.surroundings, { openServer })).toBe(2);
    expect(openServer).not.toHaveBeenCalled();
  });
});

test("serve() hands over the settings of the strongest source", async () => {
  const stage = new Stage({ environment: { XMPP_EDGE_DNS_WORKERS: "3" } });
  const seen: Settings[] = [];
  const options: CommonOptions = { set: ["listen=127.0.0.1,::1", "port=5300"], port: "5301" };
  const openServer = async ({ settings }: { readonly settings: Settings }): Promise<Start> => {
    seen.push(settings);
    return { kind: "bad-deployment", problems: [] };
  };
  await serve(options, stage.surroundings, { openServer });
  expect(seen).toMatchObject([{ listen: ["127.0.0.1", "::1"], port: 5301, workers: 3 }]);
});

describe("serve() of which threads keep dying", () => {
  const withoutPage: { why: string; openAdmin: (() => Promise<AdminStart>) | undefined }[] = [
    { why: "there is no status page", openAdmin: undefined },
    {
      why: "the status page did not open",
      openAdmin: async () => ({ kind: "fault", sentence: "Cannot open the page" }),
    },
    { why: "the status page has a bug", openAdmin: async () => Promise.reject(new Error("a bug")) },
  ];
  test.each(withoutPage)("ends with 4 where $why", async ({ openAdmin }) => {
    const stage = new Stage();
    const server = serverOf("alpha.test");
    server.givenUp = Promise.resolve();
    const start: Start = { kind: "serving", server, openAdmin };
    expect(await serve({}, stage.surroundings, { openServer: async () => start })).toBe(4);
    expect(server.told).toEqual(["close"]);
  });

  test("goes on where /readyz says so, until it is told to stop", async () => {
    const stage = new Stage();
    const server = serverOf("alpha.test");
    server.givenUp = Promise.resolve();
    const close = vi.fn(async () => {});
    const openAdmin = async () => ({ kind: "open", url: "http://127.0.0.1:8053/", close }) as const;
    const start: Start = { kind: "serving", server, openAdmin };
    const code = serve({}, stage.surroundings, { openServer: async () => start });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.told).toEqual([]);
    expect(stage.stdout).toMatch(/"level":"error".*"msg":"Going on though UDP threads keep dying: \/readyz/);
    stage.signal("SIGTERM");
    expect(await code).toBe(0);
    expect(server.told).toEqual(["close"]);
    expect(close).toHaveBeenCalledOnce();
  });
});

describe("serve() and the status page", () => {
  async function servedWith(openAdmin: () => Promise<AdminStart>, stage: Stage): Promise<IdleServer> {
    const server = serverOf("alpha.test");
    const start: Start = { kind: "serving", server, openAdmin };
    const code = serve({}, stage.surroundings, { openServer: async () => start });
    await vi.advanceTimersByTimeAsync(0);
    stage.signal("SIGTERM");
    expect(await code).toBe(0);
    return server;
  }

  test("it says where the page is, and closes it at the end", async () => {
    const stage = new Stage({ isTerminal: true, environment: { NO_COLOR: "1" } });
    const close = vi.fn(async () => {});
    await servedWith(async () => ({ kind: "open", url: "http://127.0.0.1:8053/", close }), stage);
    expect(stage.stdout).toContain("INFO: Status page on http://127.0.0.1:8053/\n");
    expect(close).toHaveBeenCalledOnce();
  });

  test("a page that cannot be opened is a warning, a bug in it an error; DNS is served either way", async () => {
    const stage = new Stage();
    const server = await servedWith(async () => ({ kind: "fault", sentence: "Cannot open the page" }), stage);
    await servedWith(async () => Promise.reject(new Error("a bug")), stage);
    expect(server.told).toEqual(["close"]);
    expect(stage.stdout).toMatch(/"level":"warn".*"msg":"Cannot open the page"/);
    expect(stage.stdout).toMatch(/"level":"error".*a bug.*"msg":"Cannot open the status page: this is a bug/);
  });
});
