/**
 * What experience says about a deployment that can be served: the pitfalls of Microsoft's documents and of
 * those who followed them. Each has a code, a reason and a cure; docs/lint.md is their list.
 */

import type { Deployment } from "../deployment/model.ts";
import type { Derivation } from "../records/derive.ts";
import type { Problem } from "../result.ts";
import { EDGE_POOL_RULES } from "./edge-pool-rules.ts";
import { type Finding, type LintSeverity, problemsOf } from "./finding.ts";
import { POLICY_RULES } from "./policy-rules.ts";
import { SIP_DOMAIN_RULES } from "./sip-domain-rules.ts";
import { STATIC_RECORD_RULES } from "./static-record-rules.ts";

/** What a rule looks at. */
export interface Subject {
  readonly deployment: Deployment;
  readonly derivation: Derivation;
}

/** One kind of pitfall. */
export interface Rule {
  readonly code: string;
  readonly severity: LintSeverity;
  /** Labs run other servers than Lync, by other rules: there only what holds for all is looked at. */
  readonly forLabsToo: boolean;
  readonly find: (subject: Subject) => Iterable<Finding>;
}

/** Every rule, in the order of the flow: pools, policies and partners, SIP domains, other records. */
export const RULES: readonly Rule[] = [
  ...EDGE_POOL_RULES,
  ...POLICY_RULES,
  ...SIP_DOMAIN_RULES,
  ...STATIC_RECORD_RULES,
];

/** Everything that lint has to say of a deployment. */
export function lint(subject: Subject): readonly Problem[] {
  const isLab = subject.derivation.publications.every(({ mode }) => mode === "every-listed");
  return RULES.filter(({ forLabsToo }) => forLabsToo || !isLab).flatMap(({ code, severity, find }) =>
    problemsOf(code, severity, find(subject)),
  );
}
