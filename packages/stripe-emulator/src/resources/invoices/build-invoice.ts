import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { idOf } from '../../state/id-of.ts';
import { newId } from '../../state/ids.ts';
import type {
  InvoiceRecord,
  WireInvoice,
  WireInvoiceLine,
  WireSubscription,
} from '../../state/billing-records.ts';
import { discountOn, percentOf, spread } from '../totals/discount-on.ts';
import { EMULATED_TAX_RATE } from '../totals/tax-rate.ts';

const LINES_SHOWN = 10;

export interface NewInvoice {
  customer: Stripe.Customer;
  currency: string;
  billingReason: Stripe.Invoice.BillingReason;
  lines: readonly WireInvoiceLine[];
  discount: Stripe.Discount | null;
  /** Null when no tax is calculated. */
  taxPercent: number | null;
  subscription: WireSubscription | null;
  period: { start: number; end: number };
  metadata?: Stripe.Metadata;
  fromInvoice?: string;
}

/** A draft with all of its amounts; stored, but not announced yet. */
export function createDraft(emulator: Emulator, wanted: NewInvoice): InvoiceRecord {
  const id = newId('in');
  const lines = withDiscountAndTax(emulator, id, wanted);
  const invoice = buildInvoice(emulator, id, wanted, lines);
  return emulator.state.invoices.put<InvoiceRecord>({ id, invoice, lines, paymentIntent: null });
}

/** The first lines are shown inside of the invoice, all of them under its own address. */
export function shownLines(id: string, lines: readonly WireInvoiceLine[]): WireInvoice['lines'] {
  const hasMore = lines.length > LINES_SHOWN;
  return {
    object: 'list',
    data: lines.slice(0, LINES_SHOWN),
    has_more: hasMore,
    url: `/v1/invoices/${id}/lines`,
  };
}

function withDiscountAndTax(
  emulator: Emulator,
  id: string,
  { lines, discount, taxPercent }: NewInvoice,
): WireInvoiceLine[] {
  const parts = lines.map((line) => (line.discountable ? line.amount : 0));
  const coupon = emulator.state.coupons.get(idOf(discount?.source.coupon ?? null));
  const whole = coupon ? discountOn(sum(parts), coupon) : 0;
  const offs = spread(whole, parts);
  return lines.map((line, index) => {
    const off = offs[index] ?? 0;
    const taxable = line.amount - off;
    const tax = taxPercent === null ? null : percentOf(taxable, taxPercent);
    return {
      ...line,
      invoice: id,
      discounts: discount && line.discountable ? [discount.id] : [],
      discount_amounts: discount && off !== 0 ? [{ amount: off, discount: discount.id }] : [],
      taxes: tax === null ? [] : [taxOf(tax, taxable)],
    };
  });
}

function taxOf(amount: number, taxable: number): Stripe.InvoiceLineItem.Tax {
  return {
    amount,
    tax_behavior: 'exclusive',
    tax_rate_details: { tax_rate: EMULATED_TAX_RATE },
    taxability_reason: 'standard_rated',
    taxable_amount: taxable,
    type: 'tax_rate_details',
  };
}

function buildInvoice(
  emulator: Emulator,
  id: string,
  wanted: NewInvoice,
  lines: WireInvoiceLine[],
): WireInvoice {
  const { customer, discount, subscription } = wanted;
  const subtotal = sum(lines.map((line) => line.amount));
  const off = sum(lines.map((line) => line.discount_amounts?.[0]?.amount ?? 0));
  const tax = sum(lines.map((line) => line.taxes?.[0]?.amount ?? 0));
  const total = subtotal - off + tax;
  const isTaxed = wanted.taxPercent !== null;
  return {
    ...ABSENT,
    id,
    object: 'invoice',
    amount_due: Math.max(0, total),
    amount_paid: 0,
    amount_remaining: Math.max(0, total),
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatic_tax: {
      disabled_reason: null,
      enabled: isTaxed,
      liability: isTaxed ? { type: 'self' } : null,
      provider: isTaxed ? 'stripe' : null,
      status: isTaxed ? 'complete' : null,
    },
    billing_reason: wanted.billingReason,
    collection_method: 'charge_automatically',
    created: emulator.clock.nowSeconds(),
    currency: wanted.currency,
    customer: customer.id,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    discounts: discount ? [discount.id] : [],
    from_invoice:
      wanted.fromInvoice === undefined ? null : { action: 'revision', invoice: wanted.fromInvoice },
    lines: shownLines(id, lines),
    metadata: wanted.metadata ?? {},
    parent: subscription && {
      quote_details: null,
      // A snapshot: later changes of the subscription do not reach invoices that exist.
      subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
      type: 'subscription_details',
    },
    period_end: wanted.period.end,
    period_start: wanted.period.start,
    starting_balance: customer.balance,
    status: 'draft',
    subtotal,
    subtotal_excluding_tax: subtotal,
    test_clock: customer.test_clock ?? null,
    total,
    total_discount_amounts: discount && off !== 0 ? [{ amount: off, discount: discount.id }] : [],
    total_excluding_tax: subtotal - off,
    total_taxes: isTaxed ? [taxOf(tax, subtotal - off)] : [],
  };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

/** What drafts do not have yet, and what invoices of this emulator never get. */
const ABSENT = {
  account_country: 'US',
  account_name: 'Bursar test shop',
  account_tax_ids: null,
  amount_overpaid: 0,
  amount_shipping: 0,
  application: null,
  automatically_finalizes_at: null,
  custom_fields: null,
  customer_account: null,
  customer_shipping: null,
  customer_tax_exempt: 'none',
  customer_tax_ids: [],
  default_payment_method: null,
  default_source: null,
  default_tax_rates: [],
  description: null,
  due_date: null,
  effective_at: null,
  ending_balance: null,
  footer: null,
  hosted_invoice_url: null,
  invoice_pdf: null,
  issuer: { type: 'self' },
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  next_payment_attempt: null,
  number: null,
  on_behalf_of: null,
  payment_settings: {
    default_mandate: null,
    payment_method_options: null,
    payment_method_types: null,
  },
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  statement_descriptor: null,
  status_transitions: {
    finalized_at: null,
    marked_uncollectible_at: null,
    paid_at: null,
    voided_at: null,
  },
  total_pretax_credit_amounts: [],
  webhooks_delivered_at: null,
} satisfies Partial<Stripe.Invoice>;
