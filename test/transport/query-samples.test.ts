/** The ring of sampled queries: what is written is read, in order, and what has no place is counted. */

import { describe, expect, test } from "vitest";
import {
  makeSampleMemory,
  QuerySampler,
  SAMPLES,
  type SampleMemory,
  SampleReader,
} from "../../src/transport/query-samples.ts";
import { askUdp, TcpClient } from "./clients.ts";
import { message, PATHS, startEcho } from "./echo-server.ts";
import { serve } from "./tcp-server.ts";

function memoryFor(every: number): SampleMemory {
  const memory = makeSampleMemory(every);
  if (memory === undefined) throw new Error("nothing is sampled");
  return memory;
}

const REPLY = message(300).fill(0x83, 3, 4);

/** Writes a sample of a request of so many octets where one is due. */
function ask(sampler: QuerySampler, port: number, length = 40): void {
  if (!sampler.isDue(message(length), 0, length)) return;
  sampler.begin(message(length), 0, length, REPLY, 0, REPLY.length);
  sampler.endWithOctets(Uint8Array.of(0, 192, 0, 2, 1), 1, 4, port);
}

const portsOf = (reader: SampleReader): number[] => reader.read().map(({ port }) => port);

describe("QuerySampler", () => {
  test("writes down one in so many", () => {
    const memory = memoryFor(3);
    const sampler = new QuerySampler(memory, "UDP");
    for (let port = 1; port <= 10; port++) ask(sampler, port);
    expect(portsOf(new SampleReader(memory))).toEqual([3, 6, 9]);
  });

  test("keeps the client, the transport, the question, the RCODE and the length of the reply", () => {
    const memory = memoryFor(1);
    ask(new QuerySampler(memory, "UDP"), 53_000);
    const tcp = new QuerySampler(memory, "TCP");
    tcp.isDue(message(12), 0, 12);
    tcp.begin(message(12), 0, 12, REPLY, 0, 65_535);
    tcp.endWithText("fe80::1%eth0", 1);
    const [first, second] = new SampleReader(memory).read();
    expect(first).toEqual({
      client: Uint8Array.of(192, 0, 2, 1),
      port: 53_000,
      transport: "UDP",
      question: message(28, 7),
      rcode: 3,
      octets: 300,
    });
    expect(second).toMatchObject({ client: "fe80::1%eth0", transport: "TCP", octets: 65_535 });
    expect(second?.question).toHaveLength(0);
  });

  test("keeps the upper part of the RCODE, which stands in the OPT record", () => {
    const memory = memoryFor(1);
    const sampler = new QuerySampler(memory, "UDP");
    // A header without question that counts one additional record; OPT with an upper RCODE of 1: BADVERS.
    const badVersion = Uint8Array.of(
      0,
      1,
      0x80,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      1,
      0,
      0,
      41,
      4,
      208,
      1,
      0,
      0,
      0,
      0,
      0,
    );
    sampler.isDue(message(12), 0, 12);
    sampler.begin(message(12), 0, 12, badVersion, 0, badVersion.length);
    sampler.endWithText("::1", 1);
    expect(new SampleReader(memory).read()).toMatchObject([{ rcode: 16 }]);
  });

  test("cuts what is longer than any question or address", () => {
    const memory = memoryFor(1);
    const sampler = new QuerySampler(memory, "TCP");
    sampler.isDue(message(12), 0, 12);
    sampler.begin(message(4000), 0, 4000, REPLY, 0, 300);
    sampler.endWithText("x".repeat(100), 1);
    ask(sampler, 2);
    const [first, second] = new SampleReader(memory).read();
    expect(first?.question).toEqual(message(259, 7));
    expect(first?.client).toBe("x".repeat(64));
    expect(second?.port).toBe(2);
  });

  test("counts what finds no place, goes on when there is place, and survives its thread", () => {
    const memory = memoryFor(1);
    const reader = new SampleReader(memory);
    const sampler = new QuerySampler(memory, "UDP");
    for (let port = 0; port < SAMPLES + 5; port++) ask(sampler, port);
    expect(portsOf(reader)).toEqual(Array.from({ length: SAMPLES }, (_, port) => port));
    expect([reader.dropped(), reader.dropped()]).toEqual([5, 0]);
    const successor = new QuerySampler(memory, "UDP");
    for (let port = 0; port < SAMPLES; port++) ask(successor, port);
    expect(portsOf(reader)).toHaveLength(SAMPLES);
    expect(reader.dropped()).toBe(0);
  });

  test("goes on where positions run over", () => {
    const memory = memoryFor(1);
    memory.control.fill(0x7fff_ffff, 0, 2);
    const sampler = new QuerySampler(memory, "UDP");
    for (let port = 0; port < SAMPLES + 1; port++) ask(sampler, port);
    const reader = new SampleReader(memory);
    expect(portsOf(reader)).toHaveLength(SAMPLES);
    expect(reader.dropped()).toBe(1);
  });
});

test.each(PATHS)("UDP workers sample, %s", async (mode) => {
  const { port, workers } = await startEcho({ mode, sampleEvery: 2 });
  for (const length of [20, 21, 22, 23]) await askUdp("127.0.0.1", port, message(length));
  await workers.close();
  const [memory = memoryFor(1)] = workers.samples;
  const samples = new SampleReader(memory).read();
  expect(samples.map(({ octets, transport }) => ({ octets, transport }))).toEqual([
    { octets: 21, transport: "UDP" },
    { octets: 23, transport: "UDP" },
  ]);
  const local = mode === "batched" ? Uint8Array.of(127, 0, 0, 1) : "127.0.0.1";
  for (const { client, port: from } of samples) {
    expect(client).toEqual(local);
    expect(from).toBeGreaterThan(0);
  }
});

test("UDP workers sample nothing unless told to", async () => {
  const { workers } = await startEcho();
  expect(workers.samples).toEqual([]);
});

test("TCP samples", async () => {
  const memory = memoryFor(1);
  const { address, port } = await serve({}, { tcpSampler: new QuerySampler(memory, "TCP") });
  const client = await TcpClient.open(address, port);
  client.send(message(40));
  await client.next();
  expect(new SampleReader(memory).read()).toEqual([
    {
      client: "127.0.0.1",
      port: client.socket.localPort,
      transport: "TCP",
      question: message(28, 7),
      rcode: 7,
      octets: 40,
    },
  ]);
  client.close();
});
