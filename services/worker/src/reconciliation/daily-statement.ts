import type { StatementDay } from '@bursar/contracts';
import type { CashDay, SettledOpening } from '@bursar/ledger/operations';
import type { ListedMove } from '@bursar/payments';

/**
 * The cash book's days with their running balance, beside what Stripe's own movements add up to.
 *
 * @param moves all that moved at Stripe within the window
 * @param outside those of them that are of nothing of ours
 */
export function dailyStatement(
  book: { openings: readonly SettledOpening[]; days: readonly CashDay[] },
  moves: readonly ListedMove[],
  outside: readonly ListedMove[],
): StatementDay[] {
  const atStripe = netByDay(moves);
  const strange = netByDay(outside);
  const booked = new Map(book.days.map((one) => [`${one.currency} ${one.day}`, one]));
  const balances = new Map(book.openings.map(({ currency, balance }) => [currency, balance]));
  return [...new Set([...booked.keys(), ...atStripe.keys()])].toSorted().map((key) => {
    const [currency = '', day = ''] = key.split(' ');
    const { inflow, fees, refunds, disputes, payouts, other } = booked.get(key) ?? NOTHING;
    const net = inflow + fees + refunds + disputes + payouts + other;
    const opening = balances.get(currency) ?? 0n;
    balances.set(currency, opening + net);
    const notOurs = strange.get(key) ?? 0n;
    return {
      currency,
      day,
      opening: opening.toString(),
      inflow: inflow.toString(),
      fees: fees.toString(),
      refunds: refunds.toString(),
      disputes: disputes.toString(),
      payouts: payouts.toString(),
      other: other.toString(),
      closing: (opening + net).toString(),
      outside: notOurs.toString(),
      difference: ((atStripe.get(key) ?? 0n) - net - notOurs).toString(),
    };
  });
}

const NOTHING = { inflow: 0n, fees: 0n, refunds: 0n, disputes: 0n, payouts: 0n, other: 0n };

function netByDay(moves: readonly ListedMove[]): Map<string, bigint> {
  const nets = new Map<string, bigint>();
  for (const { currency, createdAt, amount, fee } of moves) {
    const key = `${currency} ${createdAt.toISOString().slice(0, 10)}`;
    nets.set(key, (nets.get(key) ?? 0n) + BigInt(amount) - BigInt(fee));
  }
  return nets;
}
