import { formatAmount, fromPublicId, toPublicId } from '@bursar/contracts';
import { readOrdersToCompare, type Finding, type OrderRecord } from '@bursar/ledger/operations';
import { decideCheckout, type CheckoutFacts } from '@bursar/payments';
import { settleCash } from '../../cash/settle-cash.ts';
import { settleSession } from '../../purchases/settle-session.ts';
import { eachAlone, type Examination, type Pass, type RepairResult, type Scope } from '../pass.ts';
import { judgeOrphan, rebuildOrder } from './orphan-sessions.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const UNPAID_DAYS = 14;

/** Checkout sessions against the orders they were opened for, from both sides. */
export const sessionsPass: Pass = {
  name: 'sessions',
  runs: 'always',
  examine,
  repair,
  awaitsDecision,
};

/** What Stripe and the ledger say of one order. Either may know nothing. */
interface Pair {
  session: string;
  facts: CheckoutFacts | null;
  /** When the session was listed; unknown for those asked for one by one. */
  createdAt: Date | null;
  order: OrderRecord | null;
}

async function examine(scope: Scope): Promise<Examination> {
  const failures: Examination['failures'] = [];
  const listed = (await scope.sessions()).filter(isOurKind);
  const orders = await readOrdersToCompare(scope.context.db, {
    sessions: [...listed.map(({ session }) => session), ...scope.openSubjects],
    ids: listed.flatMap(({ purchaseId }) => uuidOf(purchaseId) ?? []),
    ...scope.window,
  });
  const bySession = new Map(orders.map((order) => [order.session, order]));
  const byId = new Map(orders.map((order) => [toPublicId('pur', order.id), order]));
  const pairs: Pair[] = listed.map((facts) => ({
    session: facts.session,
    facts,
    createdAt: facts.createdAt,
    order: bySession.get(facts.session) ?? byId.get(facts.purchaseId ?? '') ?? null,
  }));
  const met = new Set(listed.map(({ session }) => session));
  const alone = new Set([
    ...orders.flatMap(({ session }) => (session === null || met.has(session) ? [] : [session])),
    ...scope.openSubjects.filter((session) => !met.has(session)),
  ]);
  const asked = await eachAlone(
    [...alone],
    (session) => session,
    async (session): Promise<Pair> => {
      const facts = await scope.call(() => scope.context.payments.readCheckout(session));
      return { session, facts, createdAt: null, order: bySession.get(session) ?? null };
    },
    failures,
  );
  const judged = [...pairs, ...asked].filter(({ session }) => !scope.explained.has(session));
  return {
    findings: judged.flatMap((pair) => judge(pair, scope) ?? []),
    judged: judged.map(({ session }) => session),
    seen: { checkout_sessions: pairs.length + asked.length, orders: orders.length },
    failures,
  };
}

/** Subscriptions and saved cards go through sessions of other kinds. */
const isOurKind = ({ mode }: CheckoutFacts): boolean => mode === 'payment';

const uuidOf = (purchaseId: string | null): string | null =>
  purchaseId === null ? null : fromPublicId('pur', purchaseId);

function judge(pair: Pair, scope: Scope): Finding | null {
  const { facts, order } = pair;
  if (order === null) return facts === null ? null : judgeOrphan(facts);
  if (order.dismissed && !order.granted) return null;
  if (order.undecided) return undecided(pair, order);
  if (facts === null) {
    return order.granted
      ? differs(pair, 'GRANT_WITHOUT_PAYMENT', 'a paid checkout', 'Stripe does not know it')
      : null;
  }
  const decision = decideCheckout(facts, {
    id: toPublicId('pur', order.id),
    subtotal: Number(order.subtotal),
    currency: order.currency,
    customer: order.customer,
    livemode: scope.context.policy.livemode,
  });
  switch (decision.action) {
    case 'grant':
      if (order.granted) return judgeBooked(pair, decision.payment.paidTotal);
      // No run can mend it, so none shall try and fail for ever.
      return differs(
        pair,
        order.closed ? 'PAID_AFTER_CLOSING' : 'MISSING_GRANT',
        `${credits(order)} credits granted`,
        order.status,
        { credits: order.credits, minor: 0n },
      );
    case 'review':
      return differs(pair, 'AMOUNT_MISMATCH', 'what was ordered', decision.reason);
    case 'close':
      return judgeClosed(pair, decision.status);
    case 'await_funds':
    case 'wait':
      return judgeWaiting(pair, scope.window.to);
  }
}

function judgeBooked(pair: Pair, paid: number): Finding | null {
  const booked = pair.order?.paidTotal ?? 0n;
  if (booked === BigInt(paid)) return null;
  const minor = BigInt(paid) - booked;
  const expected = `${paid} ${pair.order?.currency} paid`;
  return differs(pair, 'AMOUNT_MISMATCH', expected, `${booked} booked`, { credits: 0n, minor });
}

function judgeClosed(pair: Pair, status: string): Finding | null {
  if (pair.order?.granted) return unpaid(pair, `the checkout is ${status}`);
  return pair.order?.status === 'awaiting_payment'
    ? differs(pair, 'STALE_ORDER', `the order is ${status}`, pair.order.status)
    : null;
}

function judgeWaiting(pair: Pair, now: Date): Finding | null {
  const { facts, order, createdAt } = pair;
  if (order?.granted) return unpaid(pair, `the checkout is ${facts?.status}`);
  const isOld = createdAt !== null && now.getTime() - createdAt.getTime() > UNPAID_DAYS * DAY_MS;
  return isOld && facts?.status === 'complete'
    ? differs(pair, 'UNPAID_TOO_LONG', 'paid within two weeks', facts.paymentStatus)
    : null;
}

const unpaid = (pair: Pair, actual: string): Finding =>
  differs(pair, 'GRANT_WITHOUT_PAYMENT', 'a paid checkout', actual, {
    credits: -(pair.order?.credits ?? 0n),
    minor: -(pair.order?.paidTotal ?? 0n),
  });

function differs(
  { session, facts, order }: Pair,
  kind: Finding['class'],
  expected: string,
  actual: string,
  delta: { credits: bigint; minor: bigint } = { credits: 0n, minor: 0n },
): Finding {
  return {
    class: kind,
    subject: session,
    stripeIds: [session, ...(facts?.paymentIntent ? [facts.paymentIntent] : [])],
    wallet: order?.wallet ?? null,
    purchase: order?.id ?? null,
    expected,
    actual,
    deltaCredits: delta.credits,
    deltaMinor: delta.minor,
    currency: order?.currency ?? null,
  };
}

const undecided = (pair: Pair, order: OrderRecord): Finding => ({
  ...differs(pair, 'ORPHAN_SESSION', `an order for ${credits(order)} credits`, 'it was rebuilt'),
  deltaCredits: order.credits,
  deltaMinor: BigInt(pair.facts?.total ?? 0),
});

const credits = (order: OrderRecord): string => formatAmount(order.credits);

/** An order that was rebuilt has all that a run can give it. */
function awaitsDecision({ class: kind, purchase }: Finding): boolean {
  return kind === 'ORPHAN_SESSION' && purchase !== null;
}

async function repair({ context }: Scope, finding: Finding): Promise<RepairResult> {
  if (finding.class === 'ORPHAN_SESSION') return rebuildOrder(context, finding);
  const settled = await settleSession(context, finding.subject);
  const payment = finding.stripeIds[1];
  if (settled === 'granted' && payment !== undefined) await settleCash(context, payment);
  return settled === 'granted' || settled === 'closed'
    ? { result: 'repaired', detail: `The checkout was settled again: ${settled}.` }
    : { result: 'failed', detail: `Settling the checkout again answered ${settled}.` };
}
