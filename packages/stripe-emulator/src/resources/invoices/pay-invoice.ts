import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { flag, text, type ParamsOf } from '../../protocol/fields.ts';
import { noSuchReference, StripeError } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import type { InvoiceRecord } from '../../state/billing-records.ts';
import {
  cardOf,
  collectForSubscription,
  followPayment,
} from '../subscriptions/collect-for-subscription.ts';
import { collectInvoice } from './collect-invoice.ts';
import { finalizeInvoice } from './finalize-invoice.ts';
import { settleInvoice } from './settle-invoice.ts';

export const PAY_FIELDS = {
  off_session: flag(),
  paid_out_of_band: flag(),
  payment_method: text(),
};

/** Charges an invoice now, or records that it was paid elsewhere. Throws a 402 when the card declines. */
export function payInvoice(
  emulator: Emulator,
  cause: Cause,
  record: InvoiceRecord,
  params: ParamsOf<typeof PAY_FIELDS>,
): InvoiceRecord {
  const open =
    record.invoice.status === 'draft' ? finalizeInvoice(emulator, cause, record) : record;
  const parent = open.invoice.parent?.subscription_details?.subscription ?? null;
  const subscription = emulator.state.subscriptions.get(idOf(parent));
  if (params.paid_out_of_band) {
    const paid = settleInvoice(emulator, cause, open, 'out_of_band');
    if (subscription) followPayment(emulator, cause, subscription);
    return paid;
  }
  const named =
    params.payment_method === undefined ? undefined : methodNamed(emulator, params.payment_method);
  if (subscription) {
    const method = named ?? cardOf(emulator, subscription);
    const result = collectForSubscription(emulator, cause, subscription, open, method);
    if (result.error) throw new StripeError(402, result.error);
    return result.invoice;
  }
  const result = collectInvoice(emulator, cause, open, named ?? null);
  if (result.outcome === 'failed') throw new StripeError(402, result.error);
  return result.record;
}

function methodNamed({ state }: Emulator, id: string): Stripe.PaymentMethod {
  const method = state.paymentMethods.get(id);
  if (!method) throw noSuchReference('PaymentMethod', id, 'payment_method');
  return method;
}
