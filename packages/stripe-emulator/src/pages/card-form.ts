import type { Emulator } from '../emulator.ts';
import {
  checkCardEntry,
  entryFor,
  type AcceptedCard,
} from '../resources/payment-methods/card-entry.ts';
import { findTestCard } from '../resources/payment-methods/test-cards.ts';

/** A card as somebody has typed it so far. */
export interface CardForm {
  number: string;
  expiry: string;
  cvc: string;
  name: string;
}

export type CardErrors = Partial<Record<keyof CardForm | 'payment', string>>;

const VALUE_MAX = 500;

export const BLANK_CARD: CardForm = { number: '', expiry: '', cvc: '', name: '' };

export function readCardForm(posted: URLSearchParams): CardForm {
  const value = (name: string): string => (posted.get(name) ?? '').trim().slice(0, VALUE_MAX);
  return {
    number: value('card_number'),
    expiry: value('card_expiry'),
    cvc: value('card_cvc'),
    name: value('name'),
  };
}

/** The form with the test card whose button was pressed. */
export function fillCardForm(emulator: Emulator, posted: URLSearchParams): CardForm {
  const form = readCardForm(posted);
  const card = findTestCard(posted.get('fill') ?? '');
  if (!card) return form;
  return { ...entryFor(card, emulator.clock.nowMs()), name: form.name || 'Test Customer' };
}

export function checkCardForm(
  emulator: Emulator,
  form: CardForm,
): { card: AcceptedCard | undefined; errors: CardErrors } {
  const errors: CardErrors = {};
  if (form.name === '') errors.name = 'Type the name on the card.';
  const check = checkCardEntry(form, emulator.clock.nowMs());
  if (check.outcome === 'accepted') return { card: check, errors };
  errors[check.field] = check.message;
  return { card: undefined, errors };
}
