/** Who may transfer zones, with which keys, who is told of changes, and the catalog of zones. */

import { parseAddress } from "../dns/address.ts";
import { parseBase64 } from "../dns/base-encoding.ts";
import { type DomainName, nameOrReason, ROOT } from "../dns/name.ts";
import type { Prefix, QueryAccess } from "../dns/prefix.ts";
import { quote } from "../dns/quotation.ts";
import {
  type NotifyTarget,
  rightsText,
  Secret,
  type TransferRights,
  type TransferRule,
  type TsigKey,
} from "../dns/transfer-policy.ts";
import { pathBeside } from "./files.ts";
import { readZoneName } from "./host-name.ts";
import type { Catalog, Transfers } from "./model.ts";
import type { Path } from "./places.ts";
import { readPrefix } from "./prefixes.ts";
import { type Reading, reportMissing } from "./reading.ts";
import type { DeploymentShape, TransfersShape } from "./schema.ts";
import { knownOnes } from "./wording.ts";

/** A shorter secret can be guessed (RFC 8945 §8: it should be as long as the hash). */
const SHORTEST_SECRET = 16;

const DNS_PORT = 53;

type RightsShape = Pick<TransfersShape, "allow" | "notify">;
type KeyShape = NonNullable<TransfersShape["keys"]>[number];
type RuleShape = NonNullable<TransfersShape["allow"]>[number];
type TargetShape = NonNullable<TransfersShape["notify"]>[number];

/** Reads what is said of transfers: keys at once, then rights of single zones, then the whole. */
export class TransferReader {
  readonly #known: KnownKeys;
  readonly #shape: DeploymentShape["transfers"];
  /** Rights by their text: zones that say the same share them. */
  readonly #zones = new Map<string, { readonly number: number; readonly rights: TransferRights }>();

  constructor(reading: Reading, shape: DeploymentShape["transfers"]) {
    const keys = new Map<string, TsigKey | undefined>();
    shape?.keys?.forEach((key, index) => {
      readKey(reading, [...PATH, "keys", index], key, keys);
    });
    this.#known = { reading, keys };
    this.#shape = shape;
  }

  /** The number of the rights that a zone gives itself, counted from 1; undefined where it says nothing. */
  numberOf(path: Path, shape: RightsShape | undefined): number | undefined {
    if (shape === undefined) return undefined;
    const rights = readRights(this.#known, path, shape);
    const text = rightsText(rights);
    const known = this.#zones.get(text) ?? { number: this.#zones.size + 1, rights };
    this.#zones.set(text, known);
    return known.number;
  }

  /** All of it; undefined where nothing is said, here or by a zone. `access` is whom the catalog answers. */
  read(access: QueryAccess | undefined): Transfers | undefined {
    const shape = this.#shape ?? {};
    const catalog = this.#readCatalog([...PATH, "catalog"], shape.catalog, access);
    const rights = readRights(this.#known, PATH, shape);
    const zones = Array.from(this.#zones.values(), (zone) => zone.rights);
    if (this.#shape === undefined && zones.length === 0) return undefined;
    return { keys: present([...this.#known.keys.values()]), ...rights, zones, catalog };
  }

  #readCatalog(
    path: Path,
    shape: TransfersShape["catalog"],
    access: QueryAccess | undefined,
  ): Catalog | undefined {
    if (shape === undefined) return undefined;
    const { findings, places } = this.#known.reading;
    const { name, ...rights } = shape;
    const saysNothing = rights.allow === undefined && rights.notify === undefined;
    const transfers = this.numberOf(path, saysNothing ? undefined : rights);
    const place = places.ofValue([...path, "name"]);
    const read = readZoneName(name);
    if ("name" in read) return { apex: read.name, access, transfers, place };
    findings.error(`Cannot use ${quote(name)} as name of the catalog: ${read.fault}`, place);
    return undefined;
  }
}

const PATH = ["transfers"];

function readRights(known: KnownKeys, path: Path, { allow, notify }: RightsShape): TransferRights {
  return {
    allow: present(allow?.map((rule, index) => readRule(known, [...path, "allow", index], rule)) ?? []),
    notify: present(
      notify?.map((target, index) => readTarget(known, [...path, "notify", index], target)) ?? [],
    ),
  };
}

function present<T>(items: readonly (T | undefined)[]): T[] {
  return items.filter((item) => item !== undefined);
}

/** Keys by name; undefined for one that could not be read, which is said where it stands. */
interface KnownKeys {
  readonly reading: Reading;
  readonly keys: ReadonlyMap<string, TsigKey | undefined>;
}

function readKey(
  reading: Reading,
  path: Path,
  shape: KeyShape,
  keys: Map<string, TsigKey | undefined>,
): void {
  const { findings, places } = reading;
  const name = nameOrReason(shape.name, ROOT);
  const place = places.ofValue([...path, "name"]);
  if (typeof name === "string" || name.isRoot) {
    const fault = typeof name === "string" ? name : "the root is no name of a key";
    findings.error(`Cannot use ${quote(shape.name)} as name of a key: ${fault}`, place);
    return;
  }
  if (keys.has(name.key)) findings.error(`Cannot list key ${quote(shape.name)} twice`, place);
  const secret = readSecret(reading, path, shape);
  keys.set(name.key, secret && { name, algorithm: shape.algorithm ?? "hmac-sha256", secret });
}

/** What is wrong with a secret is said without a word of it. */
function readSecret(reading: Reading, path: Path, shape: KeyShape): Secret | undefined {
  const { findings, places } = reading;
  const { secretFile, secretEnvironment } = shape;
  if ((secretFile === undefined) === (secretEnvironment === undefined)) {
    const wanted =
      'give the file that holds it under "secretFile", or an environment variable under "secretEnvironment"';
    const found = secretFile === undefined ? "it has no secret" : "it has two secrets";
    findings.error(
      `Cannot use key ${quote(shape.name)}: ${found}; ${wanted}`,
      places.ofValue([...path, "name"]),
    );
    return undefined;
  }
  const source = secretFile ?? secretEnvironment ?? "";
  const place = places.ofValue([...path, secretFile === undefined ? "secretEnvironment" : "secretFile"]);
  const text = secretFile === undefined ? readVariable(reading, source) : readSecretFile(reading, source);
  const fault = typeof text === "string" ? undefined : text.fault;
  const octets = typeof text === "string" ? parseBase64(text.trim()) : undefined;
  if (octets !== undefined && octets.length >= SHORTEST_SECRET) return new Secret(octets);
  const length = `${octets?.length} octets, ${SHORTEST_SECRET} are the least; "openssl rand -base64 32" makes a good one`;
  const reason =
    fault ??
    (octets === undefined ? "it holds something else than a secret in base 64" : `its secret has ${length}`);
  findings.error(`Cannot use ${quote(source)} of key ${quote(shape.name)}: ${reason}`, place);
  return undefined;
}

type SecretText = string | { readonly fault: string };

function readVariable({ files }: Reading, name: string): SecretText {
  return files.variable?.(name) ?? { fault: "there is no such environment variable" };
}

function readSecretFile({ files, path }: Reading, named: string): SecretText {
  const octets = files.read(pathBeside(path, named));
  if (octets.ok) return Array.from(octets.value, (octet) => String.fromCharCode(octet)).join("");
  return { fault: octets.problems.map(({ message }) => message.replace(/^.*": /, "")).join("; ") };
}

/** The key that a rule or target names: undefined where it names none, null where there is none of the name. */
function keyAt(
  { reading, keys }: KnownKeys,
  path: Path,
  named: string | undefined,
): DomainName | undefined | null {
  if (named === undefined) return undefined;
  const name = nameOrReason(named, ROOT);
  if (typeof name !== "string" && keys.has(name.key)) return name;
  const known = knownOnes(
    named,
    [...keys.values()].flatMap((key) => key?.name.toString().slice(0, -1) ?? []),
  );
  const message = `Cannot find key ${quote(named)} under "keys": ${known}`;
  reportMissing(reading, "transfers", message, [...path, "key"]);
  return null;
}

function readRule(known: KnownKeys, path: Path, shape: RuleShape): TransferRule | undefined {
  const { findings, places } = known.reading;
  const key = keyAt(known, path, shape.key);
  if (shape.prefix === undefined && shape.key === undefined) {
    const wanted = 'give "prefix", "key" or both';
    findings.error(`Cannot allow transfers to everybody: ${wanted}`, places.ofValue(path));
    return undefined;
  }
  const prefix = shape.prefix === undefined ? undefined : prefixAt(known, [...path, "prefix"], shape.prefix);
  return key === null || prefix === null ? undefined : { prefix, key };
}

const NO_PREFIX = 'give an address or a prefix such as 203.0.113.0/24 or "2001:db8::/48"';

function prefixAt({ reading }: KnownKeys, path: Path, text: string): Prefix | null {
  const read = readPrefix(text) ?? { fault: NO_PREFIX };
  if ("prefix" in read) return read.prefix;
  reading.findings.error(`Cannot use ${quote(text)} as prefix: ${read.fault}`, reading.places.ofValue(path));
  return null;
}

function readTarget(known: KnownKeys, path: Path, shape: TargetShape): NotifyTarget | undefined {
  const { findings, places } = known.reading;
  const key = keyAt(known, path, shape.key);
  const address = parseAddress(shape.address);
  if (address === undefined) {
    const wanted = 'give IPv4 or IPv6 such as 203.0.113.53 or "2001:db8::53"';
    const place = places.ofValue([...path, "address"]);
    findings.error(`Cannot use ${quote(shape.address)} as address of a secondary: ${wanted}`, place);
    return undefined;
  }
  return key === null ? undefined : { address, port: shape.port ?? DNS_PORT, key };
}
