import { decodeMessage, type Message } from "../conformance/decoder.ts";

/** Whatever is answered, this holds for it. */
export function checkReply(request: Uint8Array, reply: Uint8Array, limit: number): Message {
  if (reply.length > limit) throw new Error(`the reply has ${reply.length} octets, ${limit} are allowed`);
  if (reply[0] !== request[0] || reply[1] !== request[1]) throw new Error("the reply has another ID");
  const message = decodeMessage(reply);
  if (!message.flags.startsWith("QR")) throw new Error("the reply is no response");
  if (message.opcode !== (((request[2] ?? 0) >>> 3) & 15)) throw new Error("the reply has another opcode");
  return message;
}
