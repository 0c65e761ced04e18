import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import { listing } from '../transport/listing.ts';
import type { Owner } from '../types/inputs.ts';
import type {
  PlanInput,
  SubscriptionChangeInput,
  SubscriptionInput,
} from '../types/payment-inputs.ts';
import type { Plan, Subscription, SubscriptionResult } from '../types/payments.ts';
import { ask, issue } from './issue.ts';

export const plans = (settings: Settings) => ({
  /** What can be subscribed to. */
  list: async (options?: CallOptions) =>
    (await ask<{ data: Plan[] }>(settings, { route: ROUTES.listPlans }, options)).data,
  /** Writes a plan whole; who has subscribed keeps the terms they were sold. For operators. */
  put: (id: string, body: PlanInput, options?: CallOptions) =>
    ask<Plan>(settings, { route: ROUTES.putPlan, params: { id }, body }, options),
  /** Takes a plan off the offer; who has subscribed keeps it. */
  retire: (id: string, options?: CallOptions) =>
    ask<null>(settings, { route: ROUTES.retirePlan, params: { id } }, options),
});

export const subscriptions = (settings: Settings) => ({
  /** Subscribes a wallet to a plan; send the customer to `checkout_url`. */
  create: issue<[subscription: SubscriptionInput], SubscriptionResult>(settings, 1, (body) => ({
    route: ROUTES.createSubscription,
    body,
  })),
  /** The one of a wallet that goes on, else the last there was. */
  get: (wallet: Owner, options?: CallOptions) =>
    ask<Subscription>(settings, { route: ROUTES.getSubscription, params: { wallet } }, options),
  /** Every one it has or had, newest first. */
  list: (wallet: Owner, options?: CallOptions) =>
    listing<Subscription>(
      settings,
      { route: ROUTES.listSubscriptions, params: { wallet } },
      options,
    ),
  /** What costs more is charged at once and brings its difference; what costs less begins with the next period. */
  change: issue<[id: string, change: SubscriptionChangeInput], SubscriptionResult>(
    settings,
    2,
    (id, body) => ({ route: ROUTES.changeSubscription, params: { id }, body }),
  ),
  /** Ends it with its period. */
  cancel: issue<[id: string], SubscriptionResult>(settings, 1, (id) => ({
    route: ROUTES.cancelSubscription,
    params: { id },
    body: {},
  })),
  /** Ends it now; its credits live to their expiry. For operators. */
  end: issue<[id: string], SubscriptionResult>(settings, 1, (id) => ({
    route: ROUTES.endSubscription,
    params: { id },
    body: {},
  })),
  /** Lets it go on after it was to end. */
  resume: issue<[id: string], SubscriptionResult>(settings, 1, (id) => ({
    route: ROUTES.resumeSubscription,
    params: { id },
    body: {},
  })),
});
