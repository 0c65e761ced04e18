import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { PACKS, type PackId } from '@bursar/contracts';
import { z } from 'zod';

/** A price that was promised to one wallet until a moment. */
export interface PinnedQuote {
  wallet: string;
  /** Micro-credits. */
  credits: bigint;
  /** Minor units. */
  subtotal: bigint;
  currency: string;
  pack: PackId | null;
  /** Calendar months until the credits expire; 0 is never. */
  expiryMonths: number;
  /** Milliseconds. */
  expiresAt: number;
}

const MAC_BYTES = 16;

/**
 * Writes a quote as a text that only this installation can make. Nothing is stored: a promise that
 * nobody takes up costs nothing, and every replica can keep it.
 */
export function sealQuote(key: KeyObject, quote: PinnedQuote): string {
  const { wallet, credits, subtotal, currency, pack, expiryMonths, expiresAt } = quote;
  const terms = [1, wallet, `${credits}`, `${subtotal}`, currency, pack, expiryMonths, expiresAt];
  const text = Buffer.from(JSON.stringify(terms)).toString('base64url');
  return `qt_${text}.${macOf(key, text)}`;
}

/** Reads a quote back; `null` when it was not made here. */
export function openQuote(key: KeyObject, token: string): PinnedQuote | null {
  const [text = '', mac = ''] = token.replace(/^qt_/, '').split('.');
  const [given, expected] = [Buffer.from(mac), Buffer.from(macOf(key, text))];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const terms = Terms.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  if (!terms.success) return null;
  const [, wallet, credits, subtotal, currency, pack, expiryMonths, expiresAt] = terms.data;
  return {
    wallet,
    credits: BigInt(credits),
    subtotal: BigInt(subtotal),
    currency,
    pack,
    expiryMonths,
    expiresAt,
  };
}

/** The first entry is the version, for releases that promise something else. */
const Terms = z.tuple([
  z.literal(1),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.enum(PACKS.map(({ id }) => id)).nullable(),
  z.int(),
  z.int(),
]);

const macOf = (key: KeyObject, text: string): string =>
  createHmac('sha256', key).update(text).digest().subarray(0, MAC_BYTES).toString('base64url');
