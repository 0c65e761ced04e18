import type { Cause, Emulator } from '../emulator.ts';
import { invalidRequest, noSuchResource, StripeError } from '../protocol/stripe-error.ts';
import { applyPromotion } from '../resources/checkout/apply-promotion.ts';
import { completeSession, type CompletionResult } from '../resources/checkout/complete-session.ts';
import { needsCard } from '../resources/checkout/subscription-mode.ts';
import { returnAddress } from '../resources/checkout/return-address.ts';
import { checkCardEntry, entryFor, type AcceptedCard } from '../resources/payments/card-entry.ts';
import { findTestCard } from '../resources/payments/test-cards.ts';
import { unreachable } from '../unreachable.ts';
import type { SessionRecord } from '../state/records.ts';

const CARD_DEFAULT = '4242424242424242';

interface Visit {
  /** A test card number. */
  card?: string | undefined;
  promotion_code?: string | undefined;
  email?: string | undefined;
  name?: string | undefined;
}

/** Pays a session as a customer on the hosted page would. Throws a 402 when the card is declined. */
export function payAsCustomer(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  visit: Visit,
): object {
  const discounted = withCode(emulator, record, visit.promotion_code);
  const details = record.session.customer_details;
  const contact = {
    email: visit.email ?? details?.email ?? 'customer@example.com',
    name: visit.name ?? details?.name ?? null,
  };
  const card = needsCard(discounted.session)
    ? acceptCard(emulator, visit.card ?? CARD_DEFAULT)
    : undefined;
  return describe(completeSession(emulator, cause, discounted, contact, card));
}

/** The open session at this address; throws when it is missing or over. */
export function sessionToPay(emulator: Emulator, id: string): SessionRecord {
  const record = emulator.state.sessions.get(id);
  if (!record) throw noSuchResource('checkout.session', id);
  if (record.session.status !== 'open') throw notOpen(String(record.session.status));
  return record;
}

function describe(result: CompletionResult): object {
  switch (result.outcome) {
    case 'completed':
      return { session: result.record.session, redirect_url: returnAddress(result.record.session) };
    case 'declined':
      throw new StripeError(402, result.error);
    case 'discount_refused':
      throw invalidRequest(result.message, 'promotion_code');
    case 'not_open':
      throw notOpen(result.status);
    default:
      return unreachable(result);
  }
}

function withCode(
  emulator: Emulator,
  record: SessionRecord,
  code: string | undefined,
): SessionRecord {
  if (code === undefined) return record;
  const result = applyPromotion(emulator, record, code);
  if (result.outcome === 'refused') throw invalidRequest(result.message, 'promotion_code');
  return result.record;
}

/** A test card by its number; throws a 400 for any other. */
export function acceptCard(emulator: Emulator, number: string): AcceptedCard {
  const card = findTestCard(number.replaceAll(/[\s-]/g, ''));
  if (!card)
    throw invalidRequest(
      `${number} is not one of the emulator's test cards.`,
      'card',
      'incorrect_number',
    );
  const now = emulator.clock.nowMs();
  const check = checkCardEntry(entryFor(card, now), now);
  if (check.outcome === 'refused') throw invalidRequest(check.message, 'card', check.code);
  return check;
}

function notOpen(status: string): StripeError {
  return invalidRequest(
    `This session is ${status}; only an open one can be paid or expired. Create another.`,
  );
}
