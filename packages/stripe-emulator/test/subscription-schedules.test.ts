import type { Stripe } from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refusalOf, startShop, type Shop } from './harness/start-shop.ts';
import { monthlyPrice, passPeriod, subscribe } from './harness/subscribe.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

/** A subscription that is to cost less from its next period on. */
async function toShrink() {
  const { subscription } = await subscribe(shop, await monthlyPrice(shop.stripe, 9000));
  const smaller = await monthlyPrice(shop.stripe, 3000);
  const created = await shop.stripe.subscriptionSchedules.create({
    from_subscription: subscription.id,
  });
  const [running] = created.phases;
  const schedule = await shop.stripe.subscriptionSchedules.update(created.id, {
    end_behavior: 'release',
    proration_behavior: 'none',
    phases: [
      {
        start_date: Number(running?.start_date),
        end_date: Number(running?.end_date),
        items: [{ price: String(subscription.items.data[0]?.price.id), quantity: 1 }],
      },
      {
        duration: { interval: 'month', interval_count: 1 },
        items: [{ price: smaller.id, quantity: 2 }],
        metadata: { plan: 'small' },
      },
    ],
  });
  return { subscription, smaller, schedule };
}

const read = (id: string) => shop.stripe.subscriptions.retrieve(id, { expand: ['schedule'] });

it('changes the price with the next period, bills nothing before, and lets go afterwards', async () => {
  const { subscription, smaller, schedule } = await toShrink();
  expect((await read(subscription.id)).schedule).toMatchObject({ id: schedule.id });
  await passPeriod(shop, subscription);
  const after = await read(subscription.id);
  expect(after.items.data[0]).toMatchObject({ price: { id: smaller.id }, quantity: 2 });
  expect(after.metadata).toMatchObject({ plan: 'small' });
  const { data } = await shop.stripe.invoices.list({ subscription: subscription.id });
  expect(data.map(({ total }) => total)).toEqual([6000, 9000]);
  await passPeriod(shop, after);
  expect((await read(subscription.id)).schedule).toBeNull();
  expect(await shop.stripe.subscriptionSchedules.retrieve(schedule.id)).toMatchObject({
    status: 'released',
  });
});

it('is planned anew from the phase that runs, past ones left out', async () => {
  const { subscription, smaller, schedule } = await toShrink();
  await passPeriod(shop, subscription);
  const { current_phase: phase } = await shop.stripe.subscriptionSchedules.retrieve(schedule.id);
  const tiny = await monthlyPrice(shop.stripe, 700);
  const runs = { items: [{ price: smaller.id, quantity: 2 }] };
  const ends = Number(phase?.end_date);
  const next = {
    duration: { interval: 'month' as const, interval_count: 1 },
    items: [{ price: tiny.id }],
  };
  const early = shop.stripe.subscriptionSchedules.update(schedule.id, {
    phases: [{ ...runs, start_date: Number(schedule.phases[0]?.start_date), end_date: ends }, next],
  });
  expect((await refusalOf(early)).message).toContain('start date');
  await shop.stripe.subscriptionSchedules.update(schedule.id, {
    phases: [{ ...runs, start_date: Number(phase?.start_date), end_date: ends }, next],
  });
  await passPeriod(shop, await read(subscription.id));
  expect((await read(subscription.id)).items.data[0]?.price.id).toBe(tiny.id);
  const { data } = await shop.stripe.invoices.list({ subscription: subscription.id });
  expect(data.map(({ total }) => total)).toEqual([700, 6000, 9000]);
});

it('keeps a discount in the phases that name it, and ends it where one does not', async () => {
  const price = await monthlyPrice(shop.stripe, 9000);
  const { subscription } = await subscribe(shop, price);
  const coupon = await shop.stripe.coupons.create({ percent_off: 50, duration: 'forever' });
  const { discounts } = await shop.stripe.subscriptions.update(subscription.id, {
    discounts: [{ coupon: coupon.id }],
  });
  const [discount = ''] = discounts.map((one) => (typeof one === 'string' ? one : one.id));
  const created = await shop.stripe.subscriptionSchedules.create({
    from_subscription: subscription.id,
  });
  const [running] = created.phases;
  expect(running?.discounts).toMatchObject([{ discount }]);
  const runs = {
    start_date: Number(running?.start_date),
    end_date: Number(running?.end_date),
    items: [{ price: price.id, quantity: 1 }],
  };
  const month = { interval: 'month' as const, interval_count: 1 };
  const later = { duration: month, items: [{ price: price.id, quantity: 1 }] };
  const given = { discounts: [{ discount }] };
  const plan = (phases: Stripe.SubscriptionScheduleUpdateParams.Phase[]) =>
    shop.stripe.subscriptionSchedules.update(created.id, { phases });
  const strange = plan([{ ...runs, discounts: [{ discount: 'di_none' }] }]);
  expect((await refusalOf(strange)).message).toContain('di_none');
  await plan([{ ...runs, ...given }, { ...later, ...given }, later]);
  await passPeriod(shop, await read(subscription.id));
  expect((await read(subscription.id)).discounts).toEqual([discount]);
  await passPeriod(shop, await read(subscription.id));
  expect((await read(subscription.id)).discounts).toEqual([]);
  const { data } = await shop.stripe.invoices.list({ subscription: subscription.id });
  expect(data.map(({ total }) => total)).toEqual([9000, 4500, 9000]);
});

it('changes nothing once it was released', async () => {
  const { subscription, schedule } = await toShrink();
  await shop.stripe.subscriptionSchedules.release(schedule.id);
  await passPeriod(shop, subscription);
  expect((await read(subscription.id)).items.data[0]?.price.unit_amount).toBe(9000);
  const again = shop.stripe.subscriptionSchedules.release(schedule.id);
  expect((await refusalOf(again)).message).toContain('released');
});

it('decides alone how its subscription ends, and ends with it', async () => {
  const { subscription, schedule } = await toShrink();
  const directly = shop.stripe.subscriptions.update(subscription.id, {
    cancel_at_period_end: true,
  });
  expect((await refusalOf(directly)).message).toContain(schedule.id);
  await shop.stripe.subscriptions.cancel(subscription.id);
  expect(await shop.stripe.subscriptionSchedules.retrieve(schedule.id)).toMatchObject({
    status: 'canceled',
  });
});
