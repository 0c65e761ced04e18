import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { grant, newUser } from '../harness/people.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { atStripe, settled } from '../harness/subscriber.ts';
import { newToppedUpWallet } from '../harness/topped-up-wallet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

/** Longer than a debit takes here, and short enough that pages opened afterwards are still open. */
const BANK_SECONDS = 200;
const TERMS = {
  enabled: true,
  threshold: '20',
  amount: '1000',
  monthly_cap: { amount: 100_000, currency: 'usd' },
  consent: true,
};

describe('a top-up that is paid late', { timeout: 150_000 }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres' });
  });
  afterEach(() => system.emulator.clearFaults());
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const balance = async (wallet: string) => (await system.api.wallet(wallet)).balance;
  const watched = async (wallet: string) =>
    (await system.api.get(`/v1/wallets/${wallet}/auto-top-up`)).body;
  const parked = async (wallet: string) => {
    const { data } = (await system.api.get('/v1/attention')).body;
    return data.filter(
      ({ kind, detail }: { kind: string; detail: string }) =>
        kind === 'payment_in_review' && detail.includes(wallet),
    );
  };
  const attemptOf = async (wallet: string): Promise<{ id: string; status: string }> => {
    const [row] = await system.database.db<{ id: string; status: string }[]>`
      select a.id, a.status from bursar.top_up_attempts a join bursar.wallets w on w.id = a.wallet_id
      where w.owner = ${wallet} order by a.id desc limit 1`;
    if (row === undefined) throw new Error(`${wallet} was never topped up.`);
    return row;
  };

  /** Somebody with 5 credits left, whose bank is asked for a thousand more and will answer like this. */
  async function debited(bank: 'succeeds' | 'fails'): Promise<string> {
    const wallet = await newUser(system.api);
    await grant(system.api, wallet, '500');
    const order = { wallet, pack: 'starter', save_card: true };
    const { purchase } = await system.api.run('/v1/purchases', order, { actAs: wallet });
    const session = /cs_\w+/.exec(String(purchase.checkout_url))?.[0] ?? '';
    await atStripe(system, `/_emu/checkout/sessions/${session}/complete`, { bank_debit: bank });
    await system.emulator.advance(BANK_SECONDS);
    await until('the first debit is over', async () => {
      const { status } = (await system.api.get(`/v1/purchases/${purchase.id}`)).body;
      return status === (bank === 'succeeds' ? 'paid' : 'failed');
    });
    await settled(system);
    const path = `/v1/wallets/${wallet}/auto-top-up`;
    const agreed = await system.api.put(path, TERMS, { actAs: wallet });
    expect(agreed.body).toMatchObject({
      state: 'watching',
      payment_method: { brand: 'us_bank_account' },
    });
    const amount = String(Number(await balance(wallet)) - 5);
    await system.api.run('/v1/charges', { wallet, amount, product: 'render' });
    await until('a debit is on its way', async () => {
      return (await attemptOf(wallet)).status === 'processing';
    });
    return wallet;
  }

  it('by bank debit brings its credits when the money comes, once, and is not tried twice meanwhile', async () => {
    const wallet = await debited('succeeds');
    expect(await balance(wallet)).toBe('5');
    await system.api.run('/v1/charges', { wallet, amount: '1', product: 'render' });
    await system.queues.enqueue('top-up', { attempt: (await attemptOf(wallet)).id });
    await settled(system);
    expect(await watched(wallet)).toMatchObject({ attempts: [{ status: 'processing' }] });
    await system.emulator.advance(BANK_SECONDS);
    await until('it is bought', async () => (await balance(wallet)) === '1004');
    await settled(system);
    expect(await watched(wallet)).toMatchObject({
      state: 'watching',
      attempts: [{ status: 'succeeded' }],
    });
  });

  it('by bank debit that comes back brings nothing, waits, and tells its owner', async () => {
    const wallet = await debited('fails');
    await system.emulator.advance(BANK_SECONDS);
    await until('it is declined', async () => (await attemptOf(wallet)).status === 'declined');
    await settled(system);
    expect(await balance(wallet)).toBe('5');
    expect(await watched(wallet)).toMatchObject({
      declines: 1,
      attempts: [{ status: 'declined', decline: { kind: 'soft' } }],
    });
    const told = (await system.api.get('/v1/notifications', { actAs: wallet })).body.data;
    expect(told.map(({ kind }: { kind: string }) => kind)).toContain('topup-declined');
  });

  it('keeps its wallet from being deleted while the money is on its way', async () => {
    const wallet = await debited('succeeds');
    await system.api.run('/v1/charges', { wallet, amount: '5', product: 'render' });
    const path = `/v1/users/${wallet.slice('user:'.length)}`;
    const refused = await system.api.delete(path, { end_subscriptions: true });
    expect(refused.body).toMatchObject({ code: 'account_not_settled' });
    expect(refused.body.detail).toContain('purchases await payment');
    await system.emulator.advance(BANK_SECONDS);
    await until('it is bought', async () => (await balance(wallet)) === '1000');
  });

  it('after its wallet was deleted is parked before an operator, until one says that the money went back', async () => {
    const ana = await newToppedUpWallet(system);
    for (let nth = 1; nth <= 40; nth += 1) {
      await system.emulator.fault('POST /v1/payment_intents', 'reset-before', nth);
    }
    await ana.spend('50');
    await until('nobody knows', async () => (await attemptOf(ana.wallet)).status === 'unknown');
    const { id: attempt } = await attemptOf(ana.wallet);
    await system.database.db`
      update bursar.top_up_attempts set started_at = started_at - interval '26 hours' where id = ${attempt}::uuid`;
    await system.emulator.clearFaults();
    await until(
      'Stripe has no payment of it',
      async () => (await attemptOf(ana.wallet)).status === 'failed',
      90_000,
    );
    const [{ customer } = { customer: '' }] = await system.database.db<{ customer: string }[]>`
      select a.customer from bursar.top_up_attempts a where a.id = ${attempt}::uuid`;
    const path = `/v1/users/${ana.wallet.slice('user:'.length)}`;
    const deleted = await system.api.delete(path, {});
    expect(deleted.body).toMatchObject({ deleted: true });
    await settled(system);
    const late = await atStripe(system, '/v1/payment_intents', {
      amount: '1000',
      currency: 'usd',
      customer,
      payment_method: 'pm_card_visa',
      confirm: 'true',
      off_session: 'true',
      'automatic_payment_methods[enabled]': 'true',
      'automatic_payment_methods[allow_redirects]': 'never',
      'metadata[kind]': 'auto_topup',
      'metadata[attempt]': attempt,
      'metadata[wallet]': ana.wallet,
    });
    await until('it is parked', async () => (await parked(ana.wallet)).length === 1);
    expect(await parked(ana.wallet)).toMatchObject([
      { detail: expect.stringContaining('closed'), remedy: expect.stringContaining('refund') },
    ]);
    await system.emulator.refund(late.latest_charge);
    const [{ subject } = { subject: '' }] = await parked(ana.wallet);
    const dismissal = { decision: 'dismiss', reason: 'Its money went back.' };
    const decided = await system.api.post(`/v1/purchases/${subject}/review`, dismissal);
    expect(decided.body).toMatchObject({ status: 'failed', credits: '1000' });
    for (const { event, event_type: type } of await system.emulator.delivered()) {
      if (type === 'payment_intent.succeeded') await system.emulator.resend(event);
    }
    await settled(system);
    expect(await parked(ana.wallet)).toEqual([]);
    expect(await balance(ana.wallet)).toBe('0');
  });
});
