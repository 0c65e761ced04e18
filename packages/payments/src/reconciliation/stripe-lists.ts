import type Stripe from 'stripe';
import { handledEvents } from '../decide-event.ts';
import { checkoutFactsOf, idOf, type CheckoutFacts } from '../read-checkout.ts';
import type { ApiBudget } from './api-budget.ts';
import {
  listedBill,
  listedPromotion,
  type ListedBill,
  type ListedPromotion,
} from './listed-sales.ts';

/** Half-open; Stripe counts whole seconds. */
export interface TimeWindow {
  from: Date;
  to: Date;
}

export interface ListedEvent {
  id: string;
  type: string;
  objectId: string;
  livemode: boolean;
}

export interface ListedSession extends CheckoutFacts {
  createdAt: Date;
}

export interface ListedCharge {
  id: string;
  amount: number;
  currency: string;
  createdAt: Date;
  paymentIntent: string | null;
  /** All of it went back. */
  refunded: boolean;
  /** What our own code wrote on the payment. */
  metadata: Readonly<Record<string, string>>;
}

/** A refund or a dispute. */
export interface ListedReversal {
  id: string;
  paymentIntent: string | null;
}

export interface ListedMove {
  id: string;
  amount: number;
  fee: number;
  currency: string;
  category: string;
  createdAt: Date;
  source: string | null;
  /** Of the charge, refund or dispute behind it. */
  paymentIntent: string | null;
}

/** Everything that the reconciliation reads in bulk. Lists only: Stripe's search lags behind. */
export interface StripeLists {
  /** Those that lead to something here. Stripe keeps them for thirty days. */
  events(window: TimeWindow): Promise<ListedEvent[]>;
  sessions(window: TimeWindow): Promise<ListedSession[]>;
  /** Those that took money. */
  charges(window: TimeWindow): Promise<ListedCharge[]>;
  charge(id: string): Promise<ListedCharge>;
  refunds(window: TimeWindow): Promise<ListedReversal[]>;
  disputes(window: TimeWindow): Promise<ListedReversal[]>;
  /** Bills of subscriptions that were paid. */
  paidBills(window: TimeWindow): Promise<ListedBill[]>;
  /** Every code, also those that hold no more. */
  promotionCodes(): Promise<ListedPromotion[]>;
  /** How every subscription stands, also those that have ended. */
  subscriptions(): Promise<{ id: string; status: string }[]>;
  balanceMoves(window: TimeWindow): Promise<ListedMove[]>;
}

/** Stripe's limit for one question. */
const TYPES_AT_ONCE = 20;
const PAGE = 100;
/** A list that is longer is an error: half a list would find differences that are none. */
const LISTED_MAX = 50_000;

/** Binds the lists to a run's budget. */
export function stripeLists(stripe: Stripe, budget: ApiBudget): StripeLists {
  const all = <Item extends { id: string }>(what: string, ask: AskPage<Item>): Promise<Item[]> =>
    readAll(what, budget, ask);
  return {
    async events(window) {
      const groups = chunksOf(handledEvents, TYPES_AT_ONCE).map((types) =>
        all('events', (page) => stripe.events.list({ ...page, types, ...createdIn(window) })),
      );
      return (await Promise.all(groups)).flat().map(listedEvent);
    },
    sessions: async (window) =>
      (
        await all('checkout sessions', (page) =>
          stripe.checkout.sessions.list({
            ...page,
            ...createdIn(window),
            expand: ['data.payment_intent'],
          }),
        )
      ).map((session) => ({ ...checkoutFactsOf(session), createdAt: dateOf(session.created) })),
    charges: async (window) =>
      (await all('charges', (page) => stripe.charges.list({ ...page, ...createdIn(window) })))
        .filter(({ status }) => status === 'succeeded')
        .map(listedCharge),
    charge: async (id) => listedCharge(await budget.call(() => stripe.charges.retrieve(id))),
    refunds: async (window) =>
      (await all('refunds', (page) => stripe.refunds.list({ ...page, ...createdIn(window) }))).map(
        listedReversal,
      ),
    disputes: async (window) =>
      (
        await all('disputes', (page) => stripe.disputes.list({ ...page, ...createdIn(window) }))
      ).map(listedReversal),
    paidBills: async (window) =>
      (
        await all('invoices', (page) =>
          stripe.invoices.list({ ...page, ...createdIn(window), status: 'paid' }),
        )
      )
        .filter(({ parent }) => parent?.subscription_details)
        .map(listedBill),
    promotionCodes: async () =>
      (
        await all('promotion codes', (page) =>
          stripe.promotionCodes.list({ ...page, expand: ['data.promotion.coupon'] }),
        )
      ).map(listedPromotion),
    subscriptions: async () =>
      (
        await all('subscriptions', (page) => stripe.subscriptions.list({ ...page, status: 'all' }))
      ).map(({ id, status }) => ({ id, status })),
    balanceMoves: async (window) =>
      (
        await all('balance transactions', (page) =>
          stripe.balanceTransactions.list({
            ...page,
            ...createdIn(window),
            expand: ['data.source'],
          }),
        )
      )
        // A refund of a cent may be none in another currency: it moves nothing, and is not booked.
        .filter(({ amount, fee }) => amount !== 0 || fee !== 0)
        .map(listedMove),
  };
}

type AskPage<Item> = (page: {
  limit: number;
  starting_after?: string;
}) => Promise<{ data: Item[]; has_more: boolean }>;

async function readAll<Item extends { id: string }>(
  what: string,
  budget: ApiBudget,
  ask: AskPage<Item>,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let after: string | undefined; ; after = items.at(-1)?.id) {
    const page = { limit: PAGE, ...(after !== undefined && { starting_after: after }) };
    const { data, has_more: hasMore } = await budget.call(() => ask(page));
    items.push(...data);
    if (!hasMore || data.length === 0) return items;
    if (items.length >= LISTED_MAX) {
      throw new Error(`There are more than ${LISTED_MAX} ${what}; ask for a shorter time.`);
    }
  }
}

const createdIn = ({ from, to }: TimeWindow): { created: { gte: number; lt: number } } => ({
  created: { gte: Math.floor(from.getTime() / 1_000), lt: Math.ceil(to.getTime() / 1_000) },
});

const dateOf = (seconds: number): Date => new Date(seconds * 1_000);

function listedEvent({ id, type, livemode, data }: Stripe.Event): ListedEvent {
  const { object } = data;
  const objectId = 'id' in object && typeof object.id === 'string' ? object.id : '';
  return { id, type, livemode, objectId };
}

const listedCharge = (charge: Stripe.Charge): ListedCharge => ({
  id: charge.id,
  amount: charge.amount,
  currency: charge.currency,
  createdAt: dateOf(charge.created),
  paymentIntent: idOf(charge.payment_intent),
  refunded: charge.refunded,
  metadata: charge.metadata,
});

const listedReversal = (one: Stripe.Refund | Stripe.Dispute): ListedReversal => ({
  id: one.id,
  paymentIntent: idOf(one.payment_intent),
});

function listedMove(move: Stripe.BalanceTransaction): ListedMove {
  const { id, amount, fee, currency, source } = move;
  return {
    id,
    amount,
    fee,
    currency,
    category: move.reporting_category,
    createdAt: dateOf(move.created),
    source: idOf(source),
    paymentIntent: paymentIntentIn(source),
  };
}

/** Payouts and fees of the account have sources without one. */
function paymentIntentIn(source: Stripe.BalanceTransaction['source']): string | null {
  if (typeof source !== 'object' || source === null || !('payment_intent' in source)) return null;
  const { payment_intent: intent } = source;
  return typeof intent === 'string' || (typeof intent === 'object' && intent !== null)
    ? idOf(intent)
    : null;
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
