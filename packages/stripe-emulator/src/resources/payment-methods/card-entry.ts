import type { TestCard } from './test-card.ts';
import { findTestCard } from './test-cards.ts';

/** A card as somebody types it. */
export interface CardEntry {
  number: string;
  /** `MM / YY` or `MM/YYYY`. */
  expiry: string;
  cvc: string;
}

export interface AcceptedCard {
  card: TestCard;
  expMonth: number;
  expYear: number;
}

export type CardCheck =
  | ({ outcome: 'accepted' } & AcceptedCard)
  | { outcome: 'refused'; field: 'number' | 'expiry' | 'cvc'; code: string; message: string };

/** Checks the form of a typed card, as a card form does before anything is charged. */
export function checkCardEntry(entry: CardEntry, nowMs: number): CardCheck {
  const number = entry.number.replaceAll(/[\s-]/g, '');
  if (!/^\d{12,19}$/.test(number) || !hasLuhnDigit(number))
    return refuse('number', 'incorrect_number', 'Your card number is invalid.');
  const card = findTestCard(number);
  if (!card)
    return refuse(
      'number',
      'card_declined',
      'Your card was declined: it is not one of the test cards of this emulator.',
    );
  const expiry = parseExpiry(entry.expiry);
  if (!expiry)
    return refuse(
      'expiry',
      'invalid_expiry_month',
      "Your card's expiration date is incomplete. Write it as MM / YY.",
    );
  const { month, year } = expiry;
  const now = new Date(nowMs);
  if (year * 12 + month < now.getUTCFullYear() * 12 + now.getUTCMonth() + 1)
    return refuse('expiry', 'invalid_expiry_year', "Your card's expiration date is in the past.");
  const cvcLength = card.brand === 'amex' ? 4 : 3;
  if (!/^\d+$/.test(entry.cvc.trim()) || entry.cvc.trim().length !== cvcLength)
    return refuse('cvc', 'invalid_cvc', `Your card's security code has ${cvcLength} digits.`);
  return { outcome: 'accepted', card, expMonth: month, expYear: year };
}

/** A complete entry for a test card, for whoever names only its number. */
export function entryFor(card: TestCard, nowMs: number): CardEntry {
  const year = (new Date(nowMs).getUTCFullYear() + 4) % 100;
  return {
    number: card.number.replaceAll(/(\d{4})(?=\d)/g, '$1 '),
    expiry: `12 / ${String(year).padStart(2, '0')}`,
    cvc: card.brand === 'amex' ? '1234' : '123',
  };
}

function parseExpiry(text: string): { month: number; year: number } | undefined {
  const match = /^\s*(\d{1,2})\s*\/?\s*(\d{2}|\d{4})\s*$/.exec(text);
  if (!match) return undefined;
  const month = Number(match[1]);
  const year = Number(match[2]);
  if (month < 1 || month > 12) return undefined;
  return { month, year: year < 100 ? 2000 + year : year };
}

function hasLuhnDigit(number: string): boolean {
  const digits = number.split('').toReversed().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

function refuse(field: 'number' | 'expiry' | 'cvc', code: string, message: string): CardCheck {
  return { outcome: 'refused', field, code, message };
}
