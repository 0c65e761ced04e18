/** A movement on Stripe's balance; minor units of the currency it settles in. */
export interface BalanceMove {
  id: string;
  /** Before fees: positive when money came in. */
  amount: number;
  fee: number;
  currency: string;
  /** Stripe's reporting category. */
  category: string;
  at: Date;
}

/** All of a payment's money as Stripe tells it now; amounts in minor units of `currency`. */
export interface PaymentCash {
  paymentIntent: string;
  currency: string;
  /** Collected beside the price; never ours. */
  tax: number;
  /** A bill's payment, whose sale is not booked with an order. */
  isBill: boolean;
  charges: readonly { amount: number; at: Date; move: BalanceMove | null }[];
  refunds: readonly {
    id: string;
    amount: number;
    status: string | null;
    at: Date;
    move: BalanceMove | null;
    /** Of a refund that failed, when its money came back. */
    returned: BalanceMove | null;
  }[];
  disputes: readonly {
    id: string;
    amount: number;
    status: string;
    at: Date;
    moves: readonly BalanceMove[];
  }[];
}

type Account =
  | 'sales'
  | 'tax'
  | 'refunds'
  | 'disputes'
  | 'clearing'
  | 'balance'
  | 'fees'
  | 'exchange';

/** A fact for the cash book; its entries add up to zero in each currency. */
export interface Booking {
  id: string;
  kind: 'sale' | 'tax' | 'refund' | 'refund_undone' | 'dispute' | 'dispute_undone' | 'settlement';
  paymentIntent: string;
  leg: string;
  category: string | null;
  happenedAt: Date;
  entries: { account: Account; currency: string; amount: number }[];
}

const GONE_WRONG = new Set(['failed', 'canceled']);

/**
 * What the cash book must hold about a payment, beside its sale, which is booked with its credits.
 * Every booking is a fact that stays true, so a late or old answer of Stripe's adds some of them
 * and never a wrong one. What an order says and what Stripe settled clear each other leg by leg.
 */
export function cashBookingsOf(cash: PaymentCash): Booking[] {
  return [
    ...ofCharges(cash),
    ...cash.refunds.flatMap((one) => ofRefund(cash, one)),
    ...cash.disputes.flatMap((one) => ofDispute(cash, one)),
  ];
}

function ofCharges(cash: PaymentCash): Booking[] {
  const first = cash.charges[0];
  const settled = cash.charges.flatMap(({ amount, move }) =>
    move === null ? [] : [settlement(cash, 'charge', move, amount)],
  );
  if (first === undefined) return settled;
  if (cash.isBill) return [saleOf(cash, first.at), ...settled];
  if (cash.tax === 0) return settled;
  const tax = {
    account: 'tax',
    kind: 'tax',
    id: `tax:${cash.paymentIntent}`,
    leg: 'charge',
  } as const;
  return [claim(cash, tax, cash.tax, first.at), ...settled];
}

/** What a bill brought with its tax; the periods it paid for are proven against the bill itself. */
function saleOf(cash: PaymentCash, at: Date): Booking {
  const amount = cash.charges.reduce((sum, charge) => sum + charge.amount, 0);
  const id = `sale:${cash.paymentIntent}`;
  return claim(cash, { account: 'sales', kind: 'sale', id, leg: 'charge' }, amount, at);
}

function ofRefund(cash: PaymentCash, refund: PaymentCash['refunds'][number]): Booking[] {
  const { id, amount, at, move, returned } = refund;
  const leg = `refund:${id}`;
  const account = 'refunds';
  const bookings = [claim(cash, { account, kind: 'refund', id: `refund:${id}`, leg }, -amount, at)];
  if (GONE_WRONG.has(refund.status ?? '')) {
    const undone = { account, kind: 'refund_undone', id: `refund-undone:${id}`, leg } as const;
    bookings.push(claim(cash, undone, amount, returned?.at ?? at));
  }
  if (move !== null) bookings.push(settlement(cash, leg, move, -amount));
  if (returned !== null) bookings.push(settlement(cash, leg, returned, amount));
  return bookings;
}

/** An inquiry moves no money, and only what moved is booked. */
function ofDispute(cash: PaymentCash, dispute: PaymentCash['disputes'][number]): Booking[] {
  const { id, amount, status, moves } = dispute;
  const leg = `dispute:${id}`;
  const account = 'disputes';
  const bookings = moves.map((move) =>
    settlement(cash, leg, move, Math.sign(move.amount) * amount),
  );
  const taken = moves.find((move) => move.amount < 0);
  const returned = moves.find((move) => move.amount > 0);
  if (taken !== undefined) {
    bookings.push(claim(cash, { account, kind: 'dispute', id: leg, leg }, -amount, taken.at));
  }
  if (returned !== undefined && status === 'won') {
    const undone = { account, kind: 'dispute_undone', id: `dispute-undone:${id}`, leg } as const;
    bookings.push(claim(cash, undone, amount, returned.at));
  }
  return bookings;
}

/** What we say: so much came in (or, negative, went back) and awaits Stripe's settlement. */
function claim(
  { paymentIntent, currency }: PaymentCash,
  what: Pick<Booking, 'id' | 'kind' | 'leg'> & { account: Account },
  amount: number,
  happenedAt: Date,
): Booking {
  const { id, kind, leg, account } = what;
  const entries = [
    { account: 'clearing' as const, currency, amount },
    { account, currency, amount: -amount },
  ];
  return { id, kind, paymentIntent, leg, category: null, happenedAt, entries };
}

/** What Stripe says. In another currency only the sign of the movement can be compared with ours. */
function settlement(
  { paymentIntent, currency }: PaymentCash,
  leg: string,
  move: BalanceMove,
  amount: number,
): Booking {
  const cleared = move.currency === currency ? move.amount : amount;
  const entries: Booking['entries'] = [
    { account: 'clearing', currency, amount: -cleared },
    { account: 'balance', currency: move.currency, amount: move.amount - move.fee },
    { account: 'fees', currency: move.currency, amount: move.fee },
  ];
  if (move.currency !== currency) {
    entries.push(
      { account: 'exchange', currency, amount: cleared },
      { account: 'exchange', currency: move.currency, amount: -move.amount },
    );
  }
  return {
    id: move.id,
    kind: 'settlement',
    paymentIntent,
    leg,
    category: move.category,
    happenedAt: move.at,
    entries: entries.filter((entry) => entry.amount !== 0),
  };
}
