import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import type { ErrorBody } from '../../protocol/stripe-error.ts';
import { unreachable } from '../../unreachable.ts';
import type { InvoiceRecord } from '../../state/billing-records.ts';
import { payIntent } from '../payments/pay-intent.ts';
import { settleCharge } from '../payments/settle-charge.ts';
import { changeInvoice } from './change-invoice.ts';
import { settleInvoice } from './settle-invoice.ts';

export type CollectionResult =
  | { outcome: 'paid'; record: InvoiceRecord }
  | { outcome: 'failed'; record: InvoiceRecord; error: ErrorBody };

/** Charges an open invoice to a saved card, once. `method` is null when the customer has none. */
export function collectInvoice(
  emulator: Emulator,
  cause: Cause,
  record: InvoiceRecord,
  method: Stripe.PaymentMethod | null,
): CollectionResult {
  const intent = emulator.state.paymentIntents.get(record.paymentIntent ?? '');
  if (!intent)
    return { outcome: 'paid', record: settleInvoice(emulator, cause, record, 'nothing_due') };
  const { invoice } = record;
  const tried: InvoiceRecord = {
    ...record,
    invoice: { ...invoice, attempted: true, attempt_count: invoice.attempt_count + 1 },
  };
  if (!method) return failed(emulator, cause, tried, NO_METHOD);
  if (method.type !== 'card') return failed(emulator, cause, tried, NOT_A_CARD);
  const payment = payIntent(emulator, cause, intent, method, { isOffSession: true });
  switch (payment.outcome) {
    case 'paid': {
      const paid = settleInvoice(emulator, cause, tried, 'charged');
      settleCharge(emulator, cause, payment.charge);
      return { outcome: 'paid', record: paid };
    }
    case 'declined':
      return failed(emulator, cause, tried, payment.error);
    case 'processing':
    case 'requires_action':
      throw new Error(
        `The intent ${intent.id} waits for somebody, but invoices are charged to cards while nobody is there.`,
      );
    default:
      return unreachable(payment);
  }
}

function failed(
  emulator: Emulator,
  cause: Cause,
  record: InvoiceRecord,
  error: ErrorBody,
): CollectionResult {
  const types = ['invoice.payment_failed'];
  // The cardholder has to come and authenticate, which only the shop can ask of them.
  if (error.code === 'authentication_required') types.push('invoice.payment_action_required');
  const after = changeInvoice(emulator, cause, record, {}, ...types);
  return { outcome: 'failed', record: after, error };
}

const NOT_A_CARD: ErrorBody = {
  type: 'invalid_request_error',
  message: 'This emulator charges invoices to cards only.',
};

const NO_METHOD: ErrorBody = {
  type: 'invalid_request_error',
  code: 'missing',
  message:
    'There is no `default_payment_method` set on this Customer or Invoice. Please set a `default_payment_method` on the Customer or Invoice.',
};
