import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/result.ts";
import { KNOBS } from "../../src/settings/schema.ts";
import {
  DEFAULT_SETTINGS,
  loadSettings,
  type Settings,
  type SettingsSources,
} from "../../src/settings/settings.ts";
import type { FileContent, ReadFile } from "../../src/settings/settings-file.ts";

const noFile: ReadFile = () => ({ kind: "absent" });

function fileOf(path: string, content: string | Uint8Array): ReadFile {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return (asked): FileContent => (asked === path ? { kind: "content", bytes } : { kind: "absent" });
}

function load(sources: Partial<SettingsSources>): Settings {
  const result = loadSettings({ readFile: noFile, ...sources });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.value;
}

function problems(sources: Partial<SettingsSources>): readonly Problem[] {
  const result = loadSettings({ readFile: noFile, ...sources });
  return result.ok ? [] : result.problems;
}

function messages(sources: Partial<SettingsSources>): string[] {
  return problems(sources).map(({ message }) => message);
}

const inFile = (text: string): Partial<SettingsSources> => ({
  readFile: fileOf("config/settings.yaml", text),
});

describe("loadSettings() lets the stronger source win", () => {
  const file = inFile("port: 1\n");
  const environment = { XMPP_EDGE_DNS_PORT: "2" };
  const cases: { why: string; sources: Partial<SettingsSources>; port: number }[] = [
    { why: "nothing said: the default", sources: {}, port: 53 },
    { why: "file over default", sources: file, port: 1 },
    { why: "environment over file", sources: { ...file, environment }, port: 2 },
    { why: "--set over environment", sources: { ...file, environment, set: ["port=3"] }, port: 3 },
    { why: "the last --set (npm start has one)", sources: { set: ["port=3", "port=4"] }, port: 4 },
    {
      why: "flag over --set",
      sources: { ...file, environment, set: ["port=3"], flags: { port: "5" } },
      port: 5,
    },
    {
      why: "an empty variable is none",
      sources: { ...file, environment: { XMPP_EDGE_DNS_PORT: "" } },
      port: 1,
    },
    { why: "an empty value in the file is none", sources: inFile("port:\ntcp:\n"), port: 53 },
  ];
  test.each(cases)("$why", ({ sources, port }) => {
    expect(load(sources).port).toBe(port);
  });

  test("a list is replaced, never merged", () => {
    const sources = { ...inFile("listen: [192.0.2.1, 192.0.2.2]\n"), flags: { listen: ["::1"] } };
    expect(load(sources).listen).toEqual(["::1"]);
  });
});

describe("loadSettings() reads values", () => {
  const cases: { why: string; set: string; get: (settings: Settings) => unknown; value: unknown }[] = [
    {
      why: "addresses by comma",
      set: "listen=127.0.0.1,::1",
      get: (s) => s.listen,
      value: ["127.0.0.1", "::1"],
    },
    { why: "address with a zone", set: "listen=fe80::1%eth0", get: (s) => s.listen, value: ["fe80::1%eth0"] },
    { why: "seconds", set: "tcp.idleTimeout=10s", get: (s) => s.tcp.idleTimeout, value: 10_000 },
    { why: "hours", set: "tcp.idleTimeout=1h", get: (s) => s.tcp.idleTimeout, value: 3_600_000 },
    { why: "minutes", set: "tcp.idleTimeout=2m", get: (s) => s.tcp.idleTimeout, value: 120_000 },
    { why: "milliseconds", set: "reload.interval=250ms", get: (s) => s.reload.interval, value: 250 },
    { why: "bare milliseconds", set: "reload.interval=250", get: (s) => s.reload.interval, value: 250 },
    {
      why: "mebioctets",
      set: "limits.deploymentFileSize=2MiB",
      get: (s) => s.limits.deploymentFileSize,
      value: 2_097_152,
    },
    { why: "a value with =", set: "deployment=a=b.yaml", get: (s) => s.deployment, value: "a=b.yaml" },
    { why: "a word", set: "log.level=debug", get: (s) => s.log.level, value: "debug" },
    {
      why: "a state directory",
      set: "stateDirectory=/var/lib/x",
      get: (s) => s.stateDirectory,
      value: "/var/lib/x",
    },
  ];
  test.each(cases)("$why", ({ set, get, value }) => {
    expect(get(load({ set: [set] }))).toEqual(value);
  });

  test("from a variable whose name has humps", () => {
    const environment = { XMPP_EDGE_DNS_TCP_MAXIMUM_CONNECTIONS_PER_CLIENT: "7" };
    expect(load({ environment }).tcp.maximumConnectionsPerClient).toBe(7);
  });

  test("from YAML, JSON and UTF-16 with a byte order mark", () => {
    const utf16 = new Uint8Array(
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("port: 7\r\n", "utf16le")]),
    );
    expect(load(inFile('listen: ["::1"]\ntcp:\n  idleTimeout: 3s\n')).tcp.idleTimeout).toBe(3_000);
    expect(load(inFile('{ "udp": { "payloadSize": 512 } }')).udp.payloadSize).toBe(512);
    expect(load({ readFile: fileOf("config/settings.yaml", utf16) }).port).toBe(7);
  });

  test("and gives settings that nobody can change", () => {
    const settings = load({ set: ["port=1"] });
    expect(
      Object.isFrozen(settings) && Object.isFrozen(settings.tcp) && Object.isFrozen(settings.listen),
    ).toBe(true);
  });

  test("and every default is a good value", () => {
    expect(KNOBS.filter((knob) => knob.kind.complaint(knob.default) !== undefined)).toEqual([]);
    expect(load({})).toEqual(DEFAULT_SETTINGS);
  });
});

describe("loadSettings() says who gave a wrong value and what is wanted", () => {
  const cases: { why: string; sources: Partial<SettingsSources>; says: string[] }[] = [
    {
      why: "flag",
      sources: { flags: { port: "dns" } },
      says: ['Cannot set "port" to "dns" (--port): it wants a whole number from 0 to 65535'],
    },
    {
      why: "variable",
      sources: { environment: { XMPP_EDGE_DNS_UDP_PAYLOAD_SIZE: "100" } },
      says: [
        'Cannot set "udp.payloadSize" to "100" (environment variable XMPP_EDGE_DNS_UDP_PAYLOAD_SIZE): it wants a whole number from 512 to 4096',
      ],
    },
    {
      why: "--set",
      sources: { set: ["tcp.idleTimeout=10 lightyears"] },
      says: [
        'Cannot set "tcp.idleTimeout" to "10 lightyears" (--set tcp.idleTimeout=10 lightyears): it wants a time from 10ms to 24h, such as 500ms, 10s or 1m',
      ],
    },
    {
      why: "no =",
      sources: { set: ["port"] },
      says: ["Cannot read --set port: write it as --set key=value"],
    },
    {
      why: "a name",
      sources: { flags: { listen: ["localhost"] } },
      says: [
        'Cannot set "listen" to "localhost" (--listen): "localhost" is no IP address; it wants addresses such as 127.0.0.1 or ::1, not names',
      ],
    },
    {
      why: "address with port",
      sources: { flags: { listen: ["127.0.0.1:5300"] } },
      says: [
        'Cannot set "listen" to "127.0.0.1:5300" (--listen): "127.0.0.1:5300" is no IP address; write it as "127.0.0.1" and give the port as "port"',
      ],
    },
    {
      why: "brackets",
      sources: { flags: { listen: ["[::1]:53"] } },
      says: [
        'Cannot set "listen" to "[::1]:53" (--listen): "[::1]:53" is no IP address; write it as "::1" and give the port as "port"',
      ],
    },
    {
      why: "the same twice would be a port taken by ourselves",
      sources: { flags: { listen: ["::1", "::1"] } },
      says: ['Cannot set "listen" to "::1,::1" (--listen): "::1" stands there twice'],
    },
    {
      why: "a word",
      sources: { set: ["log.level=loud"] },
      says: [
        'Cannot set "log.level" to "loud" (--set log.level=loud): it wants one of error, warn, info, debug, silent',
      ],
    },
    {
      why: "no switch",
      sources: { set: ["admin.enabled=yes"] },
      says: ['Cannot set "admin.enabled" to "yes" (--set admin.enabled=yes): it wants true or false'],
    },
    {
      why: "two addresses where there is one",
      sources: { set: ["admin.listen=127.0.0.1,::1"] },
      says: [
        'Cannot set "admin.listen" to "127.0.0.1,::1" (--set admin.listen=127.0.0.1,::1): "127.0.0.1,::1" is no IP address; it wants addresses such as 127.0.0.1 or ::1, not names',
      ],
    },
    {
      why: "a host name with its port",
      sources: { set: ["admin.hosts=dns.example.net:8053"] },
      says: [
        'Cannot set "admin.hosts" to "dns.example.net:8053" (--set admin.hosts=dns.example.net:8053): "dns.example.net:8053" is no host name; it wants names such as dns.example.net, in lower case, without a port',
      ],
    },
    {
      why: "unknown key, mistyped",
      sources: { set: ["tcp.idelTimeout=1s"] },
      says: [
        'Cannot set "tcp.idelTimeout": no such setting; did you mean "tcp.idleTimeout"? (--set tcp.idelTimeout=1s)',
      ],
    },
    {
      why: "unknown key without its group",
      sources: { set: ["idleTimeout=1s"] },
      says: [
        'Cannot set "idleTimeout": no such setting; did you mean "tcp.idleTimeout"? (--set idleTimeout=1s)',
      ],
    },
    {
      why: "unknown key near to none",
      sources: { set: ["colour=red"] },
      says: ['Cannot set "colour": no such setting; config/settings.yaml lists them all (--set colour=red)'],
    },
    {
      why: "a key that JavaScript objects inherit",
      sources: { set: ["__proto__.port=1", "constructor=1"] },
      says: [
        'Cannot set "__proto__.port": no such setting; config/settings.yaml lists them all (--set __proto__.port=1)',
        'Cannot set "constructor": no such setting; config/settings.yaml lists them all (--set constructor=1)',
      ],
    },
    {
      why: "a group",
      sources: { set: ["log=debug"] },
      says: [
        'Cannot set "log": it is a group of settings; set log.level, log.format, log.queries (--set log=debug)',
      ],
    },
    {
      why: "a group that is taken for a switch",
      sources: { set: ["lab=true"] },
      says: [
        'Cannot set "lab": it is a group of settings; set lab.faults=true to put faults in over HTTP, lab.journal=10000 to keep who asked what; faults of the deployment need neither (--set lab=true)',
      ],
    },
    {
      why: "the variable of a group",
      sources: { environment: { XMPP_EDGE_DNS_LAB: "true" } },
      says: [
        "Cannot use environment variable XMPP_EDGE_DNS_LAB: it is a group of settings; set XMPP_EDGE_DNS_LAB_JOURNAL, XMPP_EDGE_DNS_LAB_FAULTS",
      ],
    },
    {
      why: "unknown variable",
      sources: { environment: { XMPP_EDGE_DNS_PRT: "53" } },
      says: [
        "Cannot use environment variable XMPP_EDGE_DNS_PRT: no such setting; did you mean XMPP_EDGE_DNS_PORT?",
      ],
    },
    {
      why: "everything at once, the weaker ones too",
      sources: { ...inFile("port: x\n"), environment: { XMPP_EDGE_DNS_PORT: "y" }, flags: { port: "z" } },
      says: [
        'Cannot set "port" to "x": it wants a whole number from 0 to 65535',
        'Cannot set "port" to "y" (environment variable XMPP_EDGE_DNS_PORT): it wants a whole number from 0 to 65535',
        'Cannot set "port" to "z" (--port): it wants a whole number from 0 to 65535',
      ],
    },
  ];
  test.each(cases)("$why", ({ sources, says }) => {
    expect(messages(sources)).toEqual(says);
  });
});

describe("loadSettings() names the place in the file", () => {
  const cases: { why: string; text: string; place: string; message: string }[] = [
    {
      why: "a wrong value: at the value",
      text: "udp:\n  payloadSize: huge\n",
      place: "2:16 |  payloadSize: huge",
      message: 'Cannot set "udp.payloadSize" to "huge": it wants a whole number from 512 to 4096',
    },
    {
      why: "an unknown key: at the key",
      text: "port: 53\nlog: { levle: debug }\n",
      place: "2:8 |log: { levle: debug }",
      message: 'Cannot set "log.levle": no such setting; did you mean "log.level"?',
    },
    {
      why: "a key twice",
      text: "port: 53\nport: 54\n",
      place: "2:1 |port: 54",
      message: "Cannot read settings as YAML: Map keys must be unique",
    },
    {
      why: "a list where a number stands",
      text: "port: [53]\n",
      place: "1:7 |port: [53]",
      message: 'Cannot set "port" to [53]: it wants a whole number from 0 to 65535',
    },
    {
      why: "a mapping where a number stands",
      text: "port: { number: 53 }\n",
      place: "1:7 |port: { number: 53 }",
      message: 'Cannot set "port" to a mapping: it wants a whole number from 0 to 65535',
    },
    {
      why: "a scalar where a group stands",
      text: "tcp: 5\n",
      place: "1:6 |tcp: 5",
      message:
        'Cannot set "tcp": it is a group of settings; set tcp.maximumConnections, tcp.maximumConnectionsPerClient, tcp.maximumUnread, tcp.idleTimeout, tcp.messageTimeout',
    },
    {
      why: "a list at the top",
      text: "- port: 53\n",
      place: "1:1 |- port: 53",
      message: 'Cannot read the settings: write each as "name: value", such as "port: 5300"',
    },
    {
      why: "an alias (a bomb is built of them)",
      text: "port: &a 53\nworkers: *a\n",
      place: "2:10 |workers: *a",
      message: 'Cannot read "workers": settings take no YAML aliases; write the value itself',
    },
    {
      why: "no YAML at all",
      text: "port: [53\n",
      place: "2:1 |",
      message:
        "Cannot read settings as YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    },
  ];
  test.each(cases)("$why", ({ text, place, message }) => {
    const [problem] = problems(inFile(text));
    const { line, column, excerpt, file } = problem?.place ?? { file: "" };
    expect({ message: problem?.message, place: `${line}:${column} |${excerpt}`, file }).toEqual({
      message,
      place,
      file: "config/settings.yaml",
    });
  });
});

describe("loadSettings() and files that cannot be read", () => {
  const unreadable: ReadFile = () => ({ kind: "unreadable", reason: "permission denied" });
  const cases: { why: string; sources: Partial<SettingsSources>; says: string[] }[] = [
    { why: "no default file: fine", sources: {}, says: [] },
    {
      why: "a named file must exist",
      sources: { settingsFile: "my.yaml" },
      says: ['Cannot read settings file "my.yaml" (--settings): there is no such file'],
    },
    {
      why: "a file named by the environment too",
      sources: { environment: { XMPP_EDGE_DNS_SETTINGS: "env.yaml" } },
      says: [
        'Cannot read settings file "env.yaml" (environment variable XMPP_EDGE_DNS_SETTINGS): there is no such file',
      ],
    },
    {
      why: "the default file is there but closed to us",
      sources: { readFile: unreadable },
      says: ['Cannot read settings file "config/settings.yaml": permission denied'],
    },
    {
      why: "too large",
      sources: { readFile: fileOf("config/settings.yaml", new Uint8Array(2 ** 20 + 1)) },
      says: ['Cannot read settings file "config/settings.yaml": it is larger than 1 MiB'],
    },
    {
      why: "octets that are no text",
      sources: { readFile: fileOf("config/settings.yaml", Uint8Array.of(0x70, 0xff, 0xfe)) },
      says: [
        'Cannot read settings file "config/settings.yaml": it is neither UTF-8 nor UTF-16 with a byte order mark',
      ],
    },
  ];
  test.each(cases)("$why", ({ sources, says }) => {
    expect(messages(sources)).toEqual(says);
  });

  test("reads the named file instead of the default one", () => {
    const readFile = fileOf("my.yaml", "port: 9\n");
    expect(load({ readFile, settingsFile: "my.yaml" }).port).toBe(9);
    expect(load({ readFile, environment: { XMPP_EDGE_DNS_SETTINGS: "my.yaml" } }).port).toBe(9);
  });
});

test("loadSettings() passes over what Kubernetes sets for a Service called xmpp-edge-dns", () => {
  const environment = {
    XMPP_EDGE_DNS_SERVICE_HOST: "10.96.0.7",
    XMPP_EDGE_DNS_SERVICE_PORT: "53",
    XMPP_EDGE_DNS_SERVICE_PORT_DNS_TCP: "53",
    XMPP_EDGE_DNS_PORT: "udp://10.96.0.7:53",
    XMPP_EDGE_DNS_PORT_53_UDP: "udp://10.96.0.7:53",
    XMPP_EDGE_DNS_PORT_53_UDP_PROTO: "udp",
    XMPP_EDGE_DNS_PORT_53_UDP_PORT: "53",
    XMPP_EDGE_DNS_PORT_53_UDP_ADDR: "10.96.0.7",
  };
  expect(load({ environment })).toEqual(DEFAULT_SETTINGS);
});

test("loadSettings() reads where the status page is, from text and from YAML alike", () => {
  const admin = {
    enabled: false,
    listen: "::1",
    port: 9_000,
    tokenFile: "t",
    tokenFor: "all",
    hosts: ["a.example", "b.example"],
  };
  const yaml = `admin: { enabled: false, listen: "::1", port: 9000, tokenFile: t, tokenFor: all, hosts: [a.example, b.example] }\n`;
  const set = [
    "enabled=false",
    "listen=::1",
    "port=9000",
    "tokenFile=t",
    "tokenFor=all",
    "hosts=A.example, b.example",
  ];
  expect(load(inFile(yaml)).admin).toEqual(admin);
  expect(load({ set: set.map((text) => `admin.${text}`) }).admin).toEqual(admin);
});
