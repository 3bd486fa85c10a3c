/** What an observer tells: one sentence for the log, with what it is about. It can be sent from thread to thread. */

export interface ObservedChange {
  readonly level: "info" | "warn" | "debug";
  readonly sentence: string;
  readonly fields: Readonly<Record<string, string | number>>;
  /** Whether the answers may be others now. */
  readonly mattersToAnswers: boolean;
}
