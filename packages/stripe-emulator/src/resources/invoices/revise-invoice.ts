import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import { newId } from '../../state/ids.ts';
import type { InvoiceRecord, WireInvoiceLine } from '../../state/billing-records.ts';
import { settingsOf } from '../settings/settings.ts';
import { createDraft } from './build-invoice.ts';

/**
 * Drafts another invoice for the same lines; finalizing it voids the first. Throws a 400 for one
 * that cannot be revised: it must be open or void, since what is paid stays paid.
 */
export function reviseInvoice(
  emulator: Emulator,
  cause: Cause,
  original: InvoiceRecord,
  metadata: Stripe.Metadata,
): InvoiceRecord {
  const { invoice } = original;
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible' && invoice.status !== 'void')
    throw invalidRequest(
      `An invoice with the status ${String(invoice.status)} cannot be revised.`,
      'from_invoice[invoice]',
    );
  return reissueInvoice(emulator, cause, original, metadata);
}

/** The same lines once more, on a draft of their own, whatever became of the first invoice. */
export function reissueInvoice(
  emulator: Emulator,
  cause: Cause,
  original: InvoiceRecord,
  metadata: Stripe.Metadata,
): InvoiceRecord {
  const { invoice, lines } = original;
  const customer = emulator.state.customers.get(idOf(invoice.customer));
  if (!customer || customer.deleted)
    throw invalidRequest('The customer of this invoice was deleted.', 'from_invoice[invoice]');
  const parent = invoice.parent?.subscription_details ?? null;
  const subscription = emulator.state.subscriptions.get(idOf(parent?.subscription ?? null));
  const draft = createDraft(emulator, {
    customer,
    currency: invoice.currency,
    billingReason: invoice.billing_reason ?? 'manual',
    lines: lines.map((line): WireInvoiceLine => ({ ...line, id: newId('il') })),
    discount: emulator.state.discounts.get(idOf(invoice.discounts[0] ?? null)) ?? null,
    taxPercent: invoice.automatic_tax.enabled ? settingsOf(emulator).taxPercent : null,
    subscription: subscription?.subscription ?? null,
    period: { start: invoice.period_start, end: invoice.period_end },
    metadata,
    fromInvoice: invoice.id,
  });
  emitEvent(emulator, cause, 'invoice.created', draft.invoice);
  emulator.state.invoices.put<InvoiceRecord>({
    ...original,
    invoice: { ...invoice, latest_revision: draft.id },
  });
  if (subscription?.subscription.latest_invoice === invoice.id)
    emulator.state.subscriptions.put({
      ...subscription,
      subscription: { ...subscription.subscription, latest_invoice: draft.id },
    });
  return draft;
}
