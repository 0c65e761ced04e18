import { randomUUID } from 'node:crypto';
import {
  attachCheckout,
  cancelPurchase,
  clearPaymentWarning,
  closePurchase,
  databaseClock,
  finishCancellation,
  finishRefund,
  fulfilPurchase,
  openedPurchase,
  openPurchase,
  recordPaymentWarning,
  reserveBonus,
  startedRefund,
  startRefund,
  takeBackPurchase,
  type Database,
} from '@bursar/ledger/operations';
import { putBonusCode } from '@bursar/ledger/reads';
import { newHead } from './random-steps.ts';

const BONUS = {
  code: 'MORE20',
  bonusCredits: null,
  bonusPercent: 20,
  lifetimeDays: 90,
  scope: 'any',
  maxRedemptions: 3,
  maxPerPerson: 3,
  maxPerOrganization: null,
  firstPurchaseOnly: false,
  minimum: null,
  currency: null,
  startsAt: null,
  endsAt: null,
} as const;
const ORDER = { wallet: 'user:order', credits: '5000000', subtotal: 500, currency: 'usd' };

/** Orders that share a cart, that wait side by side, that bring a bonus, that went back, and one that was cancelled. */
export async function fillOrders(worker: Database, ingress: Database): Promise<void> {
  await fillBonuses(worker, ingress);
  const cart = randomUUID();
  await openAt(worker, cart);
  await openAt(worker, cart);
  await openAt(worker, randomUUID());
  await openAt(worker, null);
  const cancelled = await openAt(worker, randomUUID());
  const head = newHead();
  await cancelPurchase(worker, head, cancelled.purchase);
  await closePurchase(worker, cancelled.session, 'expired');
  await finishCancellation(worker, head, cancelled.purchase);
}

/** Two orders of one code were paid, one of them was refunded in part; a third can still be paid. */
async function fillBonuses(worker: Database, ingress: Database): Promise<void> {
  await putBonusCode(ingress, { ...BONUS, actor: 'key_operator' });
  for (const end of ['paid', 'refunded', 'open'] as const) {
    const { purchase, session } = await openAt(worker, null, BONUS.code);
    if (end === 'open') continue;
    const payment = { session, paidTotal: 500, discount: 0, paymentIntent: `pi_${purchase}` };
    await fulfilPurchase(worker, { ...payment, promotion: null });
    if (end === 'refunded') await refundPart(worker, purchase);
  }
}

async function refundPart(worker: Database, purchase: string): Promise<void> {
  const head = newHead();
  const asked = { purchase, amount: 200, reason: 'Sorry', override: true, windowDays: 0 };
  const started = await startRefund(worker, head, { ...asked, refunded: 0, disputed: 0 });
  if (started.verdict !== 'pending') throw new Error('A refund waits for Stripe.');
  await takeBackPurchase(worker, purchase, 200, 'refund', 'Sorry', 7, await databaseClock(worker));
  const made = { stripeRefund: `re_${purchase}`, status: 'succeeded' } as const;
  await finishRefund(worker, head, startedRefund(started.result).id, made);
  await recordPaymentWarning(worker, `issfr_${purchase}`, purchase, 'fraud_warning');
  await clearPaymentWarning(worker, `issfr_${purchase}`);
}

async function openAt(
  worker: Database,
  cart: string | null,
  code?: string,
): Promise<{ purchase: string; session: string }> {
  const head = newHead();
  const order = { ...ORDER, ...(code !== undefined && { promotion_code: code }) };
  const outcome = await openPurchase(worker, head, order, 12, cart);
  if (outcome.verdict !== 'pending') throw new Error('A new order waits for its checkout.');
  const { purchase } = openedPurchase(outcome.result);
  if (code !== undefined) await reserveBonus(worker, purchase);
  const session = `cs_${purchase}`;
  await attachCheckout(worker, head, purchase, {
    session,
    url: 'http://pay.test/',
    customer: 'cus_test',
    discount: 0,
    promotion: null,
  });
  return { purchase, session };
}
