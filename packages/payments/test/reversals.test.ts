import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newOrder, startShop, type Shop } from './harness/start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

interface Paid {
  intent: string;
  charge: string;
}

/** Fifty dollars, paid with the given test card. */
async function paid(card = '4242424242424242'): Promise<Paid> {
  const { session } = await shop.gateway.openCheckout(await newOrder(shop));
  const intent = String(await shop.pay(session, { card }));
  const { data } = await shop.stripe.charges.list({ payment_intent: intent });
  return { intent, charge: data[0]?.id ?? expect.fail('Nothing was charged.') };
}

const returned = (intent: string) => shop.gateway.refundedOf(intent);
const back = (refunded: number, disputed: number) => ({
  currency: 'usd',
  paid: 5_000,
  refunded,
  disputed,
});

describe('how much of a payment went back', () => {
  it('nothing, at first', async () => {
    expect(await returned((await paid()).intent)).toMatchObject(back(0, 0));
  });

  it('is the sum of its refunds', async () => {
    const { intent, charge } = await paid();
    await shop.control(`/charges/${charge}/refund`, { amount: 1_667 });
    expect(await returned(intent)).toMatchObject(back(1_667, 0));
    await shop.control(`/charges/${charge}/refund`, { amount: 1_667 });
    await shop.control(`/charges/${charge}/refund`, { amount: 1_666 });
    expect(await returned(intent)).toMatchObject(back(5_000, 0));
  });

  it('is found through every page of a long list', async () => {
    const { intent, charge } = await paid();
    for (let refund = 0; refund < 120; refund += 1) {
      await shop.control(`/charges/${charge}/refund`, { amount: 10 });
    }
    expect(await returned(intent)).toMatchObject(back(1_200, 0));
  });

  it('counts a refund that is under way, and forgets one that failed', async () => {
    const [slow, failing] = [await paid('4000000000007726'), await paid('4000000000005126')];
    for (const { intent, charge } of [slow, failing]) {
      await shop.control(`/charges/${charge}/refund`, { amount: 2_000 });
      expect(await returned(intent)).toMatchObject(back(2_000, 0));
    }
    await shop.control('/clock', { advance: 60 });
    expect(await returned(slow.intent)).toMatchObject(back(2_000, 0));
    expect(await returned(failing.intent)).toMatchObject(back(0, 0));
  });

  it('is the whole from the day a dispute is opened, and nothing once it is won', async () => {
    const { intent, charge } = await paid();
    await shop.control(`/charges/${charge}/dispute`);
    expect(await returned(intent)).toMatchObject(back(0, 5_000));
    await shop.control(`/charges/${charge}/dispute`, { outcome: 'won' });
    expect(await returned(intent)).toMatchObject(back(0, 0));
  });

  it('stays the whole when the dispute is lost', async () => {
    const { intent, charge } = await paid();
    await shop.control(`/charges/${charge}/dispute`, { outcome: 'lost' });
    expect(await returned(intent)).toMatchObject(back(0, 5_000));
  });

  it('payment case 51: is nothing for an inquiry, which moves no money', async () => {
    const { intent, charge } = await paid();
    await shop.control(`/charges/${charge}/dispute`, { kind: 'inquiry' });
    expect(await returned(intent)).toMatchObject(back(0, 0));
  });

  it('payment case 50: is what a part refund left, when the rest is disputed', async () => {
    const { intent, charge } = await paid();
    await shop.control(`/charges/${charge}/refund`, { amount: 2_000 });
    await shop.control(`/charges/${charge}/dispute`);
    expect(await returned(intent)).toMatchObject(back(2_000, 3_000));
  });

  it('payment case 49: counts a refund again after a dispute was won', async () => {
    const { intent, charge } = await paid();
    await shop.control(`/charges/${charge}/dispute`, { outcome: 'won' });
    await shop.control(`/charges/${charge}/refund`);
    expect(await returned(intent)).toMatchObject(back(5_000, 0));
  });
});

describe('the payment that an event is about', () => {
  it('is found from the charge, the refund and the dispute', async () => {
    const { intent, charge } = await paid();
    await shop.control(`/charges/${charge}/refund`, { amount: 100 });
    await shop.control(`/charges/${charge}/dispute`);
    const refund = (await shop.stripe.refunds.list({ charge })).data[0]?.id ?? '';
    const dispute = (await shop.stripe.disputes.list({ charge })).data[0]?.id ?? '';
    const paymentOf = (type: string, id: string) => shop.gateway.paymentIntentOf(type, id);
    expect(await paymentOf('charge.refunded', charge)).toBe(intent);
    expect(await paymentOf('refund.updated', refund)).toBe(intent);
    expect(await paymentOf('charge.refund.updated', refund)).toBe(intent);
    expect(await paymentOf('charge.dispute.closed', dispute)).toBe(intent);
  });

  it('is null for an object that this account does not have', async () => {
    expect(await shop.gateway.paymentIntentOf('refund.created', 're_of_nobody')).toBeNull();
  });

  it('is not asked for with other events', async () => {
    await expect(shop.gateway.paymentIntentOf('invoice.paid', 'in_1')).rejects.toThrow(
      /ask decideEvent first/,
    );
  });
});
