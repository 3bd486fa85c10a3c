/**
 * The system calls of the batched UDP path, made through koffi. They are taken from the C library that is
 * already in the process, whichever it is (glibc, musl). Every argument is a number, addresses too (user
 * space ends below 2^47), so that koffi converts nothing: a call costs about 50 ns more than in C.
 */

import { arch, constants, endianness, platform } from "node:os";

/** System calls as C has them: -1 is a failure, and `errorCode` says which, if asked at once. */
export interface SocketCalls {
  /** Where an array lies in memory; it must be kept for as long as the kernel may use the address. */
  address(octets: ArrayBufferView): number;
  /** The name of the last error: `EAGAIN`. */
  errorCode(): string;
  socket(family: number, type: number, protocol: number): number;
  setsockopt(socket: number, level: number, option: number, value: number, length: number): number;
  getsockopt(socket: number, level: number, option: number, value: number, length: number): number;
  bind(socket: number, address: number, length: number): number;
  getsockname(socket: number, address: number, length: number): number;
  poll(descriptors: number, count: number, timeout: number): number;
  recvmmsg(socket: number, messages: number, count: number, flags: number): number;
  sendmmsg(socket: number, messages: number, count: number, flags: number): number;
  eventfd(initial: number, flags: number): number;
  read(descriptor: number, octets: number, length: number): number;
  write(descriptor: number, octets: number, length: number): number;
  close(descriptor: number): number;
}

/** What is used of koffi. It is not there where it has no build for the machine, or was left out. */
interface Koffi {
  load(path: null): {
    func(name: string, result: string, args: string[]): (...args: readonly number[]) => number;
  };
  address(octets: ArrayBufferView): bigint;
  errno(): number;
}

export type SocketCallsOutcome =
  | { readonly kind: "loaded"; readonly calls: SocketCalls }
  /** `why` completes "the batched path cannot be used: …". */
  | { readonly kind: "unavailable"; readonly why: string };

/**
 * Called by number: musl's own sendmmsg sends message by message, because its msghdr is not the kernel's.
 * The kernel's layout is the one that message-batch.ts writes.
 */
const CALL_NUMBERS: ReadonlyMap<string, { readonly recvmmsg: number; readonly sendmmsg: number }> = new Map([
  ["x64", { recvmmsg: 299, sendmmsg: 307 }],
  ["arm64", { recvmmsg: 243, sendmmsg: 269 }],
]);

/** Loads the calls, or says why this machine has none. */
export async function loadSocketCalls(
  load: () => Promise<Koffi> = () => import("koffi"),
): Promise<SocketCallsOutcome> {
  const numbers = CALL_NUMBERS.get(arch());
  if (platform() !== "linux" || numbers === undefined || endianness() !== "LE")
    return {
      kind: "unavailable",
      why: `it is made for Linux on x64 and arm64, and this is ${platform()} on ${arch()}`,
    };
  try {
    return tried(declareCalls(await load(), numbers.recvmmsg, numbers.sendmmsg));
  } catch (error) {
    return { kind: "unavailable", why: `the package koffi does not load: ${sentenceOf(error)}` };
  }
}

/** A sandbox may refuse the calls: a good one fails because the descriptor is none. */
function tried(calls: SocketCalls): SocketCallsOutcome {
  for (const [name, call] of [["recvmmsg", calls.recvmmsg] as const, ["sendmmsg", calls.sendmmsg] as const]) {
    call(-1, 0, 0, 0);
    const code = calls.errorCode();
    if (code !== "EBADF") return { kind: "unavailable", why: `${name} is refused here (${code})` };
  }
  return { kind: "loaded", calls };
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
}

function declareCalls(koffi: Koffi, receiveNumber: number, sendNumber: number): SocketCalls {
  const library = koffi.load(null);
  const declare = (name: string, ...args: readonly string[]) => library.func(name, "int", [...args]);
  const int = "int";
  const pointer = "uintptr_t";
  const size = "size_t";
  const long = "long";
  // Variadic in C; whole numbers travel in the same registers either way on both architectures.
  const systemCall: (...args: readonly number[]) => number = declare(
    "syscall",
    long,
    long,
    pointer,
    long,
    long,
    long,
  );
  return {
    address: (octets) => Number(koffi.address(octets)),
    errorCode: () => ERROR_NAMES.get(koffi.errno()) ?? `error ${koffi.errno()}`,
    socket: declare("socket", int, int, int),
    setsockopt: declare("setsockopt", int, int, int, pointer, "uint"),
    getsockopt: declare("getsockopt", int, int, int, pointer, pointer),
    bind: declare("bind", int, pointer, "uint"),
    getsockname: declare("getsockname", int, pointer, pointer),
    poll: declare("poll", pointer, "ulong", int),
    recvmmsg: (socket, messages, count, flags) =>
      systemCall(receiveNumber, socket, messages, count, flags, 0),
    sendmmsg: (socket, messages, count, flags) => systemCall(sendNumber, socket, messages, count, flags, 0),
    eventfd: declare("eventfd", "uint", int),
    read: declare("read", int, pointer, size),
    write: declare("write", int, pointer, size),
    close: declare("close", int),
  };
}

/** Of two names for one number the first counts: EAGAIN, not EWOULDBLOCK. */
const ERROR_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno)
    .reverse()
    .map(([name, number]) => [number, name]),
);
