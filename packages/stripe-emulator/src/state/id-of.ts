/**
 * The id behind a field that Stripe may expand; the emulator stores such fields as plain ids.
 * An absent reference is `''`, which no object has, so it can be looked up right away.
 */
export function idOf(reference: string | { id: string } | null): string {
  if (reference === null) return '';
  return typeof reference === 'string' ? reference : reference.id;
}
