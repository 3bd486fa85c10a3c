/** An XMPP server on loopback that says what a test wants, well or badly. */

import type { Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { tcpServer } from "../probe/loose-server.ts";
import { CERTIFICATE, KEY } from "./self-signed.ts";

export const HEADER =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:db='jabber:server:dialback' xmlns:stream='http://etherx.jabber.org/streams' id='1' from='alpha.test' version='1.0'>";
export const STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>";
export const DIALBACK = "<dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>";
export const EXTERNAL =
  "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism></mechanisms>";
const PROCEED = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

export function features(...children: readonly string[]): string {
  return `<stream:features>${children.join("")}</stream:features>`;
}

/** A stream error with its condition. */
export function streamError(condition: string, text = ""): string {
  const words = text === "" ? "" : `<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>${text}</text>`;
  return `<stream:error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>${words}</stream:error></stream:stream>`;
}

export interface XmppServer {
  /** What is said after the first stream header; undefined for nothing. */
  readonly opening?: string | undefined;
  /** What is said to STARTTLS. */
  readonly proceed?: string | undefined;
  /** What is said once TLS stands. */
  readonly secured?: string | undefined;
  /** Everything that was heard, in the clear and over TLS. */
  readonly heard?: string[] | undefined;
}

/** Listens on a free port of 127.0.0.1. */
export function xmppServer({
  opening = HEADER + features(STARTTLS),
  proceed = PROCEED,
  secured = HEADER + features(DIALBACK),
  heard = [],
}: XmppServer): Promise<number> {
  return tcpServer((socket) => {
    conversation(
      socket,
      [
        ["<stream:stream", () => void socket.write(opening)],
        [
          "<starttls",
          () => {
            socket.write(proceed);
            if (proceed !== PROCEED) return;
            socket.removeAllListeners("data");
            const context = createSecureContext({ cert: CERTIFICATE, key: KEY });
            const secure = new TLSSocket(socket, { isServer: true, secureContext: context });
            secure.on("error", () => {});
            conversation(secure, [["<stream:stream", () => void secure.write(secured)]], heard);
          },
        ],
      ],
      heard,
    );
  });
}

type Answer = readonly [beginning: string, say: () => void];

function conversation(socket: Socket, answers: readonly Answer[], heard: string[]): void {
  socket.on("data", (octets: Buffer) => {
    const text = octets.toString();
    heard.push(text);
    for (const [beginning, say] of answers) if (text.includes(beginning)) say();
  });
}
