import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Bytes from here on are thrown away, so that every character is equally likely. */
const FAIR_LIMIT = 256 - (256 % ALPHABET.length);

let source: (size: number) => Uint8Array = randomBytes;

/**
 * Makes the ids of this process the same in every run; undefined makes them random again. What a
 * data file holds would be met twice, so it goes with none.
 */
export function seedIds(seed: string | undefined): void {
  let drawn = 0;
  source = (size) => {
    if (seed === undefined) return randomBytes(size);
    return createHash('shake256', { outputLength: size }).update(`${seed}:${drawn++}`).digest();
  };
}

/** Random text of `length` characters from 0-9A-Za-z. */
export function randomToken(length: number): string {
  let token = '';
  while (token.length < length) {
    for (const byte of source(length * 2)) {
      if (byte < FAIR_LIMIT && token.length < length) token += ALPHABET[byte % ALPHABET.length];
    }
  }
  return token;
}

/** An object id with Stripe's prefix, such as `newId('pi')` → `pi_3k…`. */
export function newId(prefix: string, length = 24): string {
  return `${prefix}_${randomToken(length)}`;
}
