/** Settings: what the process needs to know before it serves. They need a restart; the deployment does not. */

import convict from "convict";
import { failure, type Problem, type Result } from "../result.ts";
import { type Assignment, typedValue } from "./assignment.ts";
import { withCookieSecret } from "./cookie-secret.ts";
import { type Environment, readEnvironment, SETTINGS_FILE_VARIABLE } from "./environment.ts";
import { SCHEMA } from "./schema.ts";
import { type ReadFile, readSettingsFile, type SettingsFile } from "./settings-file.ts";

/** Every setting, checked and immutable. Times are in milliseconds, sizes in octets. */
export interface Settings {
  /** Path of the deployment file, relative to the working directory. */
  readonly deployment: string;
  /** IP addresses, IPv4 and IPv6 apart. */
  readonly listen: readonly string[];
  readonly port: number;
  /** UDP threads; 0 for one on each core. */
  readonly workers: number;
  readonly udp: { readonly payloadSize: number };
  readonly tcp: {
    readonly maximumConnections: number;
    readonly maximumConnectionsPerClient: number;
    readonly maximumUnread: number;
    readonly idleTimeout: number;
    readonly messageTimeout: number;
  };
  readonly cookies: {
    readonly enabled: boolean;
    readonly required: boolean;
    readonly secretFile?: string | undefined;
    /** Secrets in hexadecimal digits, from the file too; the first makes cookies, all check them. */
    readonly secret?: string | undefined;
  };
  readonly rateLimit: {
    /** 0 for no limit. */
    readonly responsesPerSecond: number;
    readonly slip: number;
    readonly ipv4PrefixLength: number;
    readonly ipv6PrefixLength: number;
    /** Addresses and prefixes. */
    readonly exempt: readonly string[];
  };
  readonly identity: {
    readonly name?: string | undefined;
    readonly chaos: boolean;
    readonly version?: string | undefined;
  };
  readonly reload: { readonly interval: number };
  /** Served where both files are named. */
  readonly tls: {
    readonly certificateFile?: string | undefined;
    readonly keyFile?: string | undefined;
    readonly listen: readonly string[];
    readonly port: number;
  };
  readonly transfers: {
    readonly journalVersions: number;
    readonly journalSize: number;
    /** IP addresses, one of a family at the most. */
    readonly notifySource: readonly string[];
  };
  readonly limits: { readonly deploymentFileSize: number };
  readonly stateDirectory?: string | undefined;
  readonly admin: {
    readonly enabled: boolean;
    /** An IP address. */
    readonly listen: string;
    readonly port: number;
    readonly tokenFile?: string | undefined;
    readonly tokenFor: "remote" | "all";
    /** In lower case. */
    readonly hosts: readonly string[];
  };
  readonly log: {
    readonly level: "error" | "warn" | "info" | "debug" | "silent";
    readonly format: "auto" | "json" | "text";
    /** One query in so many is logged; 0 for none. */
    readonly queries: number;
  };
  readonly lab: {
    /** Queries that the journal keeps; 0 for no journal. */
    readonly journal: number;
    /** Whether faults may be put in and taken out while the server runs, by others than the deployment. */
    readonly faults: boolean;
  };
}

/** The settings that have a flag of their own, as text from the command line. */
export interface SettingsFlags {
  readonly deployment?: string | undefined;
  readonly listen?: readonly string[] | undefined;
  readonly port?: string | undefined;
  readonly workers?: string | undefined;
}

/** Where settings come from, the strongest first: flags, `set`, environment, file; then the defaults. */
export interface SettingsSources {
  readonly flags?: SettingsFlags;
  /** `key=value`, keys dotted; the last of one key counts. */
  readonly set?: readonly string[];
  readonly environment?: Environment;
  /** A file that must exist; without one `config/settings.yaml` is read if it is there. */
  readonly settingsFile?: string | undefined;
  readonly readFile: ReadFile;
}

/** Where settings are looked for when nobody names a file, relative to the working directory. */
export const DEFAULT_SETTINGS_FILE = "config/settings.yaml";

/** Settings where nobody sets anything, as tests and the library want them. */
export const DEFAULT_SETTINGS: Settings = compose([]);

/** Reads, merges and checks settings; every unknown key and wrong value at once, with who gave it. */
export function loadSettings(sources: SettingsSources): Result<Settings> {
  const file = readSettingsFile(settingsFileOf(sources), sources.readFile);
  const environment = readEnvironment(sources.environment ?? {});
  const set = (sources.set ?? []).map(readSet);
  const assignments: readonly Assignment[] = [
    ...file.assignments,
    ...environment.assignments,
    ...set.flatMap(({ assignment }) => assignment ?? []),
    ...readFlags(sources.flags ?? {}),
  ];
  const typed = assignments.map((assignment) => ({ key: assignment.key, ...typedValue(assignment) }));
  const problems: readonly Problem[] = [
    ...file.problems,
    ...environment.problems,
    ...set.flatMap(({ problem }) => problem ?? []),
    ...typed.flatMap(({ problem }) => problem ?? []),
  ];
  if (problems.length > 0) return failure(problems);
  const settings = compose(typed.map(({ key, value }) => [key, value]));
  return withCookieSecret(settings, sources.readFile);
}

/** The flag wins over the variable, an empty variable counts as absent. */
function settingsFileOf({ settingsFile, environment = {} }: SettingsSources): SettingsFile {
  if (settingsFile !== undefined) return { path: settingsFile, source: "--settings" };
  const path = environment[SETTINGS_FILE_VARIABLE];
  if (!path) return { path: DEFAULT_SETTINGS_FILE };
  return { path, source: `environment variable ${SETTINGS_FILE_VARIABLE}` };
}

/** Settings from checked values, the later ones winning. */
function compose(values: readonly (readonly [key: string, value: unknown])[]): Settings {
  const config = convict<Settings>(SCHEMA, { env: {}, args: [] });
  for (const [key, value] of values) config.set(key, value);
  config.validate({ allowed: "strict" }); // throws on a bug alone: every value has been checked
  return frozen(config.getProperties());
}

function readFlags(flags: SettingsFlags): Assignment[] {
  const given: readonly (readonly [string, string | undefined])[] = [
    ["deployment", flags.deployment],
    ["listen", flags.listen?.join(",")],
    ["port", flags.port],
    ["workers", flags.workers],
  ];
  return given.flatMap(([key, value]) => (value === undefined ? [] : [{ key, value, source: `--${key}` }]));
}

function readSet(text: string): { readonly assignment?: Assignment; readonly problem?: Problem } {
  const equals = text.indexOf("=");
  if (equals > 0) {
    const key = text.slice(0, equals).trim();
    return { assignment: { key, value: text.slice(equals + 1), source: `--set ${text}` } };
  }
  return {
    problem: { severity: "error", message: `Cannot read --set ${text}: write it as --set key=value` },
  };
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
