/** A path of the admin interface and what is answered there. */

import type { RequestFacts } from "./access.ts";
import type { Refusal } from "./problem-json.ts";

/** What is looked at of a request. */
export interface AdminRequest {
  readonly query: unknown;
  readonly params: unknown;
  /** The address of who asks, or of the proxy that does. */
  readonly ip: string;
  readonly headers: RequestFacts["headers"] & { readonly accept?: string | undefined };
  /** What the JSON of a body says; undefined where there is none. */
  readonly body: unknown;
}

export type Answer =
  /** What is large is written for programs, not for people. */
  | { readonly kind: "json"; readonly value: object; readonly isLarge?: boolean }
  | {
      readonly kind: "text";
      readonly type: string;
      readonly text: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** 200 unless it is said. */
      readonly status?: number;
    }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** The query parameters that there are. Where it is undefined the route looks at them itself, or does not care. */
  readonly parameters?: readonly string[];
  readonly answer: (request: AdminRequest) => Promise<Answer>;
}
