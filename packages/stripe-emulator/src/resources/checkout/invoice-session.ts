import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { SessionRecord } from '../../state/records.ts';
import { createDraft } from '../invoices/build-invoice.ts';
import { changeInvoice } from '../invoices/change-invoice.ts';
import { finalizeInvoice } from '../invoices/finalize-invoice.ts';
import { settleInvoice } from '../invoices/settle-invoice.ts';
import { oneTimeLine } from './one-time-line.ts';
import { customerOf, hasLostCustomer } from './session-customer.ts';

/**
 * The invoice that `invoice_creation` makes after a one-time payment. It is announced as paid like
 * that of a subscription, but has no parent: whoever grants something per invoice must tell the two
 * apart. Returns the record unchanged when the session wants none.
 */
export function invoiceSession(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  paidIntent: Stripe.PaymentIntent | null,
): SessionRecord {
  const { session } = record;
  if (!session.invoice_creation?.enabled) return record;
  // A direct debit may come through days after its customer was deleted.
  if (hasLostCustomer(emulator, session)) return record;
  const customer = customerOf(emulator, record);
  const now = emulator.clock.nowSeconds();
  const data = session.invoice_creation?.invoice_data;
  const draft = createDraft(emulator, {
    customer,
    currency: session.currency ?? 'usd',
    billingReason: 'manual',
    lines: record.lineItems.map((item) => oneTimeLine(item, now)),
    discount: discountOf(emulator, record, customer.id),
    taxPercent: record.taxPercent,
    subscription: null,
    period: { start: now, end: now },
    metadata: data?.metadata ?? {},
  });
  const described = changeInvoice(emulator, cause, draft, {
    description: data?.description ?? null,
    footer: data?.footer ?? null,
  });
  emitEvent(emulator, cause, 'invoice.created', described.invoice);
  const open = finalizeInvoice(emulator, cause, described, paidIntent ?? undefined);
  settleInvoice(emulator, cause, open, paidIntent ? 'charged' : 'nothing_due');
  return emulator.state.sessions.put<SessionRecord>({
    ...record,
    session: { ...session, invoice: draft.id },
  });
}

function discountOf(
  { state }: Emulator,
  { discount, session }: SessionRecord,
  customer: string,
): Stripe.Discount | null {
  if (!discount) return null;
  return state.discounts.put<Stripe.Discount>({
    id: discount.id,
    object: 'discount',
    checkout_session: session.id,
    customer,
    customer_account: null,
    end: null,
    invoice: null,
    invoice_item: null,
    promotion_code: discount.promotionCode,
    source: { coupon: discount.coupon, type: 'coupon' },
    start: session.created,
    subscription: null,
    subscription_item: null,
  });
}
