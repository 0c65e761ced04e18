import { fromPublicId } from '@bursar/contracts';
import {
  findKnownPayments,
  readOrdersToCompare,
  type Finding,
  type OrderRecord,
} from '@bursar/ledger/operations';
import type { ListedCharge } from '@bursar/payments';
import { z } from 'zod';
import { eachAlone, type Examination, type Pass, type Scope } from '../pass.ts';

/** Every charge that took money belongs to exactly one thing that we sold. */
export const chargesPass: Pass = { name: 'charges', runs: 'always', examine };

async function examine(scope: Scope): Promise<Examination> {
  const { db } = scope.context;
  const failures: Examination['failures'] = [];
  const listed = await scope.stripe.charges(scope.window);
  const met = new Set(listed.map(({ id }) => id));
  const again = await eachAlone(
    scope.openSubjects.filter((id) => !met.has(id)),
    (id) => id,
    (id) => scope.stripe.charge(id),
    failures,
  );
  const charges = [...listed, ...again];
  const known = await findKnownPayments(
    db,
    charges.flatMap(({ paymentIntent }) => paymentIntent ?? []),
  );
  const paid = new Map(known.map((payment) => [payment.paymentIntent, payment]));
  // What a pass before found about a payment explains its charge.
  const strays = charges.filter(
    ({ paymentIntent: id }) => !paid.has(id ?? '') && !scope.explained.has(id ?? ''),
  );
  const ids = strays.flatMap((charge) => orderOf(charge) ?? []);
  const named = await readOrdersToCompare(db, {
    sessions: [],
    ids,
    from: scope.window.to,
    to: scope.window.to,
  });
  const orders = new Map(named.map((order) => [order.id, order]));
  const findings = strays.flatMap(
    (charge) => judge(charge, orders.get(orderOf(charge) ?? '')) ?? [],
  );
  return {
    findings,
    judged: charges.map(({ id }) => id),
    seen: { charges: charges.length },
    failures,
  };
}

/** What the payment says it is for; a top-up's try has the id of its order. */
function orderOf({ metadata }: ListedCharge): string | null {
  const order = fromPublicId('pur', metadata['purchase'] ?? '') ?? metadata['attempt'];
  return z.guid().safeParse(order).data ?? null;
}

/** An order that waits for its credits is the concern of other passes; what went back, of nobody. */
function judge(charge: ListedCharge, order: OrderRecord | undefined): Finding | null {
  if (charge.refunded) return null;
  if (order === undefined) return orphan(charge);
  if (!order.granted) return null;
  return {
    ...orphan(charge),
    class: 'DOUBLE_CHARGE',
    stripeIds: [charge.id, charge.paymentIntent, order.paymentIntent].filter((id) => id !== null),
    wallet: order.wallet,
    purchase: order.id,
    expected: `the order was paid once, with ${order.paymentIntent}`,
    actual: `${charge.amount} ${charge.currency} more were taken; refund ${charge.id}`,
  };
}

const orphan = (charge: ListedCharge): Finding => ({
  class: 'ORPHAN_CHARGE',
  subject: charge.id,
  stripeIds: [charge.id, ...(charge.paymentIntent === null ? [] : [charge.paymentIntent])],
  wallet: null,
  purchase: null,
  expected: 'something that was sold',
  actual: `${charge.amount} ${charge.currency} were taken`,
  deltaCredits: 0n,
  deltaMinor: BigInt(charge.amount),
  currency: charge.currency,
});
