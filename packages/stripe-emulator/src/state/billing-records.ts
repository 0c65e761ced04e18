import type Stripe from 'stripe';
import type { WirePrice } from './records.ts';

/** Decimals are text on the wire; only the SDK turns them into Decimals. These shapes carry some. */
export type WirePlan = Omit<Stripe.Plan, 'amount_decimal'> & { amount_decimal: string | null };
export type WireSubscriptionItem = Omit<Stripe.SubscriptionItem, 'plan' | 'price'> & {
  plan: WirePlan;
  price: WirePrice;
};
export type WireSubscription = Omit<Stripe.Subscription, 'items'> & {
  items: WireList<WireSubscriptionItem>;
};
export type WireInvoiceLine = Omit<Stripe.InvoiceLineItem, 'pricing' | 'quantity_decimal'> & {
  pricing: {
    type: 'price_details';
    price_details: { price: string; product: string };
    unit_amount_decimal: string | null;
  } | null;
  quantity_decimal: string | null;
};
export type WireInvoice = Omit<Stripe.Invoice, 'lines'> & { lines: WireList<WireInvoiceLine> };

export type WireCreditNoteLine = Omit<Stripe.CreditNoteLineItem, 'unit_amount_decimal'> & {
  unit_amount_decimal: string | null;
};
export type WireCreditNote = Omit<Stripe.CreditNote, 'lines'> & {
  lines: WireList<WireCreditNoteLine>;
};

export interface WireList<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  url: string;
}

/** A subscription and the prorations that wait for its next invoice. */
export interface SubscriptionRecord {
  id: string;
  subscription: WireSubscription;
  pendingLines: WireInvoiceLine[];
}

/** An invoice with all of its lines; the API shows only the first ten inside of it. */
export interface InvoiceRecord {
  id: string;
  invoice: WireInvoice;
  lines: WireInvoiceLine[];
  /** What is charged for it; null for a draft, and when nothing is to be paid. */
  paymentIntent: string | null;
}

/** How this emulator treats what depends on the customer's place; there is one record. */
export interface SettingsRecord {
  id: 'settings';
  /** How long a direct debit takes until it has come through, or has come back. */
  bankDebitSeconds: number;
  /** How long after a payment its money is booked; until then it has no balance transaction. */
  settlementSeconds: number;
  /** Charged on top where `automatic_tax` is on; at most two decimals. */
  taxPercent: number;
  /** The customer's own currency, for adaptive pricing; null when it is the shop's. */
  presentment: { currency: string; rate: number } | null;
}

/** A link to the portal, by the token in its address. */
export interface PortalSessionRecord {
  id: string;
  session: Stripe.BillingPortal.Session;
  /** When somebody last used it, Unix seconds. */
  seenAt: number | null;
  /** What the customer just did; shown once. */
  notice: string | null;
}
