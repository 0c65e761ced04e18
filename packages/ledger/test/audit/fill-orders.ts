import { randomUUID } from 'node:crypto';
import {
  attachCheckout,
  cancelPurchase,
  closePurchase,
  finishCancellation,
  openedPurchase,
  openPurchase,
  type Database,
} from '@bursar/ledger/operations';
import { newHead } from './random-steps.ts';

const ORDER = { wallet: 'user:order', credits: '5000000', subtotal: 500, currency: 'usd' };

/** Orders that share a cart, that wait side by side, and one that was cancelled. */
export async function fillOrders(worker: Database): Promise<void> {
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

async function openAt(
  worker: Database,
  cart: string | null,
): Promise<{ purchase: string; session: string }> {
  const head = newHead();
  const outcome = await openPurchase(worker, head, ORDER, 12, cart);
  if (outcome.verdict !== 'pending') throw new Error('A new order waits for its checkout.');
  const { purchase } = openedPurchase(outcome.result);
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
