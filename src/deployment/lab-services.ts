/** What labs offer beside XMPP federation as Lync has it: other services of the same servers, and component domains. */

import { quote } from "../dns/quotation.ts";
import { readHostName, relativeOf } from "./host-name.ts";
import type { ChosenServices, LabService, XmppService } from "./model.ts";
import type { Path } from "./places.ts";
import type { Reading } from "./reading.ts";
import type { OptionsShape } from "./schema.ts";

/** Usual ports: RFC 6120 §14.7 for clients; XEP-0368 registers none, these are what servers listen on unless told otherwise. */
const USUAL_PORTS = { directTls: 5270, clients: 5222, clientsDirectTls: 5223 } as const;

/** The services that one level (SIP domain, Edge pool, defaults) speaks of. */
export function chosenServices(shape: OptionsShape["services"] = {}): ChosenServices {
  return {
    directTls: portOf("directTls", shape.directTls),
    clients: portOf("clients", shape.clients),
    clientsDirectTls: portOf("clientsDirectTls", shape.clientsDirectTls),
  };
}

function portOf(service: LabService, choice: boolean | number | undefined): number | false | undefined {
  return choice === true ? USUAL_PORTS[service] : choice;
}

/** The nearer level wins, service by service. */
export function labPorts(levels: readonly ChosenServices[]): XmppService["labPorts"] {
  const port = (service: LabService) =>
    levels.map((level) => level[service]).find((choice) => choice !== undefined) || undefined;
  return {
    directTls: port("directTls"),
    clients: port("clients"),
    clientsDirectTls: port("clientsDirectTls"),
  };
}

/** Reads labels of component domains; undefined where none are spoken of. */
export function readComponents(
  reading: Reading,
  path: Path,
  texts: OptionsShape["components"],
): readonly string[] | undefined {
  const components = new Set<string>();
  for (const [index, text] of (texts ?? []).entries()) {
    const label = readComponent(text);
    const fault =
      "fault" in label ? label.fault : components.has(label.wire) ? "it is listed twice" : undefined;
    if (fault === undefined && "wire" in label) components.add(label.wire);
    else
      reading.findings.error(
        `Cannot use ${quote(text)} as component: ${fault}`,
        reading.places.ofValue([...path, index]),
      );
  }
  return texts && [...components];
}

function readComponent(text: string): { readonly wire: string } | { readonly fault: string } {
  if (text.includes("."))
    return { fault: "a single label below the SIP domain is wanted; list other domains as SIP domains" };
  const read = readHostName(text);
  return "fault" in read ? read : { wire: relativeOf(read.name.labels) };
}
