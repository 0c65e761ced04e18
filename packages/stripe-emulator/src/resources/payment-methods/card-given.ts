import type { Emulator } from '../../emulator.ts';
import { integer, text, type ParamsOf } from '../../protocol/fields.ts';
import { invalidRequest, StripeError } from '../../protocol/stripe-error.ts';
import { checkCardEntry, entryFor, type AcceptedCard } from './card-entry.ts';
import { findTestCardByToken } from './test-cards.ts';

/** A card as `POST /v1/payment_methods` takes it: a token, or a test number in full. */
export const CARD = {
  cvc: text({ max: 4 }),
  exp_month: integer({ min: 1, max: 12 }),
  exp_year: integer({ min: 2000, max: 2100 }),
  number: text({ max: 24 }),
  token: text(),
};

/** Throws a 400 for an unknown token or missing parts, a 402 for a card that cannot exist. */
export function cardGiven(emulator: Emulator, given: ParamsOf<typeof CARD>): AcceptedCard {
  const now = emulator.clock.nowMs();
  const { token, number, exp_month: month, exp_year: year } = given;
  if (token !== undefined) {
    const card = findTestCardByToken(token);
    if (!card) throw invalidRequest(`No such token: '${token}'`, 'card[token]', 'resource_missing');
    return accept(checkCardEntry(entryFor(card, now), now));
  }
  if (number === undefined || month === undefined || year === undefined)
    throw invalidRequest(
      'Send card[token], or card[number], card[exp_month] and card[exp_year].',
      'card',
      'parameter_missing',
    );
  const cvc = given.cvc ?? (/^3[47]/.test(number) ? '1234' : '123');
  return accept(checkCardEntry({ number, expiry: `${month}/${year}`, cvc }, now));
}

function accept(check: ReturnType<typeof checkCardEntry>): AcceptedCard {
  if (check.outcome === 'accepted') return check;
  throw new StripeError(402, { type: 'card_error', code: check.code, message: check.message });
}
