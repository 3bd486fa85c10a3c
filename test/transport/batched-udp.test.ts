/** The loop of the batched path on this thread, over real sockets, with system calls that fail as wanted. */

import { constants } from "node:os";
import { describe, expect, onTestFinished, test } from "vitest";
import { BatchedUdp } from "../../src/transport/batched-udp.ts";
import { type UdpCounts, udpCountsOf } from "../../src/transport/counts.ts";
import { openDatagramSockets } from "../../src/transport/datagram-socket.ts";
import type { RespondFunction } from "../../src/transport/endpoint.ts";
import { NAME_ROOM } from "../../src/transport/message-batch.ts";
import { loadSocketCalls, type SocketCalls } from "../../src/transport/socket-calls.ts";
import { CONTROL_WORD, makeWorkerMemory, requestInWork } from "../../src/transport/worker-memory.ts";
import { UdpClient } from "./clients.ts";
import { message } from "./echo-server.ts";

const loaded = await loadSocketCalls();

const echo: RespondFunction = (request, offset, length, reply, replyOffset) => {
  if (request[offset] === 0xff) return 0;
  if (request[offset] === 0xfe) throw new Error("told to die");
  reply.set(request.subarray(offset, offset + length), replyOffset);
  return length;
};

interface Run {
  readonly client: UdpClient;
  readonly counts: UdpCounts;
  readonly thrown: unknown;
  /** The request that was in work when the loop ended. */
  readonly inWork: Uint8Array | undefined;
}

interface RunOptions {
  readonly requests: readonly Uint8Array[];
  /** Calls in place of the system's own. */
  readonly calls?: (real: SocketCalls, loop: () => BatchedUdp) => Partial<SocketCalls>;
  readonly batchSize?: number;
}

/** Lets requests wait at a socket, then runs the loop with the order to stop already given. */
async function run(real: SocketCalls, { requests, calls, batchSize = 8 }: RunOptions): Promise<Run> {
  const opened = openDatagramSockets(real, [{ address: "127.0.0.1", port: 0 }], 1);
  if ("faults" in opened) throw new Error(JSON.stringify(opened.faults));
  const [[socket] = []] = opened.sockets;
  if (socket === undefined) throw new Error("no socket");
  const wakeUp = real.eventfd(1, 0);
  onTestFinished(() => [socket.descriptor, wakeUp].forEach((descriptor) => void real.close(descriptor)));
  const client = await UdpClient.open("127.0.0.1", socket.endpoint.port);
  await client.send(...requests);
  const memory = makeWorkerMemory(batchSize);
  memory.control[CONTROL_WORD.WAITING] = 1;
  const loop: BatchedUdp = new BatchedUdp({
    calls: { ...real, ...calls?.(real, () => loop) },
    sockets: [{ descriptor: socket.descriptor, counters: memory.counters }],
    wakeUp,
    memory,
    batchSize,
    replyRoom: 512,
    respond: echo,
    now: () => 0,
    takeMessages: () => false,
  });
  let thrown: unknown;
  try {
    loop.run();
  } catch (error) {
    thrown = error;
  }
  return { client, counts: udpCountsOf([memory.counters]), thrown, inWork: requestInWork(memory) };
}

/** Requests of 20 octets and more, each of a length of its own. */
const several = (count: number) => Array.from({ length: count }, (_, n) => message(20 + n));

async function lengthsOf(client: UdpClient, count: number): Promise<number[]> {
  const lengths: number[] = [];
  while (lengths.length < count) lengths.push((await client.next()).length);
  return lengths;
}

/** Calls that fail with an error. */
class Failure {
  #code: string | undefined;
  readonly #real: SocketCalls;

  constructor(real: SocketCalls) {
    this.#real = real;
  }

  with(code: string): -1 {
    this.#code = code;
    return -1;
  }

  readonly errorCode = (): string => {
    const code = this.#code ?? this.#real.errorCode();
    this.#code = undefined;
    return code;
  };
}

describe.skipIf(loaded.kind === "unavailable")("BatchedUdp", () => {
  if (loaded.kind === "unavailable") return;
  const { calls: real } = loaded;

  test("answers more than one batch holds, and goes to its end without a request in work", async () => {
    const { client, counts, inWork } = await run(real, { requests: several(20) });
    expect(await lengthsOf(client, 20)).toEqual(several(20).map(({ length }) => length));
    expect(counts).toMatchObject({ received: 20, replies: 20, batches: 3, octetsIn: 590, octetsOut: 590 });
    expect(counts.batchSizes.slice(0, 5)).toEqual([0, 0, 1, 2, 0]);
    expect(inWork).toBeUndefined();
  });

  test("answers after the order to stop what waited before it", async () => {
    const requests = several(300); // more than one turn takes
    const { client, counts } = await run(real, { requests });
    expect(await lengthsOf(client, 300)).toEqual(requests.map(({ length }) => length));
    expect(counts.replies).toBe(300);
  });

  test("takes a wake-up once, or it would not sleep again", async () => {
    let reads = 0;
    const read = (...words: Parameters<SocketCalls["read"]>): number => {
      reads++;
      return real.read(...words);
    };
    await run(real, { requests: [], calls: () => ({ read }) });
    expect(reads).toBe(1);
  });

  test("sends the rest when the kernel takes only some", async () => {
    let calls = 0;
    const { client, counts } = await run(real, {
      requests: several(8),
      calls: ({ sendmmsg }) => ({
        sendmmsg: (socket, messages, count, flags) => {
          calls++;
          return sendmmsg(socket, messages, Math.min(count, 3), flags);
        },
      }),
    });
    expect(await lengthsOf(client, 8)).toEqual(several(8).map(({ length }) => length));
    expect(counts.replies).toBe(8);
    expect(calls).toBe(3);
  });

  test.each(["EAGAIN", "ENOBUFS", "EPERM", "ENETUNREACH", "EHOSTUNREACH"] as const)(
    "drops and counts the one message that fails with %s",
    async (code) => {
      let sends = 0;
      const failure = new Failure(real);
      const { client, counts } = await run(real, {
        requests: several(8),
        calls: ({ sendmmsg }) => ({
          errorCode: failure.errorCode,
          sendmmsg: (socket, messages, count, flags) => {
            sends++;
            if (sends === 1) return sendmmsg(socket, messages, 4, flags);
            return sends === 2 ? failure.with(code) : sendmmsg(socket, messages, count, flags);
          },
        }),
      });
      expect(await lengthsOf(client, 7)).toEqual([20, 21, 22, 23, 25, 26, 27]);
      expect(counts.dropped).toMatchObject({ [code]: 1, other: 0 });
      expect(counts).toMatchObject({ received: 8, replies: 7, octetsOut: 164 });
    },
  );

  test("counts an error without a place of its own with the others", async () => {
    const failure = new Failure(real);
    const { counts } = await run(real, {
      requests: several(1),
      calls: () => ({ errorCode: failure.errorCode, sendmmsg: () => failure.with("EMSGSIZE") }),
    });
    expect(counts).toMatchObject({ replies: 0, dropped: { other: 1 } });
  });

  test("tries again what a signal has interrupted", async () => {
    let sends = 0;
    let polls = 0;
    const failure = new Failure(real);
    const { client, counts } = await run(real, {
      requests: several(2),
      calls: ({ sendmmsg, poll }) => ({
        errorCode: failure.errorCode,
        poll: (...words) => (polls++ < 3 ? failure.with("EINTR") : poll(...words)),
        sendmmsg: (...words) => (sends++ < 3 ? failure.with("EINTR") : sendmmsg(...words)),
      }),
    });
    expect(await lengthsOf(client, 2)).toEqual([20, 21]);
    expect(counts).toMatchObject({ replies: 2, dropped: { other: 0 } });
  });

  test("drops what comes from port 0, and answers its neighbours with their own replies", async () => {
    const { client, counts } = await run(real, {
      requests: several(5),
      calls: ({ recvmmsg }, loop) => ({
        recvmmsg: (...words) => {
          const received = recvmmsg(...words);
          for (const at of [0, 3]) loop().batch.names.fill(0, at * NAME_ROOM + 2, at * NAME_ROOM + 4);
          return received;
        },
      }),
    });
    expect(await lengthsOf(client, 3)).toEqual([21, 22, 24]);
    expect(counts).toMatchObject({ received: 5, replies: 3, dropped: { portZero: 2 } });
  });

  test("answers those between requests that are met with silence, batch after batch", async () => {
    const requests = several(32).map((request, n) => (n % 3 === 0 ? message(request.length, 0xff) : request));
    const answered = requests.filter(([first]) => first !== 0xff).map(({ length }) => length);
    const { client, counts } = await run(real, { requests });
    expect(await lengthsOf(client, answered.length)).toEqual(answered);
    expect(counts).toMatchObject({ received: 32, replies: 21, dropped: { silent: 11 } });
  });

  test("refuses a batch from the request that the responder fails at, and leaves that to be seen", async () => {
    const requests = several(6).map((request, n) => (n === 2 ? message(22, 0xfe) : request));
    const { client, thrown, inWork, counts } = await run(real, { requests });
    expect(thrown).toMatchObject({ message: "told to die" });
    expect(inWork).toEqual(message(22, 0xfe));
    expect(await lengthsOf(client, 6)).toEqual([20, 21, 12, 12, 12, 12]);
    expect(counts.rcodes[2]).toBe(4);
  });

  test("fails when a socket cannot be read any more", async () => {
    const failure = new Failure(real);
    const { thrown } = await run(real, {
      requests: several(1),
      calls: () => ({ errorCode: failure.errorCode, recvmmsg: () => failure.with("EBADF") }),
    });
    expect(thrown).toMatchObject({ message: "A socket cannot be read any more" });
  });

  test("fails when the system will not poll", async () => {
    const failure = new Failure(real);
    const { thrown } = await run(real, {
      requests: [],
      calls: () => ({ errorCode: failure.errorCode, poll: () => failure.with("ENOMEM") }),
    });
    expect(thrown).toMatchObject({ message: "poll failed: ENOMEM" });
  });
});

describe.skipIf(loaded.kind === "unavailable")("openDatagramSockets()", () => {
  if (loaded.kind === "unavailable") return;
  const { calls: real } = loaded;

  test("makes do with the receive buffer that there is", () => {
    const refusing = { ...real, setsockopt: () => -1 };
    const opened = openDatagramSockets(refusing, [{ address: "127.0.0.1", port: 0 }], 1);
    const sockets = "sockets" in opened ? opened.sockets.flat() : [];
    expect(sockets.map(({ receiveBuffer }) => receiveBuffer > 0)).toEqual([true]);
    for (const { descriptor } of sockets) real.close(descriptor);
  });

  test.each(["::1", "0:0:0:0:0:0:0:1", "::0.0.0.1", "0::1"])("reads the address %s", (address) => {
    const opened = openDatagramSockets(real, [{ address, port: 0 }], 1);
    const sockets = "sockets" in opened ? opened.sockets.flat() : [];
    expect(sockets.map(({ endpoint }) => endpoint.address)).toEqual([address]);
    for (const { descriptor } of sockets) real.close(descriptor);
  });

  test("leaves nothing open where one socket cannot be had", () => {
    const closed: number[] = [];
    let left = 3;
    const counting: SocketCalls = {
      ...real,
      socket: (...words) => (left-- > 0 ? real.socket(...words) : -1),
      errorCode: () => "EMFILE",
      close: (descriptor) => {
        closed.push(descriptor);
        return real.close(descriptor);
      },
    };
    const endpoints = ["127.0.0.1", "127.0.0.2"].map((address) => ({ address, port: 0 }));
    const opened = openDatagramSockets(counting, endpoints, 2);
    expect(opened).toMatchObject({ faults: [{ transport: "UDP", code: "EMFILE" }] });
    expect(closed.length).toBe(3);
  });
});

describe("loadSocketCalls()", () => {
  test("says why there are none where koffi is not installed", async () => {
    const outcome = await loadSocketCalls(() =>
      Promise.reject(new Error("Cannot find package 'koffi'\nat…")),
    );
    expect(outcome).toEqual({
      kind: "unavailable",
      why: "the package koffi does not load: Cannot find package 'koffi'",
    });
  });

  test.skipIf(loaded.kind === "unavailable")("knows errors by the names that Node has for them", () => {
    if (loaded.kind === "unavailable") return;
    expect(loaded.calls.close(-1)).toBe(-1);
    expect(loaded.calls.errorCode()).toBe("EBADF");
    expect(constants.errno.EAGAIN).toBe(constants.errno.EWOULDBLOCK);
  });
});
