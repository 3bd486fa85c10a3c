import { createSecureContext } from "node:tls";
import { describe, expect, test } from "vitest";
import { type Conversation, converse } from "../../src/verify/stream.ts";
import { tcpServer } from "../probe/loose-server.ts";
import { CERTIFICATE } from "./self-signed.ts";
import {
  DIALBACK,
  EXTERNAL,
  features,
  HEADER,
  STARTTLS,
  streamError,
  type XmppServer,
  xmppServer,
} from "./xmpp-server.ts";

function talk(port: number, timeout = 10_000, from?: string): Promise<Conversation> {
  let time = 0;
  return converse(
    { address: "127.0.0.1", port, to: "alpha.test", from },
    { timeout, clock: () => time++, secureContext: createSecureContext({ ca: [] }) },
  );
}

const FEATURES = { starttls: undefined, dialback: false, mechanisms: [] };

describe("converse()", () => {
  test("goes from the connection to the features behind TLS", async () => {
    const heard: string[] = [];
    const port = await xmppServer({ heard, secured: HEADER + features(DIALBACK, EXTERNAL) });
    const conversation = await talk(port, 10_000, "partner.example");
    expect(conversation).toMatchObject({
      milliseconds: { connect: 1, stream: 1, starttls: 1, tls: 1, secured: 1 },
      features: { ...FEATURES, starttls: "required" },
      security: { protocol: "TLSv1.3", chainFault: "DEPTH_ZERO_SELF_SIGNED_CERT" },
      securedFeatures: { ...FEATURES, dialback: true, mechanisms: ["EXTERNAL"] },
    });
    expect(conversation.failure).toBeUndefined();
    expect(conversation.security?.certificate?.subject).toBe("CN=alpha.test");
    const [first, , third] = heard;
    expect(first).toContain(" from='partner.example' to='alpha.test' version='1.0'");
    expect(third).toContain(" from='partner.example' to='alpha.test' version='1.0'");
  });

  test("trusts whom it is told to", async () => {
    const port = await xmppServer({});
    const { security } = await converse(
      { address: "127.0.0.1", port, to: "alpha.test", from: undefined },
      { timeout: 10_000, clock: () => 0, secureContext: createSecureContext({ ca: [CERTIFICATE] }) },
    );
    expect(security?.chainFault).toBeUndefined();
  });

  const rows: readonly { why: string; server: XmppServer; result: object }[] = [
    {
      why: "STARTTLS offered, not required",
      server: { opening: HEADER + features(STARTTLS.replace("<required/>", "")) },
      result: { features: { starttls: "offered" }, securedFeatures: { dialback: true } },
    },
    {
      why: "no STARTTLS: the conversation ends there",
      server: { opening: HEADER + features(DIALBACK) },
      result: { features: { ...FEATURES, dialback: true }, security: undefined, failure: undefined },
    },
    {
      why: "a server from before XMPP 1.0 has no features",
      server: { opening: HEADER.replace("version='1.0'>", ">") },
      result: { features: { ...FEATURES, dialback: true }, failure: undefined },
    },
    {
      why: "a stream error",
      server: { opening: HEADER + streamError("host-unknown", "not here") },
      result: {
        failure: { stage: "stream", reason: 'host-unknown ("not here")', condition: "host-unknown" },
      },
    },
    {
      why: "a stream closed at once",
      server: { opening: `${HEADER}</stream:stream>` },
      result: { failure: { stage: "stream", reason: "the other side closed the stream" } },
    },
    {
      why: "something else listens there",
      server: { opening: "HTTP/1.1 400 Bad Request\r\n\r\n" },
      result: { failure: { stage: "stream", reason: expect.stringMatching(/^it is no XML: /) } },
    },
    {
      why: "STARTTLS refused",
      server: { proceed: "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>" },
      result: { failure: { stage: "starttls", reason: "the server answers <failure/> to STARTTLS" } },
    },
    {
      why: "a stream error behind TLS",
      server: { secured: HEADER + streamError("not-authorized") },
      result: {
        security: { protocol: "TLSv1.3" },
        failure: { stage: "secured", condition: "not-authorized" },
      },
    },
  ];
  test.each(rows)("$why", async ({ server, result }) => {
    const conversation = await talk(await xmppServer(server));
    expect({ security: undefined, failure: undefined, ...conversation }).toMatchObject(result);
  });

  test("a closed port", async () => {
    // 1 (tcpmux) is below every port that the system gives out, and nothing serves it
    expect(await talk(1)).toMatchObject({
      failure: { stage: "connect", reason: "connection refused", code: "ECONNREFUSED" },
    });
  });

  test("silence ends at the deadline", async () => {
    const port = await tcpServer(() => {});
    expect(await talk(port, 30)).toMatchObject({
      failure: { stage: "stream", reason: "nothing within 0.03 s", code: "ETIMEDOUT" },
    });
  });

  test("a drip of octets ends at the deadline, too", async () => {
    const port = await tcpServer((socket) => {
      const drip = (): void => {
        if (!socket.destroyed) socket.write(" ", () => setImmediate(drip));
      };
      socket.write(HEADER, drip);
    });
    const { failure } = await talk(port, 30);
    expect(failure?.reason).toMatch(/^(?:nothing within 0.03 s|it says more than 65536 octets)$/);
  });

  test("a connection closed in our face", async () => {
    const port = await tcpServer((socket) => void socket.end());
    expect((await talk(port)).failure).toMatchObject({
      stage: "stream",
      reason: expect.stringMatching(/^(?:the other side closed the connection|connection reset)$/),
    });
  });

  test("no TLS behind <proceed/>", async () => {
    const port = await tcpServer((socket) => {
      socket.on("data", (octets: Buffer) => {
        const text = octets.toString("latin1");
        if (text.includes("<stream:stream")) socket.write(HEADER + features(STARTTLS));
        else if (text.includes("<starttls"))
          socket.write("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        else socket.end("this is no TLS");
      });
    });
    expect((await talk(port)).failure).toMatchObject({ stage: "tls" });
  });
});
