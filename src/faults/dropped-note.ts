/** What a thread tells the main thread when a fault has begun to drop answers. */

const KIND = "xmpp-edge-dns dropped";

export interface DroppedNote {
  readonly kind: typeof KIND;
  /** Its id. */
  readonly fault: string;
}

export function droppedNote(fault: string): DroppedNote {
  return { kind: KIND, fault };
}

export function isDroppedNote(note: unknown): note is DroppedNote {
  return typeof note === "object" && note !== null && "kind" in note && note.kind === KIND;
}
