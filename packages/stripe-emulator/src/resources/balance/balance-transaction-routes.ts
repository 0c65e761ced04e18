import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { text } from '../../protocol/fields.ts';
import { isWithin, listRoute, timeRange } from '../../protocol/list-page.ts';
import { route, type Route } from '../../protocol/route.ts';
import { noSuchResource } from '../../protocol/stripe-error.ts';

export const BALANCE_TRANSACTION_ROUTES: Route[] = [
  route('GET', '/v1/balance_transactions/{id}', {}, ({ emulator, id }) => {
    const transaction = emulator.state.balanceTransactions.get(id);
    if (!transaction) throw noSuchResource('balance transaction', id);
    return showBalanceTransaction(emulator, transaction);
  }),
  listRoute('/v1/balance_transactions', {
    noun: 'balance transaction',
    filters: { created: timeRange(), currency: text(), source: text(), type: text() },
    table: ({ emulator }) => emulator.state.balanceTransactions,
    matches: (transaction, filter) =>
      (filter.currency === undefined || transaction.currency === filter.currency) &&
      (filter.source === undefined || transaction.source === filter.source) &&
      (filter.type === undefined || transaction.type === filter.type) &&
      isWithin(transaction.created, filter.created),
    present: (transaction, { emulator }) => showBalanceTransaction(emulator, transaction),
  }),
];

/** Money becomes available by the mere passing of time. */
export function showBalanceTransaction(
  emulator: Emulator,
  transaction: Stripe.BalanceTransaction,
): Stripe.BalanceTransaction {
  const isAvailable = transaction.available_on <= emulator.clock.nowSeconds();
  return { ...transaction, status: isAvailable ? 'available' : 'pending' };
}
