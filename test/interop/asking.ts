/** Asks a server many things at once, malformed ones among them, and tells silence from loss. */

import { requestOf } from "../conformance/harness.ts";
import { TcpClient, UdpClient } from "../transport/clients.ts";

/** What a server said, or undefined where it was silent. */
export type Reply = Uint8Array | undefined;

/** Requests that are on their way at a time: sockets hold as many however slow a server is. */
const AT_ONCE = 64;

/** Message ids from here on are those of questions that every server answers. */
const FIRST_SENTINEL = 0xf000;

/** Milliseconds after which a question that every server answers must have been lost. */
const LOST_AFTER = 1_000;

/** What every server answers at once: what it has not answered by then, it does not answer. */
function sentinel(id: number): Uint8Array {
  return requestOf({ ask: "alpha.test. SOA", id });
}

/** How often a datagram is sent before no reply counts as silence. */
const ROUNDS = 3;

/** Over UDP. */
export async function askAllOverUdp(port: number, requests: readonly Uint8Array[]): Promise<Reply[]> {
  const asker = new UdpAsker(await UdpClient.open("127.0.0.1", port));
  const replies: Reply[] = new Array(requests.length).fill(undefined);
  for (let round = 0; round < ROUNDS; round++) {
    const open = requests.map((_, index) => index).filter((index) => replies[index] === undefined);
    for (let at = 0; at < open.length; at += AT_ONCE)
      await asker.ask(requests, open.slice(at, at + AT_ONCE), replies);
  }
  return replies;
}

class UdpAsker {
  readonly #client: UdpClient;
  #next = 0;
  #sentinels = 0;

  constructor(client: UdpClient) {
    this.#client = client;
  }

  /** Fills in the replies to the requests of these numbers. */
  async ask(requests: readonly Uint8Array[], numbers: readonly number[], replies: Reply[]): Promise<void> {
    const asked = new Map(numbers.map((number) => [this.#next++ % FIRST_SENTINEL, number]));
    await this.#client.send(...[...asked].map(([id, number]) => withId(requests[number], id)));
    const last = FIRST_SENTINEL + (this.#sentinels++ % 0x1000);
    const askAgain = () => void this.#client.send(sentinel(last));
    askAgain();
    const timer = setInterval(askAgain, LOST_AFTER);
    for (;;) {
      const reply = await this.#client.next();
      const id = idOf(reply);
      if (id === last) break;
      const number = asked.get(id);
      if (number !== undefined) replies[number] = reply;
    }
    clearInterval(timer);
  }
}

/** Over TCP, many on one connection; what that leaves without a reply gets a connection of its own. */
export async function askAllOverTcp(port: number, requests: readonly Uint8Array[]): Promise<Reply[]> {
  const replies: Reply[] = new Array(requests.length).fill(undefined);
  for (let at = 0; at < requests.length; at += AT_ONCE) {
    const client = await TcpClient.open("127.0.0.1", port);
    const batch = requests.slice(at, at + AT_ONCE);
    client.send(...batch.map((request, index) => withId(request, at + index)), sentinel(FIRST_SENTINEL));
    for await (const reply of repliesUntilSentinel(client)) replies[idOf(reply)] = reply;
    client.close();
  }
  for (const [index, request] of requests.entries())
    replies[index] ??= await askAloneOverTcp(port, withId(request, index));
  return replies;
}

async function askAloneOverTcp(port: number, request: Uint8Array): Promise<Reply> {
  const client = await TcpClient.open("127.0.0.1", port);
  client.send(request, sentinel(FIRST_SENTINEL));
  let found: Reply;
  for await (const reply of repliesUntilSentinel(client)) found ??= reply;
  client.close();
  return found;
}

/** Ends where the connection does, too. */
async function* repliesUntilSentinel(client: TcpClient): AsyncGenerator<Uint8Array> {
  for (;;) {
    const reply = await client.next().catch(() => undefined);
    if (reply === undefined || idOf(reply) === FIRST_SENTINEL) return;
    yield reply;
  }
}

function idOf(message: Uint8Array): number {
  return ((message[0] ?? 0) << 8) | (message[1] ?? 0);
}

/** A copy with this message id, as far as there is room for one. */
function withId(message: Uint8Array = new Uint8Array(), id: number): Uint8Array {
  const copy = Uint8Array.from(message);
  if (copy.length > 0) copy[0] = id >>> 8;
  if (copy.length > 1) copy[1] = id & 0xff;
  return copy;
}
