import {
  createHmac,
  createSecretKey,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';

/** What a link in a mail switches off: one kind of mail to one person. */
export interface Unsubscription {
  /** The bare id of a person. */
  user: string;
  kind: string;
}

const MAC_BYTES = 18;

/** The key of these links; they stay good for as long as the installation's secret does. */
export const deriveUnsubscribeKey = (secret: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'bursar/unsubscribe/v1', 32)));

/** Writes a link's last part. It works without a login and says nothing but what it ends. */
export function unsubscribeToken(key: KeyObject, { user, kind }: Unsubscription): string {
  const subject = Buffer.from(JSON.stringify([user, kind])).toString('base64url');
  return `${subject}.${macOf(key, subject)}`;
}

/** Reads it back; `null` when it was not made here. */
export function readUnsubscribeToken(key: KeyObject, token: string): Unsubscription | null {
  const [subject = '', mac = '', ...rest] = token.split('.');
  const expected = Buffer.from(macOf(key, subject));
  const given = Buffer.from(mac);
  if (rest.length > 0 || given.length !== expected.length) return null;
  if (!timingSafeEqual(given, expected)) return null;
  const [user, kind]: unknown[] = JSON.parse(Buffer.from(subject, 'base64url').toString());
  return { user: String(user), kind: String(kind) };
}

const macOf = (key: KeyObject, subject: string): string =>
  createHmac('sha256', key).update(subject).digest().subarray(0, MAC_BYTES).toString('base64url');
