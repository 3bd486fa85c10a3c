/** Errors as RFC 9457 says: JSON with a status, a title and a sentence. */

import { STATUS_CODES } from "node:http";

/** A refusal: the HTTP status, one sentence without a final period, headers and members that go with it. */
export interface Refusal {
  readonly status: number;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** What an administrator wants to hear of. */
  readonly event?: "wrong-token";
}

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** The text of a problem document. */
export function problemText({ status, detail, extensions }: Refusal): string {
  const title = STATUS_CODES[status] ?? "Error";
  return `${JSON.stringify({ type: "about:blank", title, status, detail, ...extensions })}\n`;
}

/** A whole response for a client whose request cannot be read as HTTP. */
export function rawProblem(refusal: Refusal): string {
  const body = problemText(refusal);
  const { status } = refusal;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
