import { creditsText, dateText, moneyText, nameOf } from './wording.ts';

/**
 * Facts arrive as JSON that the ledger wrote; these read what a template needs and say clearly when
 * a fact and its template have come apart.
 */
export type NoticeData = Readonly<Record<string, unknown>>;

export function textOf(data: NoticeData, key: string): string {
  const value = data[key];
  if (typeof value === 'string' && value !== '') return value;
  throw missing('text', key);
}

/** Null when the fact has nothing to say here. */
export function optionalText(data: NoticeData, key: string): string | null {
  const value = data[key];
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/**
 * Whom a fact names under this key, as people know them: by the name the ledger sent along, else by
 * the id.
 */
export const partyOf = (data: NoticeData, key: string): string => knownAs(data, textOf(data, key));

/** The name of an owner that the fact mentions. */
export function knownAs(data: NoticeData, owner: string): string {
  const names = data['names'];
  const name: unknown =
    typeof names === 'object' && names !== null ? Reflect.get(names, owner) : undefined;
  return typeof name === 'string' && name.trim() !== '' ? name : nameOf(owner);
}

/** Whose wallet a notice is about, for a person who may look after several. */
export const walletOf = (data: NoticeData): string =>
  textOf(data, 'wallet').startsWith('org:')
    ? `the pool of ${partyOf(data, 'wallet')}`
    : 'your wallet';

/** Minor units with their currency. */
export interface Money {
  amount: number;
  currency: string;
}

export function moneyOf(data: NoticeData, key: string): Money {
  const value = data[key];
  if (typeof value !== 'object' || value === null) throw missing('money', key);
  const { amount, currency }: Record<string, unknown> = { ...value };
  if (!Number.isSafeInteger(amount) || typeof currency !== 'string') throw missing('money', key);
  return { amount: Number(amount), currency };
}

/** Credits as people read them, every decimal kept: `1,234.5 credits`. */
export const creditsOf = (data: NoticeData, key: string): string => creditsText(decimal(data, key));

/** The same without the word, for a table that has it already. */
export const amountOf = (data: NoticeData, key: string): string =>
  creditsOf(data, key).replace(/ credits?$/, '');

export const priceOf = (data: NoticeData, key: string): string => moneyText(moneyOf(data, key));

/** A date in words, with the zone said. */
export function dateOf(data: NoticeData, key: string): string {
  const at = new Date(textOf(data, key));
  if (Number.isNaN(at.getTime())) throw missing('time', key);
  return dateText(at);
}

export function countOf(data: NoticeData, key: string): number {
  const value = data[key];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw missing('count', key);
}

/** Canonical credits as the ledger writes them. */
export function decimal(data: NoticeData, key: string): string {
  const value = textOf(data, key);
  if (/^-?\d+(\.\d+)?$/.test(value)) return value;
  throw missing('credits', key);
}

function missing(kind: string, key: string): Error {
  return new Error(
    `A notice needs the ${kind} "${key}", and the fact does not have it; its template and the ledger have come apart.`,
  );
}
