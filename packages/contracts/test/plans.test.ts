import { describe, expect, it } from 'vitest';
import { AMOUNT_LIMIT, PlanBody, SubscriptionBody } from '../src/index.ts';

const plan = { name: 'Pro', credits: '100', price: { amount: 1_000, currency: 'usd' } };
const LARGEST = '99999999.999999';

describe('a plan', () => {
  it('with the largest quantity anybody may order is still an amount', () => {
    const quantity = 10_000;
    const { credits } = PlanBody.parse({ ...plan, credits: LARGEST });
    expect(SubscriptionBody.parse({ wallet: 'user:ana', plan: 'pro', quantity }).quantity).toBe(
      quantity,
    );
    expect(credits * BigInt(quantity)).toBeLessThan(AMOUNT_LIMIT);
    const more = { wallet: 'user:ana', plan: 'pro', quantity: quantity + 1 };
    expect(SubscriptionBody.safeParse(more).success).toBe(false);
  });

  it.each(['credits', 'rollover_cap', 'trial_credits'])('is refused beyond that (%s)', (field) => {
    const refused = PlanBody.safeParse({ ...plan, [field]: '100000000' });
    expect(refused.error?.issues).toMatchObject([
      {
        path: [field],
        message: 'must be less than 100000000 credits for one unit of a plan',
        params: { problem: 'invalid_amount' },
      },
    ]);
  });
});
