import type { PlanTerms } from '@bursar/contracts';
import {
  databaseClock,
  findInvoiceOfPayment,
  settleInvoice as settleInLedger,
  takeBackInvoice,
  type InvoiceFacts,
} from '@bursar/ledger/operations';
import { decideInvoice, type InvoiceState } from '@bursar/payments';
import { askForErrand } from '../errands/ask-for-errand.ts';
import type { WorkerContext } from '../worker-context.ts';
import { settleSubscription } from './settle-subscription.ts';
import { termsOf } from './terms-of.ts';

/**
 * Asks Stripe what became of a bill and lets the ledger follow: what was paid for is granted, what
 * went back is taken back. The one function behind webhooks, return page and reconciliation. Returns
 * our id of the bill (a UUID), or null when it is none of ours.
 */
export async function settleInvoice(
  context: WorkerContext,
  invoice: string,
): Promise<string | null> {
  const readAt = await databaseClock(context.db);
  const state = await context.payments.subscriptions.readInvoice(invoice);
  if (state === null || state.sold === null || state.status === 'draft') return null;
  // Bills arrive before their subscriptions, so the subscription is asked for first.
  const subscription = await settleSubscription(context, state.subscription);
  if (subscription === null) return null;
  const decision = decideInvoice(state, await termsOfLines(context, state));
  if (decision.review !== null) {
    context.log.error({ invoice, reason: decision.review }, 'A bill needs somebody to look at it');
  }
  const facts = factsOf(state, decision.review);
  const id = await settleInLedger(context.db, subscription, facts, decision.lines, readAt);
  await askForErrand(context, 'refund_bill', invoice);
  if (state.status !== 'open') await settleReturns(context, id, state, readAt);
  return id;
}

/** Recomputes a bill of which money may have gone back, if the payment was for a bill of ours. */
export async function settleInvoiceOfPayment(
  context: WorkerContext,
  paymentIntent: string,
): Promise<string | null> {
  const invoice =
    (await findInvoiceOfPayment(context.db, paymentIntent)) ??
    (await context.payments.subscriptions.invoiceOfPayment(paymentIntent));
  return invoice === null ? null : settleInvoice(context, invoice);
}

export async function settleInvoiceOfNote(
  context: WorkerContext,
  note: string,
): Promise<string | null> {
  const invoice = await context.payments.subscriptions.invoiceOfNote(note);
  return invoice === null ? null : settleInvoice(context, invoice);
}

async function termsOfLines(
  context: WorkerContext,
  { sold, lookupKeys }: InvoiceState,
): Promise<Map<string, PlanTerms>> {
  const terms = new Map<string, PlanTerms>();
  if (sold === null) return terms;
  for (const [id, lookupKey] of lookupKeys) {
    const found = await termsOf(context, sold, { id, lookupKey });
    if (found !== null) terms.set(id, found);
  }
  return terms;
}

const factsOf = (state: InvoiceState, review: string | null): InvoiceFacts => ({
  invoice: state.id,
  number: state.number,
  status: state.status,
  reason: state.reason,
  currency: state.currency,
  total: state.total,
  tax: state.tax,
  paid: state.paid,
  out_of_band: state.outOfBand,
  payment_intents: state.paymentIntents,
  invoiced_at: state.createdAt,
  attempts: state.attempts,
  next_attempt_at: state.nextAttemptAt,
  review_reason: review,
});

/** As old as the bill it rests on: an answer from before a credit note undoes nothing that the note took. */
async function settleReturns(
  context: WorkerContext,
  id: string,
  state: InvoiceState,
  readAt: string,
): Promise<void> {
  const money = await context.payments.subscriptions.invoiceReturns(state);
  const returned = Math.min(money.paid, money.refunded + money.disputed + money.credited);
  const [kind, reason] =
    money.disputed > 0
      ? (['dispute', 'The payment was disputed'] as const)
      : (['refund', 'The payment was refunded'] as const);
  const { graceDays } = context.policy;
  const sums = { returned, paid: money.paid };
  await takeBackInvoice(context.db, id, sums, kind, reason, graceDays, readAt);
}
