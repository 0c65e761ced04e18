import type Stripe from 'stripe';
import {
  changeSubscription,
  type ChangeOutcome,
  type SubscriptionChange,
} from './change-subscription.ts';
import { endSubscription, refundBill, type BillRefund } from './end-subscription.ts';
import {
  invoiceOfNote,
  invoiceOfPayment,
  invoiceReturns,
  type InvoiceReturns,
} from './invoice-returns.ts';
import { openSubscriptionCheckout, type SubscriptionOrder } from './open-subscription-checkout.ts';
import { paymentLinks, type PaymentLinks } from './payment-links.ts';
import { openPortal } from './portal.ts';
import { readInvoice, type InvoiceState } from './read-invoice.ts';
import { readSubscription, type SubscriptionState } from './read-subscription.ts';

/** Everything Bursar asks of Stripe about subscriptions. */
export interface SubscriptionGateway {
  /** Throws `CheckoutRefused` when the plan cannot be sold. */
  openCheckout(order: SubscriptionOrder): Promise<{ session: string; url: string }>;
  /** The subscription that a completed session began; null while there is none. */
  ofSession(session: string): Promise<string | null>;
  read(subscription: string): Promise<SubscriptionState | null>;
  change(id: string, asked: SubscriptionChange, key: string): Promise<ChangeOutcome>;
  /** Now, and giving nothing back; harmless for one that has ended. `key` names the wish. */
  end(id: string, key: string): Promise<void>;
  /** Gives back all that is left of a bill's payments. */
  refundBill(paymentIntents: readonly string[], key: string): Promise<BillRefund>;
  readInvoice(invoice: string): Promise<InvoiceState | null>;
  invoiceReturns(invoice: InvoiceState): Promise<InvoiceReturns>;
  invoiceOfNote(note: string): Promise<string | null>;
  invoiceOfPayment(paymentIntent: string): Promise<string | null>;
  openPortal(of: { customer: string; returnUrl: string }): Promise<string>;
  paymentLinks(of: { invoice: string } | { paymentIntent: string }): Promise<PaymentLinks>;
}

export const subscriptionGateway = (stripe: Stripe): SubscriptionGateway => ({
  openCheckout: (order) => openSubscriptionCheckout(stripe, order),
  ofSession: async (session) => {
    const { subscription } = await stripe.checkout.sessions.retrieve(session);
    return typeof subscription === 'object' ? (subscription?.id ?? null) : subscription;
  },
  read: (subscription) => readSubscription(stripe, subscription),
  change: (id, asked, key) => changeSubscription(stripe, id, asked, key),
  end: (id, key) => endSubscription(stripe, id, key),
  refundBill: (paymentIntents, key) => refundBill(stripe, paymentIntents, key),
  readInvoice: (invoice) => readInvoice(stripe, invoice),
  invoiceReturns: (invoice) => invoiceReturns(stripe, invoice),
  invoiceOfNote: (note) => invoiceOfNote(stripe, note),
  invoiceOfPayment: (paymentIntent) => invoiceOfPayment(stripe, paymentIntent),
  openPortal: (of) => openPortal(stripe, of),
  paymentLinks: (of) => paymentLinks(stripe, of),
});
