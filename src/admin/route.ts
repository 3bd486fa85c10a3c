/** A path of the admin interface and what is answered there. */

import type { Refusal } from "./problem-json.ts";

/** What is looked at of a request. */
export interface AdminRequest {
  readonly query: unknown;
  readonly params: unknown;
  /** What the JSON of a body says; undefined where there is none. */
  readonly body: unknown;
}

export type Answer =
  | { readonly kind: "json"; readonly value: object }
  | {
      readonly kind: "text";
      readonly type: string;
      readonly text: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly answer: (request: AdminRequest) => Promise<Answer>;
}
