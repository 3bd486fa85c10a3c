/** DNS over TLS and transfers over TLS from a whole server, and the certificate that is followed by content. */

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { openServer, type ServerStart } from "../src/server.ts";
import { DEFAULT_SETTINGS, type Settings } from "../src/settings/settings.ts";
import { decodeMessage } from "./conformance/decoder.ts";
import { requestOf } from "./conformance/harness.ts";
import { recordsOf, SECRET, testKey, transfer } from "./transfer/client.ts";
import { CertificateFiles, selfSigned } from "./transport/certificate.ts";
import { TcpClient } from "./transport/clients.ts";

const VALUE = {
  edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }],
  sipDomains: ["alpha.test"],
  zones: {
    "alpha.test": {
      records: Array.from({ length: 4_000 }, (_, at) => `host-${at} TXT "${"x".repeat(40)}"`).join("\n"),
    },
  },
  transfers: {
    keys: [{ name: "secondary.key", secretEnvironment: "SECRET" }],
    allow: [{ key: "secondary.key" }],
  },
};

interface Opened {
  readonly start: ServerStart;
  readonly said: readonly string[];
  readonly port: number;
}

async function openWith(tls: Partial<Settings["tls"]>, interval = 20): Promise<Opened> {
  const said: string[] = [];
  let port = 0;
  const say = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    said.push(message);
    const [first] = Array.isArray(fields.tls) ? fields.tls : [];
    if (first !== undefined) port = first.port;
  };
  const start = await openServer({
    settings: {
      ...DEFAULT_SETTINGS,
      listen: ["127.0.0.1"],
      port: 0,
      reload: { interval },
      lab: { journal: 10, faults: false },
      tls: { listen: ["127.0.0.1"], port: 0, ...tls },
    },
    log: { error: say, warn: say, info: say, debug: say },
    now: Date.now,
    random: randomBytes,
    environment: { SECRET },
    source: { kind: "value", value: VALUE },
    threads: false,
  });
  if (start.kind === "serving") onTestFinished(() => start.server.close());
  return { start, said, port };
}

async function opened(interval?: number): Promise<Opened & { readonly files: CertificateFiles }> {
  const files = new CertificateFiles();
  onTestFinished(() => files.remove());
  files.write(selfSigned());
  const { certificateFile, keyFile } = files;
  return { files, ...(await openWith({ certificateFile, keyFile }, interval)) };
}

async function connected(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({
    host: "127.0.0.1",
    port,
    rejectUnauthorized: false,
    ALPNProtocols: ["dot"],
    ...options,
  });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

test("answers queries over TLS 1.3 under the name dot (RFC 7858)", async () => {
  const { port } = await opened();
  const socket = await connected(port);
  expect([socket.getProtocol(), socket.alpnProtocol]).toEqual(["TLSv1.3", "dot"]);
  const client = TcpClient.on(socket);
  client.send(
    requestOf({ ask: "xmpp.alpha.test. A", id: 1 }),
    requestOf({ ask: "nothing.alpha.test. A", id: 2 }),
  );
  expect(decodeMessage(await client.next())).toMatchObject({
    id: 1,
    answer: ["xmpp.alpha.test. 300 A 127.0.0.1"],
  });
  expect(decodeMessage(await client.next())).toMatchObject({ id: 2, rcode: "NXDOMAIN" });
});

test("pads replies to clients that pad (RFC 8467), not over TCP", async () => {
  const { port, start } = await opened();
  if (start.kind !== "serving") throw new Error(start.kind);
  const padded = requestOf({ ask: "xmpp.alpha.test. A", edns: { options: { 12: new Uint8Array(60) } } });
  const [{ port: tcpPort } = { port: 0 }] = start.server.endpoints;
  const clients = [TcpClient.on(await connected(port)), await TcpClient.open("127.0.0.1", tcpPort)];
  const lengths: number[] = [];
  for (const client of clients) {
    onTestFinished(() => client.close());
    client.send(padded);
    lengths.push((await client.next()).length);
  }
  expect(lengths[0]).toBe(468);
  expect(lengths[1]).toBeLessThan(100);
});

test("does wrong on purpose over TLS as over TCP, and writes it into the journal", async () => {
  const { port, start } = await opened();
  if (start.kind !== "serving") throw new Error(start.kind);
  const { server } = start;
  await server.putFault("one", { transport: "tcp", fault: "rcode", rcode: "SERVFAIL", count: 1 });
  await server.putFault("two", { owner: "late.alpha.test", fault: "delay", milliseconds: 1 });
  const client = TcpClient.on(await connected(port));
  for (const name of ["xmpp", "late"]) client.send(requestOf({ ask: `${name}.alpha.test. A` }));
  expect(decodeMessage(await client.next()).rcode).toBe("SERVFAIL");
  expect(decodeMessage(await client.next()).rcode).toBe("NXDOMAIN");
  expect(server.journal?.queries()).toMatchObject([
    { name: "xmpp.alpha.test", client: "127.0.0.1", transport: "TCP", rcode: "SERVFAIL" },
    { name: "late.alpha.test", client: "127.0.0.1", transport: "TCP", rcode: "NXDOMAIN" },
  ]);
});

test("sends a zone of many messages over TLS, and another on the same connection (RFC 9103)", async () => {
  const { port } = await opened();
  const client = TcpClient.on(await connected(port));
  for (let times = 0; times < 2; times++) {
    const messages = await transfer(client, requestOf({ ask: "alpha.test. AXFR" }), testKey());
    expect(messages.length).toBeGreaterThan(2);
    expect(new Set(recordsOf(messages)).size).toBe(4_004);
  }
});

test.each([
  ["TLS 1.2", { maxVersion: "TLSv1.2" }, /protocol version/i],
  ["another protocol by ALPN", { ALPNProtocols: ["h2"] }, /no application protocol/i],
] as const)("refuses %s", async (_, options, fault) => {
  const { port } = await opened();
  await expect(
    connected(port, {
      ...options,
      ALPNProtocols: [...(("ALPNProtocols" in options && options.ALPNProtocols) || ["dot"])],
    }),
  ).rejects.toThrow(fault);
});

describe("the certificate", () => {
  const fingerprint = async (port: number) => (await connected(port)).getPeerCertificate().fingerprint256;

  test("is followed by content, and the last good pair stays while the files are none", async () => {
    const { port, files, said } = await opened();
    const first = await fingerprint(port);
    const open = TcpClient.on(await connected(port));

    const [one, other] = [selfSigned(), selfSigned()];
    files.write({ certificate: one.certificate, key: other.key });
    await expect
      .poll(() => said)
      .toContainEqual(
        expect.stringMatching(
          /^Cannot use certificate ".*" with key ".*": OpenSSL says ".*key values mismatch".*; the last good certificate goes on being served$/,
        ),
      );
    expect(await fingerprint(port)).toBe(first);

    files.write(one);
    await expect.poll(() => said).toContain("The TLS certificate was replaced");
    const second = await fingerprint(port);
    expect(second).not.toBe(first);

    open.send(requestOf({ ask: "alpha.test. SOA" })); // what was open goes on
    expect(decodeMessage(await open.next()).rcode).toBe("NOERROR");
    expect(said.join()).not.toContain("PRIVATE KEY");
  });

  test("is looked at with a reload, where nothing is looked at by itself", async () => {
    const { port, files, said, start } = await opened(0);
    if (start.kind !== "serving") throw new Error(start.kind);
    const first = await fingerprint(port);
    files.write({ certificate: "", key: "" });
    await start.server.reload();
    expect(said).toContainEqual(expect.stringMatching(/^Cannot use certificate /));
    files.write(selfSigned());
    await start.server.reload();
    expect(said).toContain("The TLS certificate was replaced");
    expect(await fingerprint(port)).not.toBe(first);
  });

  test.each([
    [
      "without its key",
      { keyFile: undefined },
      /^Cannot serve TLS with half of a pair: give both "tls\.certificateFile" and "tls\.keyFile"$/,
    ],
    [
      "that is not there",
      { certificateFile: "/nowhere/tls.crt" },
      /^Cannot read "\/nowhere\/tls\.crt": the system says ENOENT$/,
    ],
    [
      "that is none",
      { certificateFile: "package.json" },
      /^Cannot use certificate "package\.json" with key ".*": OpenSSL says "/,
    ],
  ])("%s is an error at the start", async (_, wrong, message) => {
    const files = new CertificateFiles();
    onTestFinished(() => files.remove());
    files.write(selfSigned());
    const { certificateFile, keyFile } = files;
    const { start } = await openWith({ certificateFile, keyFile, ...wrong });
    expect(start).toEqual({
      kind: "cannot-listen",
      problems: [{ severity: "error", message: expect.stringMatching(message) }],
    });
  });
});

test("TLS is off where no certificate is named", async () => {
  const { start, said } = await openWith({});
  expect(start.kind).toBe("serving");
  expect(said.join()).not.toContain("TLS");
});
