import { databaseClock, takeBackPurchase } from '../src/operations.ts';
import type { World } from './outcome-world.ts';
import { micro } from './reads-fixtures.ts';

/** An order of so many credits for ten dollars. */
export const orderOf = (wallet: string, whole = 10) => ({
  wallet,
  credits: micro(whole),
  subtotal: 1000,
  currency: 'usd',
});
/** What Stripe says of that order once it is paid. */
export const factsOf = (session: string) => ({
  session,
  paidTotal: 1000,
  discount: 0,
  paymentIntent: `pi_${session}`,
  promotion: null,
});

/** Takes back what so many cents bought; answers with the credits. */
export const takeBack = (w: World, purchase: string, cents: number) =>
  databaseClock(w.worker).then((at) =>
    takeBackPurchase(w.worker, purchase, cents, 'refund', 'Refunded', 7, at),
  );
