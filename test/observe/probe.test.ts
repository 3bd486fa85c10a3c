/** Probes against real servers on loopback, with a clock of our own. */

import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { HealthTarget } from "../../src/observe/health-checks.ts";
import type { Outcome } from "../../src/observe/health-state.ts";
import { socketProbe } from "../../src/observe/probe.ts";
import { Clock } from "./network.ts";

/** A server on a port that the system chooses; closed with its test. */
async function listening(talk: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    onTestFinished(() => void socket.destroy());
    talk(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const targetAt = (port: number, check: HealthTarget["check"]): HealthTarget => ({
  pool: "edge.test",
  server: undefined,
  address: "127.0.0.1",
  port,
  domain: "a.test",
  check,
  interval: 5,
  timeout: 2,
  down: 3,
  up: 2,
});

const NEVER = new AbortController().signal;

const probe = (port: number, check: HealthTarget["check"], clock = new Clock()): Promise<Outcome> =>
  socketProbe(clock)(targetAt(port, check), NEVER);

test("tcp: a connection is enough", async () => {
  expect(await probe(await listening(() => {}), "tcp")).toEqual({ ok: true });
});

test.each(["tcp", "xmpp"] as const)("%s: nobody listens", async (check) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  server.close();
  await once(server, "close");
  expect(await probe(port, check)).toEqual({ ok: false, reason: "the connection is refused" });
});

const HEADER =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>";

test.each([
  { why: "a stream header, in two parts", answers: [HEADER.slice(0, 30), HEADER.slice(30)], ok: true },
  {
    why: "a stream error, with a prefix of its own",
    answers: ['<s:error xmlns:s="http://etherx.jabber.org/streams"><host-unknown/></s:error>'],
    ok: true,
  },
  {
    why: "an error without a prefix",
    answers: ["\r\n<error xmlns='http://etherx.jabber.org/streams'>"],
    ok: true,
  },
])("xmpp: $why, is an answer", async ({ answers, ok }) => {
  let heard = "";
  const port = await listening((socket) => {
    socket.once("data", (octets) => {
      heard = String(octets);
      for (const answer of answers) socket.write(answer);
    });
  });
  expect(await probe(port, "xmpp")).toEqual({ ok });
  expect(heard).toContain("<stream:stream xmlns='jabber:server'");
  expect(heard).toContain("to='a.test'");
});

test("xmpp: what speaks something else, or nothing, is none", async () => {
  const talker = await listening((socket) => void socket.write("220 mail ESMTP\r\n".repeat(300)));
  expect(await probe(talker, "xmpp")).toEqual({ ok: false, reason: "what answers does not speak XMPP" });
  const closer = await listening((socket) => void socket.end());
  expect(await probe(closer, "xmpp")).toEqual({
    ok: false,
    reason: "it closed the connection without a stream header",
  });
});

test("xmpp: one that says nothing is given up after the timeout", async () => {
  const clock = new Clock();
  const connected = Promise.withResolvers<void>();
  const port = await listening((socket) => void socket.once("data", () => connected.resolve()));
  const outcome = probe(port, "xmpp", clock);
  await connected.promise;
  await clock.pass(2);
  expect(await outcome).toEqual({ ok: false, reason: "no answer to a stream header within 2 s" });
});

test("a connection that came while the thread was busy counts, though its time is over", async () => {
  const clock = new Clock();
  const port = await listening(() => {});
  const outcome = probe(port, "tcp", clock);
  void clock.pass(2); // the timer runs before the socket is looked at, as after a long load
  expect(await outcome).toEqual({ ok: true });
});
