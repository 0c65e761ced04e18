import {
  findKnownPayments,
  readCashDifferences,
  readUnclearedCash,
  type CashDifference,
  type Finding,
  type UnclearedCash,
} from '@bursar/ledger/operations';
import type { TimeWindow } from '@bursar/payments';
import { settleCash } from '../../cash/settle-cash.ts';
import type { Examination, Pass, RepairResult, Scope } from '../pass.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const IN_FLIGHT_DAYS = 14;
/** How much further back a full run looks, for what was booked late. */
const BOOKED_LATE_DAYS = 30;

/** Stripe's balance against the cash book, movement by movement and leg by leg. */
export const cashPass: Pass = { name: 'cash', runs: 'always', examine, repair };

async function examine(scope: Scope): Promise<Examination> {
  const { window, context, explained } = scope;
  const moves = await scope.balanceMoves();
  const differences = await readCashDifferences(context.db, moves, window.from, window.to);
  const payments = new Map(moves.map(({ id, paymentIntent }) => [id, paymentIntent]));
  const known = await findKnownPayments(
    context.db,
    differences.flatMap(({ id }) => payments.get(id) ?? []),
  );
  const ours = new Map(known.map((payment) => [payment.paymentIntent, payment]));
  const waiting = new Set(
    moves
      .filter((move) => explained.has(move.source ?? '') || explained.has(move.paymentIntent ?? ''))
      .map(({ id }) => id),
  );
  const unbooked = differences.flatMap((one) => {
    const payment = ours.get(payments.get(one.id) ?? '');
    return one.booked === null && payment !== undefined && !waiting.has(one.id)
      ? [{ ...one, payment }]
      : [];
  });
  const openLegs = scope.openSubjects.filter((subject) => subject.includes('/'));
  const uncleared = [
    ...(await readUnclearedCash(
      context.db,
      window,
      openLegs.flatMap((subject) => subject.split('/')[0] ?? []),
    )),
    ...(await readUnclearedCash(context.db, grownOld(scope))),
  ];
  const wrong = differences.filter(({ booked }) => booked !== null);
  // A movement that was booked wrongly cannot clear, which is no second finding.
  const wrongPayments = new Set(wrong.map(({ paymentIntent }) => paymentIntent));
  const findings = [
    ...perPayment(unbooked),
    ...wrong.map(toldOtherwise),
    ...uncleared.flatMap((leg) =>
      wrongPayments.has(leg.paymentIntent) ? [] : (judgeLeg(leg, window.to) ?? []),
    ),
  ];
  return {
    findings,
    judged: [...moves.map(({ id }) => id), ...payments.values(), ...openLegs].flatMap(
      (subject) => subject ?? [],
    ),
    seen: { balance_transactions: moves.length },
    failures: [],
  };
}

/**
 * When that happened which has been on its way for too long since the last run: the window, as many
 * days earlier. What stays alone moves no more, so no later window would show it.
 */
function grownOld({
  window: { from, to },
  isLight,
}: Pick<Scope, 'window' | 'isLight'>): TimeWindow {
  const days = IN_FLIGHT_DAYS + (isLight ? 0 : BOOKED_LATE_DAYS);
  return {
    from: new Date(from.getTime() - days * DAY_MS),
    to: new Date(to.getTime() - IN_FLIGHT_DAYS * DAY_MS),
  };
}

type Unbooked = CashDifference & { payment: { paymentIntent: string; wallet: string } };

/** However many movements of a payment are missing, one look at it books them all. */
function perPayment(unbooked: readonly Unbooked[]): Finding[] {
  const groups = Map.groupBy(unbooked, ({ payment }) => payment.paymentIntent);
  return [...groups].map(([paymentIntent, moves]) => ({
    class: 'CASH_NOT_BOOKED',
    subject: paymentIntent,
    stripeIds: [paymentIntent, ...moves.map(({ id }) => id)],
    wallet: moves[0]?.payment.wallet ?? null,
    purchase: null,
    expected: `${moves.length} balance transactions are booked`,
    actual: 'they are not',
    deltaCredits: 0n,
    deltaMinor: moves.reduce((sum, { told }) => sum + (told?.amount ?? 0n), 0n),
    currency: moves[0]?.currency ?? null,
  }));
}

const toldOtherwise = ({ id, paymentIntent, currency, told, booked }: CashDifference): Finding => ({
  class: 'CASH_MISMATCH',
  subject: id,
  stripeIds: [id, ...(paymentIntent === null ? [] : [paymentIntent])],
  wallet: null,
  purchase: null,
  expected: told === null ? 'Stripe does not know it' : sums(told, currency),
  actual: booked === null ? 'not booked' : sums(booked, currency),
  deltaCredits: 0n,
  deltaMinor: (told?.amount ?? 0n) - (booked?.amount ?? 0n),
  currency,
});

const sums = ({ amount, fee }: { amount: bigint; fee: bigint }, currency: string): string =>
  `${amount} ${currency}, of which ${fee} fees`;

/** One side alone is on its way; both with different sums are a mistake. */
function judgeLeg(leg: UnclearedCash, now: Date): Finding | null {
  const isOneSided = leg.ourFacts === 0n || leg.settlements === 0n;
  const isOld = now.getTime() - leg.since.getTime() > IN_FLIGHT_DAYS * DAY_MS;
  if (isOneSided && !isOld) return null;
  return {
    class: isOneSided ? 'CASH_IN_FLIGHT_TOO_LONG' : 'CASH_MISMATCH',
    subject: `${leg.paymentIntent}/${leg.leg}`,
    stripeIds: [leg.paymentIntent],
    wallet: null,
    purchase: null,
    expected: `${leg.settled} ${leg.currency} as Stripe settled`,
    actual: `${leg.ours} ${leg.currency} as the ledger says`,
    deltaCredits: 0n,
    deltaMinor: leg.settled - leg.ours,
    currency: leg.currency,
  };
}

async function repair({ context }: Scope, { subject }: Finding): Promise<RepairResult> {
  return (await settleCash(context, subject)) === 'booked'
    ? { result: 'repaired', detail: 'What Stripe moved for the payment was booked.' }
    : { result: 'failed', detail: 'Stripe has no charge for the payment.' };
}
