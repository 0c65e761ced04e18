import { integer, required, text } from '../protocol/fields.ts';
import { route, type Route } from '../protocol/route.ts';
import { payoutTransaction } from '../resources/balance/balance-transaction.ts';

const AMOUNT_MAX = 99_999_999;

/** Money that Stripe sends to the bank, as its timetable or somebody at the dashboard would. */
export const PAYOUT_ROUTES: Route[] = [
  route(
    'POST',
    '/_emu/payouts',
    {
      amount: required(integer({ min: 1, max: AMOUNT_MAX })),
      currency: required(text({ max: 3 })),
    },
    ({ emulator, params }) => ({ transaction: payoutTransaction(emulator, params) }),
  ),
];
