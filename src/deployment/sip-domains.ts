/** The list of SIP domains: in the deployment, in files beside it, or both. A million of them are no trouble. */

import type { DomainName } from "../dns/name.ts";
import { quote } from "../dns/quotation.ts";
import type { Place } from "../result.ts";
import { readHostName, textOf } from "./host-name.ts";
import { type ListFile, readListFile } from "./list-file.ts";
import { type LineSource, SipDomain, type SipDomainOptions } from "./model.ts";
import type { Path } from "./places.ts";
import { formatPlace, hostNameAt, type Reading } from "./reading.ts";
import type { DeploymentShape, OptionsShape } from "./schema.ts";
import type { OptionsReader } from "./sip-domain-options.ts";

type ItemShape = Extract<NonNullable<DeploymentShape["sipDomains"]>, readonly unknown[]>[number];

/** The SIP domains and which of them is the default one. */
export interface SipDomains {
  readonly byKey: ReadonlyMap<string, SipDomain>;
  readonly defaultSipDomain: DomainName | undefined;
}

/** Reads all SIP domains. */
export function readSipDomains(
  reading: Reading,
  options: OptionsReader,
  shape: DeploymentShape["sipDomains"] = [],
): SipDomains {
  const reader = new SipDomainReader(reading, options);
  if (Array.isArray(shape)) {
    for (const [index, item] of shape.entries()) reader.readItem(["sipDomains", index], item);
  } else {
    reader.readItem(["sipDomains"], shape);
  }
  return reader;
}

/** Repeated faults of one kind are reported so many times. */
const MOST_TWINS = 20;

class SipDomainReader implements SipDomains {
  readonly byKey = new Map<string, SipDomain>();
  defaultSipDomain: DomainName | undefined;
  readonly #reading: Reading;
  readonly #options: OptionsReader;
  #twins = 0;

  constructor(reading: Reading, options: OptionsReader) {
    this.#reading = reading;
    this.#options = options;
  }

  readItem(path: Path, item: ItemShape): void {
    if (typeof item === "string") this.#readOne(path, path, item, this.#options.common(path));
    else if ("file" in item) this.#readFile(path, item);
    else this.#readFull(path, item);
  }

  #readFull(path: Path, item: OptionsShape & { name: string; default?: boolean | undefined }): void {
    const { name, default: isDefault, ...shape } = item;
    const sipDomain = this.#readOne(path, [...path, "name"], name, this.#options.read(path, shape));
    if (isDefault !== true || sipDomain === undefined) return;
    if (this.defaultSipDomain !== undefined) {
      const message = `Cannot make ${quote(name)} the default SIP domain: ${quote(textOf(this.defaultSipDomain))} is that already`;
      this.#reading.findings.error(message, this.#reading.places.ofKey([...path, "default"]));
    }
    this.defaultSipDomain ??= sipDomain;
  }

  #readOne(path: Path, namePath: Path, text: string, options: SipDomainOptions): DomainName | undefined {
    const name = hostNameAt(this.#reading, namePath, text, "SIP domain");
    if (name === undefined) return undefined;
    const place = this.#reading.places.ofValue(path);
    this.#add(new SipDomain(name, options, { placeOf: () => place }, 0));
    return name;
  }

  #readFile(path: Path, item: OptionsShape & { file: string }): void {
    const { file, ...shape } = item;
    const options = this.#options.read(path, shape);
    const list = readListFile(this.#reading, [...path, "file"], file);
    if (list !== undefined) this.#readLines(list, options);
  }

  #readLines(list: ListFile, options: SipDomainOptions): void {
    const source: LineSource = list;
    list.forEachLine((text, line) => {
      const read = readHostName(text);
      if ("fault" in read) return `Cannot use ${quote(text)} as SIP domain: ${read.fault}`;
      this.#add(new SipDomain(read.name, options, source, line));
      return undefined;
    });
  }

  #add(sipDomain: SipDomain): void {
    const { key } = sipDomain.name;
    const twin = this.byKey.get(key);
    if (twin === undefined) this.byKey.set(key, sipDomain);
    else this.#reportTwin(sipDomain, twin.place);
  }

  #reportTwin(sipDomain: SipDomain, first: Place): void {
    this.#twins++;
    if (this.#twins > MOST_TWINS) return;
    const name = quote(textOf(sipDomain.name));
    const more = this.#twins === MOST_TWINS ? "; there may be more such SIP domains" : "";
    this.#reading.findings.error(
      `Cannot list SIP domain ${name} twice: it stands at ${formatPlace(first)} already${more}`,
      sipDomain.place,
    );
  }
}
