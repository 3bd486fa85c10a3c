/**
 * Memory for one batch of datagrams as recvmmsg(2) and sendmmsg(2) want it on 64-bit Linux. Made once; the
 * kernel is given addresses inside of it, so it must be kept for as long as the sockets are used.
 *
 * ```text
 *  struct mmsghdr, 64 octets          in 32-bit words
 *    msg_name        8                  0   peer's address
 *    msg_namelen     4 (+4)             2
 *    msg_iov         8                  4   → struct iovec { base 8, length 8 } → request or reply
 *    msg_iovlen      8                  6
 *    msg_control     8                  8   packet info: the local address that was asked
 *    msg_controllen  8                 10
 *    msg_flags       4 (+4)            12
 *    msg_len         4 (+4)            14
 * ```
 */

import type { SocketCalls } from "./socket-calls.ts";

/** Words of a struct mmsghdr, and where its fields stand. */
export const MESSAGE = {
  NAME: 0,
  NAME_LENGTH: 2,
  VECTOR: 4,
  VECTOR_COUNT: 6,
  CONTROL: 8,
  CONTROL_LENGTH: 10,
  FLAGS: 12,
  LENGTH: 14,
  WORDS: 16,
} as const;

/** Words of a struct iovec, and where its length stands. */
export const VECTOR = { BASE: 0, LENGTH: 2, WORDS: 4 } as const;

/** Octets for a peer's address: sockaddr_in6 takes 28. */
export const NAME_ROOM = 32;

/** Octets of a struct sockaddr_in. */
export const IPV4_NAME_LENGTH = 16;

/** Where the address stands in a struct sockaddr_in, and in a struct sockaddr_in6. */
export const IPV4_ADDRESS = 4;
export const IPV6_ADDRESS = 8;

/** Octets for control messages: in6_pktinfo takes 40. */
export const CONTROL_ROOM = 64;

/**
 * Words of a control message: a header of 16 octets, then struct in_pktinfo { interface, local address,
 * header's address } or struct in6_pktinfo { local address, interface }.
 */
export const CONTROL = { IPV4_INTERFACE: 4, IPV6_INTERFACE: 8, WORDS: CONTROL_ROOM / 4 } as const;

/** Octets of the longest request that is handed to the responder. What is longer cannot be a query. */
export const REQUEST_ROOM = 4096;

/** Octets that a whole batch of requests takes; the main thread makes the memory and can look into it. */
export function requestMemoryLength(size: number): number {
  return size * strideOf(REQUEST_ROOM);
}

/** An odd number of cache lines, so that the first lines of a batch spread over the whole cache. */
function strideOf(room: number): number {
  return (Math.ceil(room / 64) | 1) * 64;
}

/** Messages of a batch, received and to be sent. The fields are open to the one loop that runs over them. */
export class MessageBatch {
  readonly size: number;
  readonly requests: Uint8Array;
  readonly requestStride = strideOf(REQUEST_ROOM);
  readonly replies: Uint8Array;
  readonly replyStride: number;
  /** struct mmsghdr of each message received, and of each to be sent. */
  readonly received: Uint32Array;
  readonly sent: Uint32Array;
  /** struct iovec of each message to be sent. */
  readonly sentVectors: Uint32Array;
  readonly #receivedVectors: Uint32Array;
  /** Addresses of peers and control messages, both as received and handed back. */
  readonly names: Uint8Array;
  readonly controls: Uint32Array;
  readonly receivedAddress: number;
  readonly sentAddress: number;
  /** The message that each message to be sent takes its peer from. */
  readonly #origins: Int32Array;
  readonly #namesAddress: number;
  readonly #controlsAddress: number;

  /** `requests` has `requestMemoryLength(size)` octets; no reply is longer than `replyRoom`. */
  constructor(calls: SocketCalls, size: number, requests: Uint8Array, replyRoom: number) {
    this.size = size;
    this.requests = requests;
    this.replyStride = strideOf(replyRoom);
    this.replies = new Uint8Array(new ArrayBuffer(size * this.replyStride));
    this.received = words(size * MESSAGE.WORDS);
    this.sent = words(size * MESSAGE.WORDS);
    this.sentVectors = words(size * VECTOR.WORDS);
    this.#receivedVectors = words(size * VECTOR.WORDS);
    this.names = new Uint8Array(new ArrayBuffer(size * NAME_ROOM));
    this.controls = words(size * CONTROL.WORDS);
    this.receivedAddress = calls.address(this.received);
    this.sentAddress = calls.address(this.sent);
    this.#origins = new Int32Array(size).fill(-1);
    this.#namesAddress = calls.address(this.names);
    this.#controlsAddress = calls.address(this.controls);
    this.#layOut(calls);
  }

  /** Makes the first `count` messages ready to receive again: the kernel has written over what it was told. */
  rearm(count: number): void {
    const { received } = this;
    for (let at = 0; at < count * MESSAGE.WORDS; at += MESSAGE.WORDS) {
      received[at + MESSAGE.NAME_LENGTH] = NAME_ROOM;
      received[at + MESSAGE.CONTROL_LENGTH] = CONTROL_ROOM;
      received[at + MESSAGE.FLAGS] = 0;
    }
  }

  /** Addresses the reply number `reply` of `length` octets to the peer of the message number `message`. */
  address(reply: number, message: number, length: number): void {
    const { received, sent } = this;
    const to = reply * MESSAGE.WORDS;
    const from = message * MESSAGE.WORDS;
    const nameLength = received[from + MESSAGE.NAME_LENGTH] ?? 0;
    if (this.#origins[reply] !== message) this.#pointTo(reply, message);
    // The packet info goes back with the address that was asked; without the interface, or the reply would
    // have to leave where the request came in, whatever the routing table says.
    const information = nameLength === IPV4_NAME_LENGTH ? CONTROL.IPV4_INTERFACE : CONTROL.IPV6_INTERFACE;
    this.controls[message * CONTROL.WORDS + information] = 0;
    sent[to + MESSAGE.NAME_LENGTH] = nameLength;
    sent[to + MESSAGE.CONTROL_LENGTH] = received[from + MESSAGE.CONTROL_LENGTH] ?? 0;
    this.sentVectors[reply * VECTOR.WORDS + VECTOR.LENGTH] = length;
  }

  #pointTo(reply: number, message: number): void {
    const at = reply * MESSAGE.WORDS;
    writePointer(this.sent, at + MESSAGE.NAME, this.#namesAddress + message * NAME_ROOM);
    writePointer(this.sent, at + MESSAGE.CONTROL, this.#controlsAddress + message * CONTROL_ROOM);
    this.#origins[reply] = message;
  }

  #layOut(calls: SocketCalls): void {
    const receivedVectors = this.#receivedVectors;
    const receivedVectorsAddress = calls.address(receivedVectors);
    const sentVectorsAddress = calls.address(this.sentVectors);
    const requestsAddress = calls.address(this.requests);
    const repliesAddress = calls.address(this.replies);
    for (let n = 0; n < this.size; n++) {
      const at = n * MESSAGE.WORDS;
      const vector = n * VECTOR.WORDS;
      writePointer(receivedVectors, vector, requestsAddress + n * this.requestStride);
      receivedVectors[vector + VECTOR.LENGTH] = REQUEST_ROOM;
      writePointer(this.sentVectors, vector, repliesAddress + n * this.replyStride);
      writePointer(this.received, at + MESSAGE.NAME, this.#namesAddress + n * NAME_ROOM);
      writePointer(this.received, at + MESSAGE.CONTROL, this.#controlsAddress + n * CONTROL_ROOM);
      writePointer(this.received, at + MESSAGE.VECTOR, receivedVectorsAddress + 4 * vector);
      writePointer(this.sent, at + MESSAGE.VECTOR, sentVectorsAddress + 4 * vector);
      this.received[at + MESSAGE.VECTOR_COUNT] = 1;
      this.sent[at + MESSAGE.VECTOR_COUNT] = 1;
      this.#pointTo(n, n);
    }
    this.rearm(this.size);
  }
}

/** On memory of its own: a small array without would lie in the heap, where the collector moves it. */
function words(length: number): Uint32Array {
  return new Uint32Array(new ArrayBuffer(4 * length));
}

function writePointer(target: Uint32Array, at: number, address: number): void {
  target[at] = address % 2 ** 32;
  target[at + 1] = Math.floor(address / 2 ** 32);
}
