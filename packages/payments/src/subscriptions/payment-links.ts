import type Stripe from 'stripe';
import { idOf, unlessMissing } from '../read-checkout.ts';

/** Where a payment can be looked at. Stripe's addresses expire, so they are asked for at each click. */
export interface PaymentLinks {
  receipt_url: string | null;
  invoice_url: string | null;
  pdf_url: string | null;
}

const NONE: PaymentLinks = { receipt_url: null, invoice_url: null, pdf_url: null };

export async function paymentLinks(
  stripe: Stripe,
  of: { invoice: string } | { paymentIntent: string },
): Promise<PaymentLinks> {
  if ('paymentIntent' in of) {
    return { ...NONE, receipt_url: await receiptOf(stripe, of.paymentIntent) };
  }
  const invoice = await unlessMissing(stripe.invoices.retrieve(of.invoice));
  if (invoice === null) return NONE;
  return {
    receipt_url: null,
    invoice_url: invoice.hosted_invoice_url ?? null,
    pdf_url: invoice.invoice_pdf ?? null,
  };
}

async function receiptOf(stripe: Stripe, paymentIntent: string): Promise<string | null> {
  const intent = await unlessMissing(stripe.paymentIntents.retrieve(paymentIntent));
  const charge = intent === null ? null : idOf(intent.latest_charge);
  const found = charge === null ? null : await unlessMissing(stripe.charges.retrieve(charge));
  return found?.receipt_url ?? null;
}
