import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { idOf } from '../../state/id-of.ts';
import type {
  InvoiceRecord,
  SubscriptionRecord,
  WireInvoiceLine,
} from '../../state/billing-records.ts';
import { createDraft } from '../invoices/build-invoice.ts';
import { periodLine } from '../invoices/build-line.ts';
import { settingsOf } from '../settings/settings.ts';
import type { Period } from './billing-period.ts';
import { discountOfSubscription, isUsedUpBy } from './subscription-discount.ts';

interface PeriodInvoice {
  billingReason: Stripe.Invoice.BillingReason;
  lines: readonly WireInvoiceLine[];
  /** The period that has passed; on a first invoice both ends are its beginning. */
  period: Period;
}

/**
 * Drafts an invoice of a subscription and makes it its latest one. Prorations that waited for it
 * are taken along, and a coupon that is good for one invoice is used up.
 */
export function invoiceSubscription(
  emulator: Emulator,
  cause: Cause,
  record: SubscriptionRecord,
  wanted: PeriodInvoice,
): { record: SubscriptionRecord; invoice: InvoiceRecord } {
  const { subscription, pendingLines } = record;
  const customer = emulator.state.customers.get(idOf(subscription.customer));
  if (!customer || customer.deleted) throw new Error('A deleted customer has no subscriptions.');
  const discount = discountOfSubscription(emulator, record);
  const invoice = createDraft(emulator, {
    customer,
    currency: subscription.currency,
    billingReason: wanted.billingReason,
    lines: [...pendingLines, ...wanted.lines],
    discount,
    taxPercent: subscription.automatic_tax.enabled ? settingsOf(emulator).taxPercent : null,
    subscription,
    period: wanted.period,
  });
  emitEvent(emulator, cause, 'invoice.created', invoice.invoice);
  const after = emulator.state.subscriptions.put<SubscriptionRecord>({
    ...record,
    pendingLines: [],
    subscription: {
      ...subscription,
      discounts: isUsedUpBy(emulator, discount, invoice.invoice) ? [] : subscription.discounts,
      latest_invoice: invoice.id,
    },
  });
  return { record: after, invoice };
}

/** One line per item for its current period. */
export function periodLines(
  { state }: Emulator,
  { subscription }: SubscriptionRecord,
): WireInvoiceLine[] {
  const isTrial = subscription.status === 'trialing';
  return subscription.items.data.map((item) => {
    const name = state.products.get(item.price.product)?.name ?? 'Subscription';
    return periodLine(item, name, subscription.metadata, isTrial);
  });
}
