/** The secrets of cookies are replaced while the real process serves: over UDP on every thread, and over TCP. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseAddress } from "../../src/dns/address.ts";
import { secretMemory } from "../../src/responder/cookie-secrets.ts";
import { COOKIE, CookieJar } from "../../src/responder/cookies.ts";
import { decodeMessage, type Message } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";
import { askUdp, TcpClient } from "../transport/clients.ts";
import { startProcess } from "./process.ts";

const [OLD, NEW] = ["0a".repeat(16), "0b".repeat(16)];
const CLIENT_COOKIE = "2464c4abcf10c957";

/** So many sockets of clients that no thread has none of them; each is another try for the kernel's choice. */
const ASKERS = 24;

function requestWith(cookie: string): Uint8Array {
  const options = { 10: Uint8Array.from(Buffer.from(cookie, "hex")) };
  return requestOf({ ask: "xmpp.alpha.test. A", edns: { options } });
}

function cookieOf({ opt }: Message): string {
  return opt?.options[0]?.replace(/^10:/, "") ?? "";
}

/** Whether this secret made the cookie for 127.0.0.1. */
function isMadeWith(secret: string, cookie: string): boolean {
  const jar = new CookieJar({ secrets: secretMemory([Buffer.from(secret, "hex")]), required: false });
  const octets = parseAddress("127.0.0.1")?.octets ?? new Uint8Array();
  const data = Buffer.from(cookie, "hex");
  const client = { octets, offset: 0, length: 4, time: Date.now() / 1000 };
  return jar.examine(data, 0, data.length, client) === COOKIE.VALID;
}

test("a new secret in the file makes new cookies everywhere, the old ones count, a broken file changes nothing", async () => {
  const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [deployment, secretFile] = [join(directory, "deployment.yaml"), join(directory, "cookie-secret")];
  const pool = "edgePools: [{ fqdn: edge.alpha.test, servers: [127.0.0.1] }]";
  writeFileSync(deployment, `${pool}\nsipDomains: [alpha.test]\n`);
  writeFileSync(secretFile, `${OLD}\n`);
  const set = [
    `cookies.secretFile=${secretFile}`,
    "cookies.required=true",
    "reload.interval=20ms",
    "workers=2",
  ];
  const serve = await startProcess(["--deployment", deployment, ...set.flatMap((each) => ["--set", each])]);

  const ask = async (cookie: string): Promise<readonly Message[]> => {
    const request = requestWith(cookie);
    const overUdp = Array.from({ length: ASKERS }, () => askUdp("127.0.0.1", serve.port, request));
    const tcp = await TcpClient.open("127.0.0.1", serve.port);
    tcp.send(request);
    return [...(await Promise.all(overUdp)), await tcp.next()].map(decodeMessage);
  };
  const [learned] = await ask(CLIENT_COOKIE);
  const first = learned === undefined ? "" : cookieOf(learned);
  expect(isMadeWith(OLD, first)).toBe(true);

  writeFileSync(secretFile, "geheim\n");
  const broken = await serve.line(/cookie secret/);
  expect(broken).toMatchObject({
    level: "error",
    msg: expect.stringMatching(/; the last good secrets go on/),
  });
  for (const message of await ask(first)) expect(cookieOf(message)).toBe(first);

  writeFileSync(secretFile, `${NEW}\n`);
  await serve.line(/^The cookie secrets were replaced/);
  for (const message of await ask(first)) {
    expect(message.rcode).toBe("NOERROR");
    expect(isMadeWith(NEW, cookieOf(message))).toBe(true);
  }
  expect(JSON.stringify(serve.lines)).not.toMatch(/(0a|0b){16}/);
  expect(await serve.stop()).toBe(0);
});
