import { createHash, createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';

/** What a cursor continues: the list with exactly these filters. The page's size is no part of it. */
export interface ListIdentity {
  /** The route's template. */
  route: string;
  filters: Readonly<Record<string, unknown>>;
}

const MAC_BYTES = 16;

/** Writes a position as an opaque text that only this installation can make. */
export function encodeCursor(secret: KeyObject, list: ListIdentity, position: string): string {
  return `${Buffer.from(position).toString('base64url')}.${macOf(secret, list, position)}`;
}

/** Reads a position back; `null` when the cursor was invented, changed, or made for another list. */
export function decodeCursor(secret: KeyObject, list: ListIdentity, cursor: string): string | null {
  const [encoded = '', mac = '', ...rest] = cursor.split('.');
  if (rest.length > 0) return null;
  const position = Buffer.from(encoded, 'base64url').toString();
  const expected = Buffer.from(macOf(secret, list, position));
  const given = Buffer.from(mac);
  return given.length === expected.length && timingSafeEqual(given, expected) ? position : null;
}

function macOf(secret: KeyObject, list: ListIdentity, position: string): string {
  const filters = Object.entries(list.filters)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const scope = createHash('sha256')
    .update(JSON.stringify([list.route, filters]))
    .digest();
  const mac = createHmac('sha256', secret).update(scope).update(position).digest();
  return mac.subarray(0, MAC_BYTES).toString('base64url');
}
