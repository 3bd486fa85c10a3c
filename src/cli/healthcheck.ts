/** `healthcheck`: asks the server that runs with these settings whether it is alive. Needs no shell. */

import { type Clients, checkHealth, type ZoneToAsk } from "../probe/health.ts";
import type { Settings } from "../settings/settings.ts";
import type { Engine } from "./engine.ts";
import { EXIT_CODE } from "./exit-code.ts";
import { type CommonOptions, report, settingsOf } from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";
import { withoutFinalDot, zoneNamed } from "./zone-name.ts";

export interface HealthcheckOptions extends CommonOptions {
  readonly zone?: string | undefined;
}

/** Prints one line and gives 0 where the server answers over UDP and TCP on every address, 1 otherwise. */
export async function healthcheck(
  options: HealthcheckOptions,
  surroundings: Surroundings,
  { build }: Pick<Engine, "build">,
  clients?: Clients,
): Promise<number> {
  const settings = settingsOf(options, surroundings);
  if (settings === undefined) return EXIT_CODE.USAGE;
  if (settings.port === 0) {
    const message = "Cannot ask port 0: name the port that the server took, with --port";
    report([{ severity: "error", message }], options, surroundings.stderr, surroundings);
    return EXIT_CODE.USAGE;
  }
  const ask = options.zone === undefined ? await zoneOnDisk(settings, build) : wanted(options.zone);
  if (ask === undefined) {
    const message = `Cannot ask for zone "${options.zone}": it is no domain name`;
    report([{ severity: "error", message }], options, surroundings.stderr, surroundings);
    return EXIT_CODE.USAGE;
  }
  const { healthy, sentence } = await checkHealth({ ...settings, ask }, clients);
  surroundings.stdout.write(
    options.json === true ? `${JSON.stringify({ healthy, sentence })}\n` : `${sentence}\n`,
  );
  return healthy ? EXIT_CODE.FINE : EXIT_CODE.PROBLEMS;
}

/**
 * Octets of the largest deployment file that is read just to learn a zone's name: a health check shares
 * processor and memory limit with the server that it asks, every few seconds.
 */
const WORTH_READING = 256 * 2 ** 10;

async function zoneOnDisk(settings: Settings, build: Engine["build"]): Promise<ZoneToAsk> {
  const deploymentFileSize = Math.min(settings.limits.deploymentFileSize, WORTH_READING);
  const built = await build({ ...settings, limits: { ...settings.limits, deploymentFileSize } });
  if (!built.ok) {
    return { kind: "unknown", reason: `"${settings.deployment}" does not load or is too large to read here` };
  }
  const apex = built.value.derivation.groups[0]?.apexes[0];
  if (apex === undefined) return { kind: "unknown", reason: `"${settings.deployment}" has no zone` };
  return { kind: "supposed", zone: withoutFinalDot(apex) };
}

function wanted(word: string): ZoneToAsk | undefined {
  const zone = zoneNamed(word);
  return zone && { kind: "wanted", zone: withoutFinalDot(zone) };
}
