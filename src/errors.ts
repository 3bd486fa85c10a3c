/** What the library throws besides problems of a deployment; api.ts gives them out. */

/** The options of a call are not what they should be; nothing was done. */
export class OptionsError extends Error {
  constructor(complaints: readonly string[]) {
    super(complaints.join("\n"));
    this.name = "OptionsError";
  }
}

/** The server was closed before, or meanwhile. */
export class ClosedError extends Error {
  /** `action`: what cannot be done any more. */
  constructor(action: string) {
    super(`Cannot ${action}: the server was closed; start another one`);
    this.name = "ClosedError";
  }
}
