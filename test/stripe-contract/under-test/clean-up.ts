import { Stripe } from 'stripe';
import { TAG, type Created } from './tagging-client.ts';

/** How an object is taken away, or at least put out of use where Stripe keeps it for good. */
const REMOVALS: Readonly<Record<string, (stripe: Stripe, id: string) => Promise<unknown>>> = {
  // Takes its customers along, and their subscriptions with them.
  '/v1/test_helpers/test_clocks': (stripe, id) => stripe.testHelpers.testClocks.del(id),
  '/v1/checkout/sessions': async (stripe, id) => {
    const { status } = await stripe.checkout.sessions.retrieve(id);
    if (status === 'open') await stripe.checkout.sessions.expire(id);
  },
  '/v1/subscriptions': async (stripe, id) => {
    const { ended_at: endedAt } = await stripe.subscriptions.retrieve(id);
    if (endedAt === null) await stripe.subscriptions.cancel(id);
  },
  '/v1/payment_intents': async (stripe, id) => {
    const { status } = await stripe.paymentIntents.retrieve(id);
    if (['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(status))
      await stripe.paymentIntents.cancel(id);
  },
  '/v1/customers': async (stripe, id) => {
    const customer = await stripe.customers.retrieve(id);
    if (!customer.deleted) await stripe.customers.del(id);
  },
  '/v1/promotion_codes': (stripe, id) => stripe.promotionCodes.update(id, { active: false }),
  '/v1/coupons': (stripe, id) => stripe.coupons.del(id),
  '/v1/prices': (stripe, id) => stripe.prices.update(id, { active: false, lookup_key: '' }),
  '/v1/products': (stripe, id) => stripe.products.update(id, { active: false }),
  '/v1/webhook_endpoints': (stripe, id) => stripe.webhookEndpoints.del(id),
  '/v1/billing_portal/configurations': (stripe, id) =>
    stripe.billingPortal.configurations.update(id, { active: false }),
};

const LIMIT_MS = 120_000;

/**
 * Takes away everything that was created, the dependent before what they depend on. Goes on after a
 * failure and tells of all failures at the end; what is gone already is none.
 */
export async function cleanUp(
  stripe: Stripe,
  created: readonly Created[],
  limitMs = LIMIT_MS,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  const failures: Error[] = [];
  for (const [path, remove] of Object.entries(REMOVALS)) {
    for (const { id } of created.filter((one) => one.path === path)) {
      if (performance.now() > deadline) {
        failures.push(new Error(`${id} was left: cleaning up took longer than ${limitMs} ms`));
        continue;
      }
      await remove(stripe, id).catch((error: unknown) => {
        if (!isGone(error)) failures.push(new Error(`${id} was left: ${String(error)}`));
      });
    }
  }
  if (failures.length > 0) {
    throw new AggregateError(
      failures,
      `Not everything was cleaned up; look for the metadata ${TAG}:\n${failures.map(({ message }) => message).join('\n')}`,
    );
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && error.code === 'resource_missing';

const STALE_SECONDS = 3_600;

/** What a run left that was killed before it could clean up: tagged, and older than an hour. */
export async function leftBehind(stripe: Stripe, nowSeconds: number): Promise<Created[]> {
  const isStale = (created: number): boolean => created < nowSeconds - STALE_SECONDS;
  const page = { limit: 100 };
  const tagged = async (
    path: string,
    list: Promise<{ data: { id: string; created: number; metadata: Stripe.Metadata | null }[] }>,
  ): Promise<Created[]> =>
    (await list).data
      .filter((one) => one.metadata?.[TAG] !== undefined && isStale(one.created))
      .map(({ id }) => ({ path, id }));
  const clocks = (await stripe.testHelpers.testClocks.list(page)).data
    .filter((one) => one.name?.startsWith(`${TAG} `) && isStale(one.created))
    .map(({ id }) => ({ path: '/v1/test_helpers/test_clocks', id }));
  return [
    ...clocks,
    ...(await tagged('/v1/customers', stripe.customers.list(page))),
    ...(await tagged('/v1/coupons', stripe.coupons.list(page))),
    ...(await tagged('/v1/products', stripe.products.list({ ...page, active: true }))),
    ...(await tagged('/v1/prices', stripe.prices.list({ ...page, active: true }))),
    ...(await tagged('/v1/webhook_endpoints', stripe.webhookEndpoints.list(page))),
    ...(await tagged('/v1/promotion_codes', stripe.promotionCodes.list({ ...page, active: true }))),
  ];
}
