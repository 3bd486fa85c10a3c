/** A source address that was missing when the socket opened was never tried again: NOTIFY left from elsewhere for good. */

import { createSocket, Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { openDatagrams } from "../../src/transport/datagrams.ts";

afterEach(() => void vi.restoreAllMocks());

const SOURCE = "127.0.0.9";
const { bind } = Socket.prototype;

/** Has the system know no such address for so many tries. */
function hideSource(tries: number): void {
  let left = tries;
  vi.spyOn(Socket.prototype, "bind").mockImplementation(function (this: Socket, ...words: unknown[]) {
    if (!words.includes(SOURCE) || left-- <= 0) return Reflect.apply(bind, this, words);
    setImmediate(() => this.emit("error", new Error(`bind EADDRNOTAVAIL ${SOURCE}`)));
    return this;
  });
}

/** What another server hears of datagrams that are to leave from the source. */
async function heard() {
  const server = createSocket("udp4").bind(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const errors: string[] = [];
  const answers: number[] = [];
  const datagrams = openDatagrams({
    target: server.address(),
    source: SOURCE,
    onError: ({ message }) => void errors.push(message),
    onMessage: ([octet = 0]) => void answers.push(octet),
  });
  onTestFinished(() => datagrams.close());
  const next = (): Promise<readonly [number | undefined, string]> =>
    new Promise((resolve) =>
      server.once("message", ([octet], { address, port }) => {
        server.send(Uint8Array.of(octet ?? 0), port, address);
        resolve([octet, address]);
      }),
    );
  const send = (octet: number) => {
    const arrival = next();
    datagrams.send(Uint8Array.of(octet));
    return arrival;
  };
  return { send, next, datagrams, errors, answers };
}

test("each datagram tries the source again; none is lost, and what is wrong is told once", async () => {
  hideSource(2);
  const { send, errors, answers } = await heard();
  expect(await send(1)).toEqual([1, "127.0.0.1"]);
  expect(await send(2)).toEqual([2, "127.0.0.1"]);
  expect(await send(3)).toEqual([3, SOURCE]);
  expect(await send(4)).toEqual([4, SOURCE]);
  expect(errors).toEqual([`bind EADDRNOTAVAIL ${SOURCE}`]);
  await expect.poll(() => answers).toContain(4);
});

test("many at a time are one try", async () => {
  hideSource(1);
  const { send, datagrams, errors } = await heard();
  const first = send(1);
  for (const octet of [2, 3, 4]) datagrams.send(Uint8Array.of(octet));
  expect(await first).toEqual([1, "127.0.0.1"]);
  expect(errors).toHaveLength(1);
});

test("one that is closed while it tries leaves no socket open", async () => {
  const opened: Socket[] = [];
  vi.spyOn(Socket.prototype, "unref").mockImplementation(function (this: Socket) {
    opened.push(this);
    return this;
  });
  const onError = (): void => expect.unreachable();
  const target = { address: "127.0.0.1", port: 9 };
  const datagrams = openDatagrams({ target, source: SOURCE, onError, onMessage: () => {} });
  datagrams.send(Uint8Array.of(1));
  const closed = opened.map((socket) => once(socket, "close"));
  datagrams.close();
  await Promise.all(closed);
  expect(closed).toHaveLength(1);
});
