import { z } from 'zod';

/**
 * Public ids are TypeIDs: a prefix and 26 characters of Crockford base32 over a UUID, so they
 * sort by time wherever the UUID does (specification: github.com/jetify-com/typeid).
 */
export const ID_PREFIXES = [
  'op',
  'txn',
  'lot',
  'hold',
  'pur',
  'alc',
  'req',
  'key',
  'ntf',
  'whk',
  'whd',
  'inv',
  'sbs',
  'pay',
  'rec',
  'case',
  'rfd',
  'bcd',
  'aud',
] as const;

export type IdPrefix = (typeof ID_PREFIXES)[number];

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Writes a UUID (any common spelling) as the public id of its kind. */
export function toPublicId(prefix: IdPrefix, uuid: string): string {
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let i = 0; i < 26; i += 1) {
    text = ALPHABET.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return `${prefix}_${text}`;
}

/** Reads a public id back into a UUID; `null` when the prefix or the spelling is wrong. */
export function fromPublicId(prefix: IdPrefix, id: string): string | null {
  const text = id.startsWith(`${prefix}_`) ? id.slice(prefix.length + 1) : '';
  if (!/^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text)) return null;
  let bits = 0n;
  for (const char of text) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(char));
  return hexToUuid(bits.toString(16).padStart(32, '0'));
}

/** As many hexadecimal digits of an operation's key as its public id has room for. */
export const OPERATION_KEY_DIGITS = 22;

/** The key of an operation that a hexadecimal digest names; only such a key is what its public id leads back to. */
export const operationKeyOf = (digest: string): string =>
  hexToUuid(digest.slice(0, OPERATION_KEY_DIGITS).padEnd(32, '0'));

/** Puts the dashes into 32 hexadecimal digits. */
export function hexToUuid(hex: string): string {
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** What a caller's own system names its users and organizations. */
export const LocalId = z
  .string()
  .regex(/^[A-Za-z0-9._@-]{1,128}$/, 'must be 1 to 128 of the characters A-Z a-z 0-9 . _ @ -');

const ownerOf = (prefixes: string) =>
  z.string().regex(
    new RegExp(`^(${prefixes}):[A-Za-z0-9._@-]{1,128}$`),
    `must look like ${prefixes
      .split('|')
      .map((p) => `"${p}:<id>"`)
      .join(' or ')}`,
  );

/** The owner of a wallet: a person's default workspace or an organization's shared pool. */
export const Owner = ownerOf('user|org').meta({ id: 'Owner', example: 'user:ana' });
export const UserOwner = ownerOf('user').meta({ id: 'UserOwner', example: 'user:ana' });
export const OrganizationOwner = ownerOf('org').meta({
  id: 'OrganizationOwner',
  example: 'org:acme',
});
