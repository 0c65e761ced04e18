import type Stripe from 'stripe';
import type { Cause, Emulator } from '../emulator.ts';
import {
  invalidRequest,
  noSuchReference,
  noSuchResource,
  StripeError,
} from '../protocol/stripe-error.ts';
import { applyPromotion } from '../resources/checkout/apply-promotion.ts';
import { authenticateSession } from '../resources/checkout/authenticate-session.ts';
import { completeSession, type CompletionResult } from '../resources/checkout/complete-session.ts';
import type { PaymentSource } from '../resources/checkout/payment-source.ts';
import { needsCard } from '../resources/checkout/subscription-mode.ts';
import { returnAddress } from '../resources/checkout/return-address.ts';
import { savedMethods } from '../resources/checkout/saved-methods.ts';
import { offersDebit, type DebitOutcome } from '../resources/payment-methods/bank-accounts.ts';
import {
  checkCardEntry,
  entryFor,
  type AcceptedCard,
} from '../resources/payment-methods/card-entry.ts';
import { findTestCard } from '../resources/payment-methods/test-cards.ts';
import type { SessionRecord } from '../state/records.ts';
import { unreachable } from '../unreachable.ts';

const CARD_DEFAULT = '4242424242424242';

interface Visit {
  /** A test card number. */
  card?: string | undefined;
  /** Pays by direct debit, which ends this way later. */
  bank_debit?: DebitOutcome | undefined;
  /** A saved card that the page offers. */
  payment_method?: string | undefined;
  /** Ticks the box that keeps a new card. */
  save?: boolean | undefined;
  /** What happens at the bank if it asks; `leave` never comes back from there. */
  authentication?: 'complete' | 'fail' | 'leave' | undefined;
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
  const source = needsCard(discounted.session)
    ? sourceOf(emulator, discounted.session, visit)
    : undefined;
  const result = completeSession(emulator, cause, discounted, contact, source);
  const { authentication = 'complete' } = visit;
  if (result.outcome !== 'requires_action' || authentication === 'leave')
    return describe(emulator, result);
  return describe(emulator, authenticateSession(emulator, cause, result.record, authentication));
}

/** The open session at this address; throws when it is missing or over. */
export function sessionToPay(emulator: Emulator, id: string): SessionRecord {
  const record = emulator.state.sessions.get(id);
  if (!record) throw noSuchResource('checkout.session', id);
  if (record.session.status !== 'open') throw notOpen(String(record.session.status));
  return record;
}

function describe(emulator: Emulator, result: CompletionResult): object {
  switch (result.outcome) {
    case 'completed':
      return { session: result.record.session, redirect_url: returnAddress(result.record.session) };
    case 'requires_action':
      return {
        session: result.record.session,
        redirect_url: `${emulator.baseUrl}/c/3ds/${result.intent}`,
      };
    case 'declined':
      throw new StripeError(402, result.error);
    case 'discount_refused':
      throw invalidRequest(result.message, 'promotion_code');
    case 'customer_gone':
      throw noSuchReference('customer', result.customer, 'customer');
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

function sourceOf(
  emulator: Emulator,
  session: Stripe.Checkout.Session,
  visit: Visit,
): PaymentSource {
  if (visit.bank_debit !== undefined) {
    if (offersDebit(session)) return { kind: 'bank_debit', debit: visit.bank_debit };
    throw invalidRequest('The page of this session offers no direct debit.', 'bank_debit');
  }
  if (visit.payment_method === undefined) {
    const card = acceptCard(emulator, visit.card ?? CARD_DEFAULT);
    return { kind: 'card', card, isSaved: visit.save ?? false };
  }
  const method = savedMethods(emulator, session).find(({ id }) => id === visit.payment_method);
  if (method) return { kind: 'saved', method };
  throw invalidRequest(
    `The page of this session does not offer ${visit.payment_method}; see saved_payment_method_options.allow_redisplay_filters.`,
    'payment_method',
  );
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
