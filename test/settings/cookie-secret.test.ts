import { describe, expect, test } from "vitest";
import { loadSettings } from "../../src/settings/settings.ts";
import type { FileContent } from "../../src/settings/settings-file.ts";

const ONE = "e5e973e5a6b2a43f48e7dc849e37bfcf";
const OTHER = "445536bcd2513298075a5d379663c962";

function load(set: readonly string[], file: FileContent | string = { kind: "absent" }) {
  const content: FileContent =
    typeof file === "string" ? { kind: "content", bytes: new TextEncoder().encode(file) } : file;
  return loadSettings({
    set,
    readFile: (path) => (path === "secret" ? content : { kind: "absent" }),
  });
}

function secretOf(result: ReturnType<typeof load>): string | undefined {
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.value.cookies.secret;
}

function messages(result: ReturnType<typeof load>): string[] {
  return result.ok ? [] : result.problems.map(({ message }) => message);
}

describe("loadSettings() reads the secret of cookies", () => {
  test("none by default", () => expect(secretOf(load([]))).toBeUndefined());
  test("as a setting", () => expect(secretOf(load([`cookies.secret=${ONE}`]))).toBe(ONE));
  test("from a file, comments left out", () => {
    const text = `# new since March\n${ONE}\n  # until April\n${OTHER}\n`;
    const secrets = secretOf(load(["cookies.secretFile=secret"], text))?.split(/\s+/);
    expect(secrets).toEqual([ONE, OTHER]);
  });

  test.each([
    [
      "a file that is not there",
      load(["cookies.secretFile=secret"]),
      'Cannot read cookie secret file "secret": there is no such file',
    ],
    [
      "a file that may not be read",
      load(["cookies.secretFile=secret"], { kind: "unreadable", reason: "permission denied" }),
      'Cannot read cookie secret file "secret": permission denied',
    ],
    [
      "a file with something else",
      load(["cookies.secretFile=secret"], "geheim"),
      'Cannot use cookie secret file "secret": one to four lines of 32 hexadecimal digits are wanted; "openssl rand -hex 16" makes one',
    ],
    [
      "both ways",
      load(["cookies.secretFile=secret", `cookies.secret=${ONE}`], ONE),
      'Cannot set both "cookies.secret" and "cookies.secretFile": give the secret once',
    ],
  ])("says what is wrong: %s", (_, result, message) => expect(messages(result)).toEqual([message]));

  describe("a secret that is none is not shown", () => {
    const wrong = ONE.slice(1);
    const bytes = new TextEncoder().encode(`cookies:\n  secret: ${wrong}\n`);

    test.each([
      ["given by --set", load([`cookies.secret=${wrong}`])],
      ["in the file", loadSettings({ readFile: () => ({ kind: "content", bytes }) })],
      [
        "in the environment",
        loadSettings({
          environment: { XMPP_EDGE_DNS_COOKIES_SECRET: wrong },
          readFile: () => ({ kind: "absent" }),
        }),
      ],
    ])("%s", (_, result) => {
      expect(messages(result)).toEqual([
        expect.stringMatching(/^Cannot set "cookies.secret" to what was given/),
      ]);
      expect(JSON.stringify(result)).not.toContain(wrong);
    });
  });

  test.each([
    ["rateLimit.exempt=any", '"any" is no address or prefix'],
    ["rateLimit.exempt=10.0.0.0/33", '"10.0.0.0/33" is no address or prefix'],
    ["cookies.enabled=maybe", "it wants true or false"],
    ["identity.name=\u00e9", "it wants 1 to 64 printable ASCII characters"],
  ])("%s", (set, said) => expect(messages(load([set]))).toEqual([expect.stringContaining(said)]));

  test("prefixes may be none at all", () => {
    const result = load(["rateLimit.exempt="]);
    expect(result.ok && result.value.rateLimit.exempt).toEqual([]);
  });
});
