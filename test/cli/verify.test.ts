import { describe, expect, test } from "vitest";
import { type Reach, VERIFY_CODE, type VerifyOptions, verify } from "../../src/cli/verify.ts";
import type { Conversation, StreamTarget } from "../../src/verify/stream.ts";
import { type Answers, answer, clientsFor } from "../verify/dns.ts";
import { CERTIFICATE } from "../verify/self-signed.ts";
import { builder, LAB } from "./engine.ts";
import { Stage } from "./stage.ts";

const SERVER = "192.0.2.53";

/** What LAB leads to. */
function published(sipDomain: string, address = "192.168.1.1"): Answers {
  const owner = `_xmpp-server._tcp.${sipDomain}`;
  return {
    [`${owner} SRV`]: answer(`${owner} 3600 SRV 0 0 5269 xmpp.${sipDomain}`),
    [`xmpp.${sipDomain} A`]: answer(`xmpp.${sipDomain} 300 A ${address}`),
  };
}

const BOTH: Answers = { ...published("alpha.test"), ...published("beta.test") };

const DIALBACK = { starttls: undefined, dialback: true, mechanisms: [] };

const TALK: Conversation = {
  milliseconds: { connect: 12, stream: 3.4, starttls: 0.4 },
  features: { ...DIALBACK, starttls: "required" },
  securedFeatures: DIALBACK,
};

interface Given {
  readonly text?: string | undefined;
  readonly answers?: Answers;
  readonly conversation?: Conversation;
  readonly isTerminal?: boolean;
  readonly resolvers?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

async function verified(options: VerifyOptions, given: Given = {}) {
  const { text = LAB, answers = BOTH, conversation = TALK, isTerminal, resolvers = [] } = given;
  const stage = new Stage({ isTerminal: isTerminal === true });
  const asked: string[] = [];
  const met: StreamTarget[] = [];
  const reach: Reach = {
    clients: clientsFor({ [SERVER]: answers }, asked),
    converse: async (target) => {
      met.push(target);
      return conversation;
    },
    resolvers: () => resolvers,
    clock: () => 0,
  };
  const surroundings = {
    ...stage.surroundings,
    readFile: (path: string) => {
      const content = given.files?.[path];
      return content === undefined
        ? ({ kind: "absent" } as const)
        : ({ kind: "content", bytes: Buffer.from(content) } as const);
    },
  };
  const code = await verify(
    { deployment: "d.yaml", ...options },
    surroundings,
    { build: builder(text) },
    reach,
  );
  return { stdout: stage.stdout, stderr: stage.stderr, code, asked, met };
}

describe("verify() of one SIP domain", () => {
  test("goes step by step and sums up last", async () => {
    const { stdout, stderr, code } = await verified({ sipDomains: ["alpha.test"], server: SERVER });
    expect({ stderr, code }).toEqual({ stderr: "", code: VERIFY_CODE.FINE });
    expect(stdout).toBe(`✔ alpha.test: partners find everything that they need

Delegation and name servers
  –           192.0.2.53  is asked directly, so that the delegation is not looked at

Records
  ✔    <1 ms  _xmpp-server._tcp.alpha.test SRV  0 0 5269 xmpp.alpha.test
  ✔    <1 ms  xmpp.alpha.test A                 192.168.1.1

Transports of the name servers
  ✔    <1 ms  192.0.2.53  answers the same over TCP
  ✔    <1 ms  192.0.2.53  answers with EDNS

XMPP service
  ✔    12 ms  192.168.1.1:5269  takes connections for xmpp.alpha.test
  ✔     3 ms  192.168.1.1:5269  opens a stream to alpha.test
  ✔    <1 ms  192.168.1.1:5269  requires STARTTLS
  ✔           192.168.1.1:5269  after TLS offers dialback to somebody without a certificate

1 SIP domain verified in 0.0 s: 1 fine
`);
  });

  test("says what is broken, and the cure", async () => {
    const { stdout, code } = await verified(
      { sipDomains: ["alpha.test"], server: SERVER },
      { answers: published("alpha.test", "192.168.1.9") },
    );
    expect(code).toBe(VERIFY_CODE.BROKEN);
    expect(stdout).toContain("✘ alpha.test: 2 broken, 0 warnings\n");
    expect(stdout).toMatch(
      /\n {2}✘ .*ms {2}xmpp\.alpha\.test A +192\.168\.1\.9 is published, no Edge Server in service has it \[address-additional\]\n {14}→ Take it out of the DNS/,
    );
    expect(stdout).toMatch(/ verified in \d+\.\d s: 1 broken\n$/);
  });

  test("escapes what others wrote", async () => {
    const failure = { stage: "stream", reason: "\u001b[2J", condition: "host-unknown" } as const;
    const { stdout } = await verified(
      { sipDomains: ["alpha.test"], server: SERVER },
      { conversation: { milliseconds: {}, failure } },
    );
    expect(stdout).toContain("refuses the stream to alpha.test: \\u001b[2J [stream-error]");
  });
});

describe("verify() of many", () => {
  test("says of each what is wrong, and no more", async () => {
    const { stdout, code } = await verified({ server: SERVER }, { answers: published("beta.test") });
    expect(code).toBe(VERIFY_CODE.BROKEN);
    expect(stdout).toMatch(/^✘ alpha\.test: 2 broken, 0 warnings\n\nRecords\n {2}✘ /);
    expect(stdout).toMatch(
      /\n✔ beta\.test: partners find everything that they need\n2 SIP domains verified in \d+\.\d s: 1 fine, 1 broken\n$/,
    );
  });

  test("is a line of JSON for each, and the summary", async () => {
    const { stdout } = await verified(
      { server: SERVER, json: true },
      { answers: published("beta.test"), isTerminal: true },
    );
    const objects: unknown[] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(objects).toMatchObject([
      {
        sipDomain: "alpha.test",
        known: true,
        mark: "broken",
        findings: expect.arrayContaining([
          expect.objectContaining({ code: "srv-missing", cure: expect.any(String) }),
        ]),
      },
      { sipDomain: "beta.test", mark: "fine" },
      { summary: { sipDomains: 2, fine: 1, warning: 0, broken: 1, milliseconds: expect.any(Number) } },
    ]);
  });

  test("has a line of progress on a terminal, and leaves nothing of it", async () => {
    const { stderr } = await verified({ server: SERVER }, { isTerminal: true });
    expect(stderr).toContain("\r\u001b[K0 of 2 verified");
    expect(stderr).toContain("\r\u001b[K2 of 2 verified");
    expect(stderr.endsWith("\r\u001b[K")).toBe(true);
  });

  test("meets each address of a shared Edge pool once for each SIP domain", async () => {
    const { met } = await verified({ server: SERVER });
    expect(met.map(({ to, address }) => `${to} ${address}`)).toEqual([
      "alpha.test 192.168.1.1",
      "beta.test 192.168.1.1",
    ]);
  });
});

describe("verify() as somebody else", () => {
  test("compares nothing where the deployment does not know the SIP domain", async () => {
    const { stdout, code } = await verified(
      { sipDomains: ["partner.example"], server: SERVER },
      { answers: published("partner.example", "192.0.2.77") },
    );
    expect(code).toBe(VERIFY_CODE.FINE);
    expect(stdout).toContain("✔ partner.example (compared with no deployment): partners find");
  });

  test("with --from-partner needs no deployment, and finds what is private", async () => {
    const options = { sipDomains: ["alpha.test"], server: SERVER, fromPartner: true };
    const { stdout, stderr, code } = await verified(options, { text: "sipDomain: x" });
    expect({ stderr, code }).toEqual({ stderr: "", code: VERIFY_CODE.BROKEN });
    expect(stdout).toContain("192.168.1.1 is private (RFC 1918): partners cannot reach it [address-private]");
    expect(stdout).toContain("(hairpin); run it from outside to be sure");
  });

  test("with --from-partner and no names takes the list of the deployment, and nothing else of it", async () => {
    const { met, stdout } = await verified(
      { server: SERVER, fromPartner: true },
      { answers: published("alpha.test", "192.0.2.77") },
    );
    expect(met.map(({ address }) => address)).toEqual(["192.0.2.77"]);
    expect(stdout).toContain("✔ alpha.test (compared with no deployment)");
    expect(stdout).not.toContain("192.168.1.1");
  });

  test.each([
    { why: "an allowed partner", options: {}, from: "partner.example" },
    { why: "whom --from names", options: { from: "Somebody.Example." }, from: "somebody.example" },
  ])("comes from $why", async ({ options, from }) => {
    const text = `${LAB}xmppAllowedPartners: [partner.example]\n`;
    const { met } = await verified({ sipDomains: ["alpha.test"], server: SERVER, ...options }, { text });
    expect(met).toMatchObject([{ from, to: "alpha.test", port: 5269 }]);
  });
});

describe("verify() asks", () => {
  test.each([
    { why: "a resolver of the system", options: {}, first: `${SERVER} _xmpp-server._tcp.alpha.test SOA RD` },
    {
      why: "a resolver",
      options: { resolver: `${SERVER}:5300` },
      first: `${SERVER} _xmpp-server._tcp.alpha.test SOA RD`,
    },
    {
      why: "a server",
      options: { server: `${SERVER}:5300` },
      first: `${SERVER} _xmpp-server._tcp.alpha.test SRV`,
    },
    {
      why: "a server over IPv6",
      options: { server: "[2001:db8::53]:5300" },
      first: "2001:db8::53 _xmpp-server._tcp.alpha.test SRV",
    },
    {
      why: "a server over IPv6, bare",
      options: { server: "2001:db8::53" },
      first: "2001:db8::53 _xmpp-server._tcp.alpha.test SRV",
    },
  ])("$why", async ({ options, first }) => {
    const { asked } = await verified({ sipDomains: ["alpha.test"], ...options }, { resolvers: [SERVER] });
    expect(asked[0]).toBe(first);
  });
});

describe("verify() warns", () => {
  const conversation: Conversation = { ...TALK, securedFeatures: { ...DIALBACK, dialback: false } };
  test.each([
    { strict: false, code: VERIFY_CODE.FINE },
    { strict: true, code: VERIFY_CODE.WARNINGS },
  ])("with exit code $code where --strict is $strict", async ({ strict, code }) => {
    const options = { sipDomains: ["alpha.test"], server: SERVER, strict };
    const result = await verified(options, { conversation });
    expect(result.code).toBe(code);
    expect(result.stdout).toContain("⚠ alpha.test: 1 warning\n");
  });
});

describe("verify() that cannot gives 3, whatever it is that monitoring does with 2", () => {
  const rows: readonly { why: string; options: VerifyOptions; given?: Given; says: string }[] = [
    {
      why: "no name",
      options: { sipDomains: ["a..b"] },
      says: 'Cannot verify "a..b": it has an empty label',
    },
    {
      why: "both to ask",
      options: { server: SERVER, resolver: SERVER },
      says: "Cannot ask --server and --resolver both: give the one that partners would come to",
    },
    {
      why: "a host name",
      options: { server: "localhost" },
      says: 'Cannot ask server "localhost": give an IP address',
    },
    {
      why: "no port",
      options: { resolver: "192.0.2.53:0" },
      says: 'Cannot ask resolver "192.0.2.53:0": give',
    },
    {
      why: "a port too high",
      options: { server: "[::1]:65536" },
      says: 'Cannot ask server "[::1]:65536": give',
    },
    {
      why: "no resolver",
      options: {},
      says: "Cannot find a resolver of this machine: give one with --resolver",
    },
    {
      why: "no time",
      options: { server: SERVER, timeout: "soon" },
      says: 'Cannot wait "soon": give seconds',
    },
    {
      why: "all the time",
      options: { server: SERVER, timeout: "1e9" },
      says: 'Cannot wait "1e9": give seconds',
    },
    {
      why: "from nowhere",
      options: { server: SERVER, from: "a_b" },
      says: 'Cannot come from "a_b": it holds "_"',
    },
    {
      why: "a file that is not there",
      options: { server: SERVER, ca: "ca.pem" },
      says: 'Cannot trust the certificates of "ca.pem": there is no such file',
    },
    {
      why: "a file without certificates",
      options: { server: SERVER, ca: "ca.pem" },
      given: { files: { "ca.pem": "hello" } },
      says: 'Cannot trust the certificates of "ca.pem": it holds no certificate in PEM form',
    },
    {
      why: "a file with something else in it",
      options: { server: SERVER, ca: "ca.pem" },
      given: {
        files: { "ca.pem": `${CERTIFICATE}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n` },
      },
      says: 'Cannot trust the certificates of "ca.pem": it holds something that is no certificate in PEM form',
    },
    {
      why: "a broken deployment",
      options: { sipDomains: ["alpha.test"], server: SERVER },
      given: { text: `${LAB}sipDomain: x\n` },
      says: 'did you mean "sipDomains"?',
    },
    {
      why: "nothing published",
      options: { server: SERVER },
      given: { text: LAB.replace("servers:", "xmppPort: null, servers:") },
      says: "Cannot verify d.yaml: it publishes no SIP domain; `explain` says why",
    },
  ];
  test.each(rows)("$why", async ({ options, given, says }) => {
    const { stdout, stderr, code } = await verified(options, given);
    expect({ stdout, code }).toEqual({ stdout: "", code: VERIFY_CODE.UNKNOWN });
    expect(stderr).toContain(says);
  });

  test("certificates that are to be trusted are read", async () => {
    const files = { "ca.pem": `of our own\n${CERTIFICATE}` };
    const { code } = await verified({ sipDomains: ["alpha.test"], server: SERVER, ca: "ca.pem" }, { files });
    expect(code).toBe(VERIFY_CODE.FINE);
  });
});
