/** Whether somebody answers at an address: by a TCP connection, or by an XMPP stream (RFC 6120 §4.2). */

import { connect, type Socket } from "node:net";
import type { HealthTarget, Probe } from "./health-checks.ts";
import type { Outcome } from "./health-state.ts";
import type { Timers } from "./timers.ts";

/** Octets of an answer after which it is no stream header any more. */
const LONGEST_ANSWER = 4_096;

/** The root element of what an XMPP server says, behind its XML declaration: a stream, or an error without one. */
const ROOT = /^\s*(?:<\?xml\s[^>]*\?>\s*)?<(?:([\w.-]+):)?(?:stream|error)\s([^>]*)>/;

/** RFC 6120 §4.8.1; the prefix is the server's to choose (§4.8.5). */
const STREAMS = "http://etherx.jabber.org/streams";

/** Whether an answer, as far as it has come, begins a stream: words of other protocols may hold any of it. */
function beginsStream(answer: string): boolean {
  const [root, prefix, attributes = ""] = ROOT.exec(answer) ?? [];
  if (root === undefined) return false;
  const name = prefix === undefined ? "xmlns" : `xmlns:${prefix}`;
  const declarations = attributes.matchAll(/([\w:.-]+)\s*=\s*(?:'([^']*)'|"([^"]*)")/g);
  return [...declarations].some(([, key, one, other]) => key === name && (one ?? other) === STREAMS);
}

/** Probes that open sockets. */
export function socketProbe(timers: Timers): Probe {
  return (target, signal) => new Promise((resolve) => open(target, { signal, timers, resolve }));
}

interface Surroundings {
  readonly signal: AbortSignal;
  readonly timers: Timers;
  readonly resolve: (outcome: Outcome) => void;
}

function open(target: HealthTarget, { signal, timers, resolve }: Surroundings): void {
  const { address, port, timeout, check, domain } = target;
  const socket = connect({ host: address, port, signal });
  socket.unref();
  const end = (outcome: Outcome) => {
    cancel();
    socket.destroy();
    resolve(outcome); // once only: a promise takes its first outcome
  };
  const cancel = timers.after(1_000 * timeout, () => {
    // This thread may have been busy with a load: what came in meanwhile is heard first.
    setImmediate(() => {
      const missing = socket.connecting ? "no connection" : "no answer to a stream header";
      end({ ok: false, reason: `${missing} within ${timeout} s` });
    });
  });
  socket.on("error", (error) => end({ ok: false, reason: reasonOf(error) }));
  socket.on("connect", () => (check === "tcp" ? end({ ok: true }) : openStream(socket, domain, end)));
}

function openStream(socket: Socket, domain: string, end: (outcome: Outcome) => void): void {
  let answer = "";
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    answer += text;
    if (beginsStream(answer)) end({ ok: true });
    else if (answer.length > LONGEST_ANSWER) end({ ok: false, reason: "what answers does not speak XMPP" });
  });
  socket.on("close", () => end({ ok: false, reason: "it closed the connection without a stream header" }));
  socket.write(
    `<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' to='${domain}' version='1.0'>`,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection is refused",
  ECONNRESET: "the connection is reset",
  EHOSTUNREACH: "there is no route to the host",
  ENETUNREACH: "there is no route to its network",
};

function reasonOf(error: Error): string {
  const code = "code" in error ? String(error.code) : error.message;
  return REASONS[code] ?? `the system says ${code}`;
}
