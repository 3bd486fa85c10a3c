/** A web server whose page spoke of an error, or of a stream, was an XMPP server to health checks. */

import { once } from "node:events";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { socketProbe } from "../../src/observe/probe.ts";
import { Clock } from "../observe/network.ts";

async function probeOf(answer: string) {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(answer));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const target = { pool: "edge.test", server: undefined, address: "127.0.0.1", port, domain: "a.test" };
  const rest = { check: "xmpp", interval: 5, timeout: 2, down: 3, up: 2 } as const;
  return socketProbe(new Clock())({ ...target, ...rest }, new AbortController().signal);
}

const NAMESPACE = "xmlns:stream='http://etherx.jabber.org/streams'";

test.each([
  "HTTP/1.1 400 Bad Request\r\n\r\n<html><error >",
  `HTTP/1.1 400 Bad Request\r\n\r\n<stream:stream ${NAMESPACE}>`,
  "<?xml version='1.0'?><error message='no' />",
  "<stream:stream xmlns:stream='urn:something-else'>",
  `<streams ${NAMESPACE}>`,
  `<other:stream ${NAMESPACE}>`,
])("%s: none", async (answer) => {
  expect(await probeOf(answer)).toMatchObject({ ok: false });
});

test.each([
  `<?xml version="1.0" encoding="UTF-8"?>\n<stream:stream from='a.test' ${NAMESPACE} version='1.0'>`,
  `<stream:error ${NAMESPACE}><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>`,
])("%s: one", async (answer) => {
  expect(await probeOf(answer)).toEqual({ ok: true });
});
