/**
 * The passphrase of XMPP dialback (Get-CsXmppGatewayConfiguration). It is taken out of a text before anything
 * reads it, so that no value, message or stored copy can ever hold it. Offsets stay as they are.
 */

const FORMS: readonly RegExp[] = [
  /(?<before>"DialbackPassphrase"\s*:\s*")(?<secret>(?:\\.|[^"\\])*)/gis, // JSON
  /(?<before>\bN\s*=\s*["']DialbackPassphrase["'](?:[^<>]{0,200}[^<>/])?>)(?<secret>[^<]*)/gi, // CLIXML
  /(?<before>^[ \t]*DialbackPassphrase[ \t]*[:=][ \t]*)(?<secret>[^\r\n]*)/gim, // Format-List
];

/** A text without passphrases, and the offsets where they stood. */
export interface Cleared {
  readonly text: string;
  readonly offsets: readonly number[];
}

/** Blots every passphrase out, character by character. */
export function clearPassphrases(text: string): Cleared {
  if (!/DialbackPassphrase/i.test(text)) return { text, offsets: [] };
  const offsets: number[] = [];
  const cleared = FORMS.reduce(
    (given, form) =>
      given.replace(form, (...parts: unknown[]) => {
        const groups = parts.at(-1) as { readonly before: string; readonly secret: string }; // proof: both groups are in every form
        const offset = Number(parts.at(-3));
        if (groups.secret !== "") offsets.push(offset);
        return groups.before + blotted(groups.secret);
      }),
    text,
  );
  return { text: cleared, offsets };
}

/** Line ends stay, for the lines to keep their numbers. */
function blotted(secret: string): string {
  return secret.replace(/[^\r\n]/g, "*");
}
