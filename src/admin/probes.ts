/** What orchestrators and Prometheus ask for: alive, ready, and the metrics. */

import { type AccessPolicy, mayLook } from "./access.ts";
import { openMetrics } from "./metrics.ts";
import type { Readiness, ReadinessCheck } from "./readiness.ts";
import type { Answer, Route } from "./route.ts";
import type { AdminSources } from "./sources.ts";
import { BUSY, Turns } from "./turns.ts";

/** The three paths, which need no token. */
export function probeRoutes(
  sources: AdminSources,
  policy: AccessPolicy,
  readiness: ReadinessCheck,
): readonly Route[] {
  const turns = new Turns<string>();
  const metrics = openMetrics(sources);
  return [
    { method: "GET", path: "/healthz", answer: async () => ({ kind: "json", value: { status: "alive" } }) },
    {
      method: "GET",
      path: "/readyz",
      answer: async (request) => {
        const found = await readiness.check();
        const facts = {
          method: "GET",
          route: "/readyz",
          remoteAddress: request.ip,
          headers: request.headers,
        };
        return mayLook(facts, policy) ? wholeReadiness(found) : bareReadiness(found);
      },
    },
    {
      method: "GET",
      path: "/metrics",
      answer: async () => {
        const text = await turns.take("metrics", () => metrics.metrics());
        return text === undefined ? BUSY : { kind: "text", type: metrics.contentType, text };
      },
    },
  ];
}

function wholeReadiness({ isReady, reasons, remarks }: Readiness): Answer {
  if (isReady) return { kind: "json", value: { status: "ready", remarks } };
  const detail = `Not ready: ${reasons.join("; ")}`;
  return { kind: "refusal", refusal: { status: 503, detail, extensions: { reasons, remarks } } };
}

/** Reasons and remarks have names and addresses in them, which are not everybody's to know. */
function bareReadiness({ isReady }: Readiness): Answer {
  if (isReady) return { kind: "json", value: { status: "ready" } };
  const detail = "Not ready: who may look at /api/v1/status is told why";
  return { kind: "refusal", refusal: { status: 503, detail } };
}
