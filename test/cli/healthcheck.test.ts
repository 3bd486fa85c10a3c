import { describe, expect, test } from "vitest";
import { type HealthcheckOptions, healthcheck } from "../../src/cli/healthcheck.ts";
import type { Ask, Reply } from "../../src/probe/dns-client.ts";
import { builder, LAB } from "./engine.ts";
import { Stage } from "./stage.ts";

const SERVED: Reply = {
  kind: "reply",
  rcode: 0,
  authoritative: true,
  truncated: false,
  answers: [{ name: "alpha.test", type: 6, ttl: 60, serial: 7 }],
  authorities: [],
  hasEdns: false,
};
const REFUSED: Reply = { ...SERVED, rcode: 5, answers: [] };

interface Case {
  readonly why: string;
  readonly options: HealthcheckOptions;
  readonly text: string | undefined;
  readonly reply: Reply;
  readonly asked: string;
  readonly code: number;
  readonly says: string;
}

const WHERE = "over UDP and TCP on 127.0.0.1, port 5300";

describe("healthcheck()", () => {
  const cases: Case[] = [
    {
      why: "asks for the deployment's first zone",
      options: {},
      text: LAB,
      reply: SERVED,
      asked: "127.0.0.1:5300 alpha.test",
      code: 0,
      says: `Healthy: SOA of alpha.test, serial 7, ${WHERE}\n`,
    },
    {
      why: "asks for the zone wanted, whose letters may be those of an IDN",
      options: { zone: "bücher.test" },
      text: undefined,
      reply: SERVED,
      asked: "127.0.0.1:5300 xn--bcher-kva.test",
      code: 0,
      says: `Healthy: SOA of xn--bcher-kva.test, serial 7, ${WHERE}\n`,
    },
    {
      why: "takes any answer while the file on disk is broken",
      options: {},
      text: "sipDomains: 1\n",
      reply: REFUSED,
      asked: "127.0.0.1:5300 .",
      code: 0,
      says: `Alive: answers ${WHERE}; no zone asked for, because "config/deployment.yaml" does not load or is too large to read here\n`,
    },
    {
      why: "does not read a large file beside the server that has read it",
      options: {},
      text: LAB + "# much\n".repeat(2 ** 16),
      reply: REFUSED,
      asked: "127.0.0.1:5300 .",
      code: 0,
      says: `Alive: answers ${WHERE}; no zone asked for, because "config/deployment.yaml" does not load or is too large to read here\n`,
    },
    {
      why: "fails where the zone wanted is refused",
      options: { zone: "gamma.test" },
      text: LAB,
      reply: REFUSED,
      asked: "127.0.0.1:5300 gamma.test",
      code: 1,
      says: "Unhealthy: asked port 5300 for SOA of gamma.test: REFUSED over UDP from 127.0.0.1; REFUSED over TCP from 127.0.0.1\n",
    },
    {
      why: "speaks JSON",
      options: { json: true },
      text: LAB,
      reply: SERVED,
      asked: "127.0.0.1:5300 alpha.test",
      code: 0,
      says: `{"healthy":true,"sentence":"Healthy: SOA of alpha.test, serial 7, ${WHERE}"}\n`,
    },
  ];
  test.each(cases)("$why", async ({ options, text, reply, asked, code, says }) => {
    const stage = new Stage();
    const questions = new Set<string>();
    const ask: Ask = async ({ address, port }, { name }) => {
      questions.add(`${address}:${port} ${name}`);
      return reply;
    };
    const listening = { listen: ["0.0.0.0"], port: "5300" };
    const engine = { build: builder(text) };
    const clients = { udp: ask, tcp: ask };
    expect(await healthcheck({ ...listening, ...options }, stage.surroundings, engine, clients)).toBe(code);
    expect(stage.stdout).toBe(says);
    expect([...questions]).toEqual([asked]);
  });

  const wrong: { why: string; options: HealthcheckOptions; stderr: string }[] = [
    {
      why: "no name",
      options: { zone: "a..b" },
      stderr: 'error: Cannot ask for zone "a..b": it is no domain name\n',
    },
    {
      why: "the port that a server is to choose",
      options: { port: "0" },
      stderr: "error: Cannot ask port 0: name the port that the server took, with --port\n",
    },
    {
      why: "wrong settings",
      options: { port: "x" },
      stderr: 'error: Cannot set "port" to "x" (--port): it wants a whole number from 0 to 65535\n',
    },
  ];
  test.each(wrong)("asks nobody: $why", async ({ options, stderr }) => {
    const stage = new Stage();
    expect(await healthcheck(options, stage.surroundings, { build: builder(LAB) })).toBe(2);
    expect(stage.stderr).toBe(stderr);
  });
});
