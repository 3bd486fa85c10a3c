/**
 * Opens an XMPP stream between servers as a partner does (RFC 6120 §4, §5): connect, stream, features, STARTTLS,
 * stream again, features again. It proves no identity and sends nothing more.
 */

import type { X509Certificate } from "node:crypto";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type SecureContext, type TLSSocket } from "node:tls";
import { NAMESPACE, STREAMS, StreamDocument, type StreamElement } from "./stream-document.ts";

export interface StreamTarget {
  readonly address: string;
  readonly port: number;
  /** The SIP domain; a name of letters, digits and hyphens, as is the next one. */
  readonly to: string;
  /** Who we say that we are; undefined to say nothing. */
  readonly from: string | undefined;
}

export interface StreamMeans {
  /** Milliseconds for each stage. */
  readonly timeout: number;
  readonly clock: () => number;
  /** Whom to trust, and how old a TLS to speak. */
  readonly secureContext: SecureContext;
}

/** What a server offers. */
export interface Features {
  readonly starttls: "required" | "offered" | undefined;
  readonly dialback: boolean;
  /** SASL mechanisms. */
  readonly mechanisms: readonly string[];
}

/** What the TLS handshake showed. */
export interface Security {
  readonly protocol: string;
  readonly certificate: X509Certificate | undefined;
  /** Node's word for what is wrong with the chain, such as DEPTH_ZERO_SELF_SIGNED_CERT. */
  readonly chainFault: string | undefined;
}

export type Stage = "connect" | "stream" | "starttls" | "tls" | "secured";

/** How far a conversation got, the milliseconds that each stage took, and why it went no further. */
export interface Conversation {
  readonly milliseconds: Partial<Record<Stage, number>>;
  readonly features?: Features | undefined;
  readonly security?: Security | undefined;
  readonly securedFeatures?: Features | undefined;
  readonly failure?: Failure | undefined;
}

export interface Failure {
  readonly stage: Stage;
  /** The end of a sentence. */
  readonly reason: string;
  /** The system's name of a fault, such as ECONNREFUSED. */
  readonly code?: string | undefined;
  /** The condition of a stream error (RFC 6120 §4.9.3). */
  readonly condition?: string | undefined;
}

/** Holds the conversation; never throws. */
export type Converse = (target: StreamTarget, means: StreamMeans) => Promise<Conversation>;

export const converse: Converse = async (target, means) => {
  const conversation: Writable<Conversation> = { milliseconds: {} };
  let stage: Stage = "connect";
  let socket: Socket | undefined;
  const timed = async <T>(next: Stage, work: () => Promise<T>): Promise<T> => {
    stage = next;
    const start = means.clock();
    try {
      return await work();
    } finally {
      conversation.milliseconds = { ...conversation.milliseconds, [next]: means.clock() - start };
    }
  };
  try {
    const plain = connectTcp({ host: target.address, port: target.port });
    socket = plain.on("error", () => {}); // told by whoever waits; without a listener it would end the process
    await timed("connect", () => waitFor(plain, means.timeout, "connect", () => true));
    const document = new StreamDocument();
    conversation.features = await timed("stream", () => openStream(plain, document, target, means.timeout));
    if (conversation.features.starttls === undefined) return conversation;
    await timed("starttls", () => requestTls(plain, document, means.timeout));
    const secure = await timed("tls", () => secured(plain, target.to, means));
    socket = secure;
    conversation.security = securityOf(secure);
    conversation.securedFeatures = await timed("secured", () =>
      openStream(secure, new StreamDocument(), target, means.timeout),
    );
    secure.end("</stream:stream>");
  } catch (fault) {
    conversation.failure = failureOf(stage, fault);
  } finally {
    socket?.destroy();
  }
  return conversation;
};

type Writable<T> = { -readonly [K in keyof T]: T[K] };

class TimedOut extends Error {
  readonly code = "ETIMEDOUT";

  constructor(milliseconds: number) {
    super(`nothing within ${milliseconds / 1_000} s`);
  }
}

class StreamError extends Error {
  readonly condition: string;

  constructor(condition: string, text: string) {
    super(text === "" ? condition : `${condition} ("${text}")`);
    this.condition = condition;
  }
}

function failureOf(stage: Stage, fault: unknown): Failure {
  if (!(fault instanceof Error)) return { stage, reason: String(fault) };
  const code = "code" in fault && typeof fault.code === "string" ? fault.code : undefined;
  const condition = fault instanceof StreamError ? fault.condition : undefined;
  return { stage, reason: SAID[code ?? ""] ?? fault.message, code, condition };
}

/** The system's faults in words. */
const SAID: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  EPIPE: "connection closed",
};

/** Waits until a look at each event gives something; an error, the end or the deadline come first otherwise. */
function waitFor<T>(
  socket: Socket,
  timeout: number,
  event: "connect" | "secureConnect" | "data",
  look: (octets: Buffer) => T | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (how: () => void): void => {
      clearTimeout(deadline);
      socket.off(event, onEvent).off("error", fail).off("end", onEnd).off("close", onEnd);
      how();
    };
    const fail = (fault: Error): void => settle(() => reject(fault));
    const onEnd = (): void => fail(new Error("the other side closed the connection"));
    const onEvent = (octets: Buffer): void => {
      try {
        const found = look(octets);
        if (found !== undefined) settle(() => resolve(found));
      } catch (fault) {
        fail(fault instanceof Error ? fault : new Error(String(fault)));
      }
    };
    const deadline = setTimeout(() => fail(new TimedOut(timeout)), timeout);
    socket.on(event, onEvent).once("error", fail).once("end", onEnd).once("close", onEnd);
  });
}

/** Reads on until something is found in the document. */
function readUntil<T>(
  socket: Socket,
  document: StreamDocument,
  timeout: number,
  find: (document: StreamDocument) => T | undefined,
): Promise<T> {
  return waitFor(socket, timeout, "data", (octets) => {
    document.push(octets);
    return find(document) ?? throwStreamError(document);
  });
}

function throwStreamError({ elements, isClosed }: StreamDocument): undefined {
  const error = elements.find(({ name, namespace }) => name === "error" && namespace === STREAMS);
  if (error !== undefined) {
    const condition = error.children.find(
      ({ namespace, name }) => namespace === NAMESPACE.errors && name !== "text",
    );
    const text = error.children.find(({ name }) => name === "text")?.text ?? "";
    throw new StreamError(condition?.name ?? "undefined-condition", text.slice(0, LONGEST_TEXT));
  }
  if (isClosed) throw new Error("the other side closed the stream");
  return undefined;
}

/** Characters of somebody else's text that are shown. */
const LONGEST_TEXT = 200;

function openStream(
  socket: Socket,
  document: StreamDocument,
  { to, from }: StreamTarget,
  timeout: number,
): Promise<Features> {
  // Names hold letters, digits, dots and hyphens alone: nothing to escape.
  const sender = from === undefined ? "" : ` from='${from}'`;
  const header = `<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='${STREAMS}' xmlns:db='jabber:server:dialback'${sender} to='${to}' version='1.0' xml:lang='en'>`;
  const reading = readUntil(socket, document, timeout, featuresIn);
  socket.write(header);
  return reading;
}

function featuresIn({ opened, elements }: StreamDocument): Features | undefined {
  const features = elements.find(({ name, namespace }) => name === "features" && namespace === STREAMS);
  if (features !== undefined) return featuresOf(features);
  const isOld = opened !== undefined && opened.get("version") === undefined; // no features before XMPP 1.0 (§4.7.5)
  return isOld && elements.length === 0
    ? { starttls: undefined, dialback: opened.has("xmlns:db"), mechanisms: [] }
    : undefined;
}

function featuresOf({ children }: StreamElement): Features {
  const starttls = children.find((child) => child.namespace === NAMESPACE.starttls);
  const mechanisms = children.find((child) => child.namespace === NAMESPACE.sasl)?.children ?? [];
  const isRequired = starttls?.children.some(({ name }) => name === "required") ?? false;
  return {
    starttls: starttls === undefined ? undefined : isRequired ? "required" : "offered",
    dialback: children.some((child) => child.namespace === NAMESPACE.dialback),
    mechanisms: mechanisms.map(({ text }) => text.trim().slice(0, LONGEST_TEXT)),
  };
}

async function requestTls(socket: Socket, document: StreamDocument, timeout: number): Promise<void> {
  const reading = readUntil(socket, document, timeout, ({ elements }) =>
    elements.find(({ namespace }) => namespace === NAMESPACE.starttls),
  );
  socket.write(`<starttls xmlns='${NAMESPACE.starttls}'/>`);
  const answer = await reading;
  if (answer.name !== "proceed") throw new Error(`the server answers <${answer.name}/> to STARTTLS`);
}

function secured(socket: Socket, servername: string, means: StreamMeans): Promise<TLSSocket> {
  const secure = connectTls({
    socket,
    servername,
    secureContext: means.secureContext,
    rejectUnauthorized: false, // we look at everything, then judge
    checkServerIdentity: () => undefined, // names are judged by certificate.ts: there are forms that Node does not know
  });
  secure.on("error", () => {}); // as above
  return waitFor(secure, means.timeout, "secureConnect", () => secure);
}

function securityOf(socket: TLSSocket): Security {
  const fault: unknown = socket.authorizationError; // a string in fact, an Error by its type
  return {
    protocol: socket.getProtocol() ?? "unknown",
    certificate: socket.getPeerX509Certificate(),
    chainFault: socket.authorized ? undefined : fault instanceof Error ? fault.message : String(fault),
  };
}
