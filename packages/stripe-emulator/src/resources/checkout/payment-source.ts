import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import type { SessionRecord } from '../../state/records.ts';
import { createBankMethod, type DebitOutcome } from '../payment-methods/bank-accounts.ts';
import type { AcceptedCard } from '../payment-methods/card-entry.ts';
import {
  createPaymentMethod,
  type BillingContact,
} from '../payment-methods/create-payment-method.ts';

/** What a customer pays with; `isSaved` when they ask to keep a new card for later. */
export type PaymentSource =
  | { kind: 'card'; card: AcceptedCard; isSaved: boolean }
  | { kind: 'bank_debit'; debit: DebitOutcome }
  | { kind: 'saved'; method: Stripe.PaymentMethod };

/** The payment method of a source; a new card is stored here. */
export function methodOf(
  emulator: Emulator,
  record: SessionRecord,
  contact: BillingContact,
  source: PaymentSource,
): Stripe.PaymentMethod {
  if (source.kind === 'saved') return source.method;
  if (source.kind === 'bank_debit') return createBankMethod(emulator, source.debit, contact);
  const kept = isKeptByShop(record) ? 'limited' : 'unspecified';
  return createPaymentMethod(emulator, source.card, contact, source.isSaved ? 'always' : kept);
}

/** Whether the session keeps its card for payments without the customer, whatever they tick. */
export function isKeptByShop({ session, paymentIntentData }: SessionRecord): boolean {
  return session.mode !== 'payment' || paymentIntentData.setup_future_usage !== null;
}
