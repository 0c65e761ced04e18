import type { MoneyProof, ProofRow } from '@bursar/contracts';
import {
  findKnownPayments,
  readCashDays,
  readCashDifferences,
  readSettledCash,
  readUnclearedCash,
} from '@bursar/ledger/operations';
import type { ListedMove } from '@bursar/payments';
import { isAccountMove } from '../cash/book-account-moves.ts';
import { dailyStatement } from './daily-statement.ts';
import type { Scope } from './pass.ts';

/** Listed in a report; how many there are is told beside them. */
const ITEMS_SHOWN = 200;

type Cell = { count: number; amount: bigint; fee: bigint };
const NOTHING: Cell = { count: 0, amount: 0n, fee: 0n };

/** Sums both sides; a residual must be exactly what the listed items say. */
export async function proveMoney(
  scope: Pick<Scope, 'window' | 'balanceMoves'> & { context: Pick<Scope['context'], 'db'> },
): Promise<MoneyProof> {
  const { db } = scope.context;
  const { from, to } = scope.window;
  const moves = await scope.balanceMoves();
  const settled = await readSettledCash(db, from, to);
  const differences = await readCashDifferences(db, moves, from, to);
  const missing = new Set(differences.filter(({ booked }) => booked === null).map(({ id }) => id));
  const unbooked = moves.filter(({ id }) => missing.has(id));
  const known = await findKnownPayments(
    db,
    unbooked.flatMap(({ paymentIntent }) => paymentIntent ?? []),
  );
  const ours = new Set(known.map(({ paymentIntent }) => paymentIntent));
  const inFlight = (await readUnclearedCash(db, scope.window)).map((leg) => ({
    payment_intent: leg.paymentIntent,
    leg: leg.leg,
    currency: leg.currency,
    ours: leg.ours.toString(),
    settled: leg.settled.toString(),
  }));
  const ledger = new Map(settled.map((one) => [keyOf(one), { ...one, count: Number(one.count) }]));
  const rows = rowsOf(sumUp(moves), ledger, sumUp(unbooked));
  const reasonFor = (move: ListedMove): MoneyProof['items'][number]['why'] => {
    if (ours.has(move.paymentIntent ?? '')) return 'ours';
    return isAccountMove(move) ? 'account' : 'outside';
  };
  const items = unbooked.map((move) => {
    const { id, currency, amount, fee } = move;
    return { id, why: reasonFor(move), currency, amount, fee };
  });
  const outside = unbooked.filter((move) => reasonFor(move) === 'outside');
  const book = await readCashDays(db, scope.window);
  return {
    rows,
    statement: dailyStatement(book, moves, outside),
    holds: rows.every(({ residual, explained }) => same(residual, explained)),
    items: items.slice(0, ITEMS_SHOWN),
    item_count: items.length,
    in_flight: inFlight.slice(0, ITEMS_SHOWN),
    in_flight_count: inFlight.length,
  };
}

const keyOf = (one: { currency: string; day: string; category: string }): string =>
  `${one.currency} ${one.day} ${one.category}`;

const same = (a: ProofRow['residual'], b: ProofRow['residual']): boolean =>
  a.amount === b.amount && a.fee === b.fee;

function sumUp(moves: readonly ListedMove[]): Map<string, Cell> {
  const sums = new Map<string, Cell>();
  for (const { currency, createdAt, category, amount, fee } of moves) {
    const key = keyOf({ currency, day: createdAt.toISOString().slice(0, 10), category });
    const sum = sums.get(key) ?? NOTHING;
    sums.set(key, {
      count: sum.count + 1,
      amount: sum.amount + BigInt(amount),
      fee: sum.fee + BigInt(fee),
    });
  }
  return sums;
}

function rowsOf(
  stripe: ReadonlyMap<string, Cell>,
  ledger: ReadonlyMap<string, Cell>,
  unbooked: ReadonlyMap<string, Cell>,
): ProofRow[] {
  const keys = [...new Set([...stripe.keys(), ...ledger.keys()])].toSorted();
  return keys.map((key) => {
    const [currency = '', day = '', category = ''] = key.split(' ');
    const [theirs, mine] = [stripe.get(key) ?? NOTHING, ledger.get(key) ?? NOTHING];
    const explained = unbooked.get(key) ?? NOTHING;
    return {
      currency,
      day,
      category,
      stripe: textOf(theirs),
      ledger: textOf(mine),
      residual: {
        amount: (theirs.amount - mine.amount).toString(),
        fee: (theirs.fee - mine.fee).toString(),
      },
      explained: { amount: explained.amount.toString(), fee: explained.fee.toString() },
    };
  });
}

const textOf = ({ count, amount, fee }: Cell): ProofRow['stripe'] => ({
  count,
  amount: amount.toString(),
  fee: fee.toString(),
});
