import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { InvoiceRecord } from '../../state/billing-records.ts';
import { cancelIntent } from '../payments/cancel-intent.ts';
import { changeInvoice } from './change-invoice.ts';

/** How an invoice came to be paid. */
type Settlement = 'charged' | 'nothing_due' | 'out_of_band';

/** Marks an invoice as paid; its money has moved, or moves outside of Stripe, or there is none. */
export function settleInvoice(
  emulator: Emulator,
  cause: Cause,
  record: InvoiceRecord,
  settlement: Settlement,
): InvoiceRecord {
  const { invoice } = record;
  const now = emulator.clock.nowSeconds();
  if (settlement === 'charged') payPayment(emulator, cause, record);
  if (settlement === 'out_of_band') dropPayment(emulator, cause, record);
  // Money that moved elsewhere was no attempt of Stripe's, so only one of the two events tells of it.
  const announced =
    settlement === 'out_of_band'
      ? ['invoice.updated', 'invoice.paid']
      : ['invoice.updated', 'invoice.paid', 'invoice.payment_succeeded'];
  return changeInvoice(
    emulator,
    cause,
    record,
    {
      amount_paid: invoice.amount_due,
      amount_remaining: 0,
      attempted: invoice.attempted || settlement !== 'out_of_band',
      auto_advance: false,
      next_payment_attempt: null,
      status: 'paid',
      status_transitions: { ...invoice.status_transitions, paid_at: now },
      ...(settlement === 'out_of_band' ? { amount_paid_off_stripe: invoice.amount_due } : {}),
    },
    ...announced,
  );
}

/** Ends what was open of an invoice's payment: nothing will be charged for it any more. */
export function dropPayment(emulator: Emulator, cause: Cause, record: InvoiceRecord): void {
  const payment = paymentsOf(emulator, record.id).find(({ status }) => status === 'open');
  if (!payment) return;
  emulator.state.invoicePayments.put<Stripe.InvoicePayment>({
    ...payment,
    status: 'canceled',
    status_transitions: { ...payment.status_transitions, canceled_at: emulator.clock.nowSeconds() },
  });
  const intent = emulator.state.paymentIntents.get(record.paymentIntent ?? '');
  if (intent && intent.status !== 'succeeded' && intent.status !== 'canceled')
    cancelIntent(emulator, cause, intent, 'void_invoice');
}

/** Newest first, as every list. */
export function paymentsOf({ state }: Emulator, invoiceId: string): Stripe.InvoicePayment[] {
  return [...state.invoicePayments.newestFirst()].filter(({ invoice }) => invoice === invoiceId);
}

function payPayment(emulator: Emulator, cause: Cause, record: InvoiceRecord): void {
  const payment = paymentsOf(emulator, record.id).find(({ status }) => status === 'open');
  if (!payment) return;
  const paid = emulator.state.invoicePayments.put<Stripe.InvoicePayment>({
    ...payment,
    amount_paid: payment.amount_requested,
    status: 'paid',
    status_transitions: { ...payment.status_transitions, paid_at: emulator.clock.nowSeconds() },
  });
  emitEvent(emulator, cause, 'invoice_payment.paid', paid);
}
