import { findGrantedBills, type Finding, type GrantedBill } from '@bursar/ledger/operations';
import type { ListedBill } from '@bursar/payments';
import { eachAlone, type Examination, type Scope } from '../pass.ts';

/**
 * Periods that stand granted although their bill was not paid or has no such line, and periods that
 * two bills granted. Bills that were paid within the window are judged by Stripe's list of them, any
 * other is asked for.
 */
export async function extraGrants(
  scope: Scope,
  listed: readonly ListedBill[],
  open: readonly string[],
  failures: Examination['failures'],
): Promise<{ findings: Finding[]; judged: string[] }> {
  const lines = new Map(listed.map((bill) => [bill.id, bill.lines]));
  const wanted = [...lines.keys(), ...open];
  const granted = await findGrantedBills(scope.context.db, scope.window, wanted);
  const findings = await eachAlone(
    granted.filter(({ bill }) => !scope.explained.has(bill)),
    ({ bill }) => bill,
    async (one) => judge(one, lines.get(one.bill) ?? (await linesOf(scope, one.bill))),
    failures,
  );
  return {
    findings: findings.filter((one) => one !== null),
    judged: granted.map(({ bill }) => bill),
  };
}

/** The lines of a bill that was paid; else how it stands. */
async function linesOf(scope: Scope, bill: string): Promise<string[] | string> {
  const state = await scope.call(() => scope.context.payments.subscriptions.readInvoice(bill));
  if (state === null) return 'Stripe does not know the bill';
  return state.status === 'paid' ? state.lines.map(({ id }) => id) : `the bill is ${state.status}`;
}

function judge(granted: GrantedBill, lines: readonly string[] | string): Finding | null {
  if (typeof lines === 'string') return extra(granted, 'a bill that was paid', lines);
  const unknown = granted.lines.filter((line) => !lines.includes(line));
  if (unknown.length > 0) {
    return extra(granted, 'lines of its bill', `the bill has no ${unknown.join(', ')}`);
  }
  return granted.twin === null
    ? null
    : extra(granted, 'each period once', `${granted.twin} granted the same period`);
}

const extra = (granted: GrantedBill, expected: string, actual: string): Finding => ({
  class: 'EXTRA_PERIOD_GRANT',
  subject: granted.bill,
  stripeIds: [granted.bill, ...(granted.twin === null ? [] : [granted.twin])],
  wallet: granted.wallet,
  purchase: null,
  expected,
  actual,
  deltaCredits: -granted.credits,
  deltaMinor: 0n,
  currency: granted.currency,
});
