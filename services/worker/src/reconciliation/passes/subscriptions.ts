import { findPaidBills, readSubscriptionMirror, type Finding } from '@bursar/ledger/operations';
import { settleCash } from '../../cash/settle-cash.ts';
import { settleInvoice } from '../../subscriptions/settle-invoice.ts';
import { settleSubscription } from '../../subscriptions/settle-subscription.ts';
import { eachAlone, type Examination, type Pass, type RepairResult, type Scope } from '../pass.ts';
import { wrongBillSales } from './bill-sales.ts';
import { extraGrants } from './extra-grants.ts';

/** Bills that were paid against periods that were granted, and subscriptions against their mirror. */
export const subscriptionsPass: Pass = { name: 'subscriptions', runs: 'always', examine, repair };

async function examine(scope: Scope): Promise<Examination> {
  const failures: Examination['failures'] = [];
  const { db } = scope.context;
  const listed = await scope.stripe.paidBills(scope.window);
  const open = scope.openSubjects.filter(isBill);
  const bills = [...new Set([...listed.map(({ id }) => id), ...open])];
  const settled = await findPaidBills(db, bills);
  const missing = await eachAlone(
    bills.filter((bill) => !settled.has(bill) && !scope.explained.has(bill)),
    (bill) => bill,
    (bill) => judgeBill(scope, bill),
    failures,
  );
  const extra = await extraGrants(scope, listed, open, failures);
  const mispaid = await wrongBillSales(scope, listed, open, failures);
  const standing = scope.isLight ? [] : await scope.stripe.subscriptions();
  const mirror = await readSubscriptionMirror(
    db,
    standing.map(({ id }) => id),
  );
  const drifted = standing.flatMap(({ id, status }) => {
    const here = mirror.get(id);
    const isKnown = here === undefined || here.status === status || scope.explained.has(id);
    return isKnown ? [] : [driftOf(id, status, here)];
  });
  return {
    findings: [...missing.filter((one) => one !== null), ...extra.findings, ...mispaid, ...drifted],
    judged: [...bills, ...extra.judged, ...standing.map(({ id }) => id)],
    seen: { bills: bills.length, subscriptions: standing.length },
    failures,
  };
}

const isBill = (subject: string): boolean => subject.startsWith('in_');

/** Null for a bill that others on the same account have sent. */
async function judgeBill(scope: Scope, bill: string): Promise<Finding | null> {
  const { subscriptions } = scope.context.payments;
  const state = await scope.call(() => subscriptions.readInvoice(bill));
  if (state === null || state.sold === null || state.status !== 'paid') return null;
  return {
    class: 'MISSING_PERIOD_GRANT',
    subject: bill,
    stripeIds: [bill, ...state.paymentIntents, state.subscription],
    wallet: state.sold.wallet,
    purchase: null,
    expected: 'its periods are granted',
    actual: 'the bill is not settled',
    deltaCredits: 0n,
    deltaMinor: BigInt(state.paid),
    currency: state.currency,
  };
}

const driftOf = (
  id: string,
  status: string,
  here: { status: string; wallet: string },
): Finding => ({
  class: 'SUB_DRIFT',
  subject: id,
  stripeIds: [id],
  wallet: here.wallet,
  purchase: null,
  expected: status,
  actual: here.status,
  deltaCredits: 0n,
  deltaMinor: 0n,
  currency: null,
});

async function repair({ context }: Scope, finding: Finding): Promise<RepairResult> {
  const { subject } = finding;
  const settled = isBill(subject)
    ? await settleInvoice(context, subject)
    : await settleSubscription(context, subject);
  if (settled === null) return { result: 'failed', detail: `${subject} names nothing of ours.` };
  const payments = finding.stripeIds.filter((id) => id.startsWith('pi_'));
  for (const payment of payments) await settleCash(context, payment);
  return { result: 'repaired', detail: `${subject} was settled again from Stripe.` };
}
