import { createHash, createHmac, randomBytes, type KeyObject } from 'node:crypto';

/** 32 random bytes as base64url, and six characters of checksum against typing errors. */
const KEY = /^bsk_([A-Za-z0-9_-]{43})([A-Za-z0-9_-]{6})$/;

/** Makes a key that is shown once and stored only as its hash. */
export function makeApiKey(): string {
  const secret = randomBytes(32).toString('base64url');
  return `bsk_${secret}${checksum(secret)}`;
}

/** Whether a text can be a key at all, so that junk costs no query. */
export function looksLikeApiKey(text: string): boolean {
  const match = KEY.exec(text);
  return match?.[1] !== undefined && checksum(match[1]) === match[2];
}

/** What is stored of a key: useless without the pepper, which never enters the database. */
export const hashApiKey = (pepper: KeyObject, key: string): Buffer =>
  createHmac('sha256', pepper).update(key).digest();

const checksum = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url').slice(0, 6);
