import { queryOptions } from '@tanstack/react-query';
import { buyerOf, type Money } from '../../../api/billing.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { read } from '../../../api/request.ts';

export interface Plan {
  id: string;
  name: string;
  description: string | null;
  audience: 'user' | 'org' | 'any';
  credits: string;
  price: Money;
  every: string;
  rollover_cap: string;
  grace_hours: number;
  seats: number | null;
  trial_days: number;
  trial_credits: string;
  retired_at: string | null;
}

export interface Subscription {
  id: string;
  status: string;
  plan: string;
  name: string;
  quantity: number;
  credits: string;
  price: Money;
  every: string;
  current_period_end: string | null;
  trial_end: string | null;
  cancel_at: string | null;
  checkout_url: string | null;
  /** What it becomes with the next period, where a smaller plan was chosen. */
  next: {
    plan: string;
    name: string;
    quantity: number;
    credits: string;
    price: Money;
    at: string;
  } | null;
  seats: { included: number; assigned: number; over: readonly string[] } | null;
}

/** What can be subscribed to for this kind of owner. */
export const plansQuery = (owner: string) =>
  queryOptions({
    queryKey: ['plans', buyerOf(owner)],
    queryFn: async ({ signal }) => {
      const { data } = await read<{ data: readonly Plan[] }>('/v1/plans', { signal });
      const kind = buyerOf(owner) === 'user' ? 'user' : 'org';
      return data.filter(
        ({ audience, retired_at: retired }) =>
          retired === null && (audience === 'any' || audience === kind),
      );
    },
    staleTime: 60_000,
  });

const LOOK_EVERY_MS = 3_000;
const ON_ITS_WAY: ReadonlySet<string> = new Set(['awaiting_payment', 'incomplete']);

/** The subscription that goes on, else the last there was; `null` for none. */
export const subscriptionQuery = (owner: string) =>
  queryOptions({
    queryKey: ['of', owner, 'subscription'],
    queryFn: async ({ signal }): Promise<Subscription | null> => {
      try {
        return await read<Subscription>(`/v1/wallets/${owner}/subscription`, { signal });
      } catch (error) {
        if (error instanceof ApiProblem && error.code === 'not_found') return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) =>
      ON_ITS_WAY.has(state.data?.status ?? '') ? LOOK_EVERY_MS : false,
  });

const GOES_ON: ReadonlySet<string> = new Set([
  'trialing',
  'active',
  'past_due',
  'unpaid',
  'paused',
  'incomplete',
]);

/** Whether it brings credits, or would again once it is paid. */
export const goesOn = (subscription: Subscription | null): subscription is Subscription =>
  subscription !== null && GOES_ON.has(subscription.status);
