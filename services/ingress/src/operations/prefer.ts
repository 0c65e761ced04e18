/** Nobody waits longer than this for an outcome. */
const WAIT_MAX_SECONDS = 25;

/**
 * Reads how long a caller wants to wait from the Prefer header (RFC 7240): the first `wait` that
 * is a whole number of seconds, cut to the maximum. Unknown preferences are ignored, as the RFC asks.
 *
 * @returns seconds, or `null` when the caller does not want to wait.
 */
export function parseWait(header: string | undefined): number | null {
  if (header === undefined) return null;
  for (const preference of splitOutsideQuotes(header, ',')) {
    const [token = ''] = splitOutsideQuotes(preference, ';');
    const match = /^\s*wait\s*=\s*(?:"(\d{1,9})"|(\d{1,9}))\s*$/i.exec(token);
    const seconds = match?.[1] ?? match?.[2];
    if (seconds !== undefined) return Math.min(Number(seconds), WAIT_MAX_SECONDS);
  }
  return null;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    if (char === separator && !quoted) {
      parts.push(part);
      part = '';
    } else {
      part += char;
    }
  }
  return [...parts, part];
}
