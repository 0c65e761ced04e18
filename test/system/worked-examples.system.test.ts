import { afterAll, beforeAll, expect, it } from 'vitest';
import { placeOrder } from '../harness/checkout-visitor.ts';
import { grant, newOrganization, newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

/** The worked examples of the ledger's rules, by their numbers, as a client sees them. */
describeOnBackends('the worked examples', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    // The examples' bought credits never expire.
    system = await startWholeSystem({ backend, settings: { CREDIT_EXPIRY_MONTHS: '0' } });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const charge = async (wallet: string, amount: string) =>
    (await system.api.run('/v1/charges', { wallet, amount, product: 'render' })).charge;
  const tryCharge = (wallet: string, amount: string, key?: string) =>
    system.api.post(
      '/v1/charges',
      { wallet, amount, product: 'render' },
      key === undefined ? {} : { key },
    );
  const buy = async (wallet: string, credits: string) => {
    const version = (await system.api.wallet(wallet)).version;
    const order = await placeOrder(system.api, { wallet, credits });
    await system.emulator.pay(order.session);
    await until('it is paid', async () => (await system.api.wallet(wallet)).version > version);
    return order;
  };
  const expectWallet = async (wallet: string, balance: string, owed = '0') =>
    expect(await system.api.wallet(wallet)).toMatchObject({ balance, owed });
  const lotOf = async (wallet: string, kind: string) => {
    const { body } = await system.api.get(`/v1/wallets/${wallet}/lots`);
    return body.data.find((lot: { kind: string }) => lot.kind === kind);
  };

  it('1 to 4: grant, purchase, debt, fractions and the overdraft', async () => {
    const ana = await newUser(system.api);
    await grant(system.api, ana, '100', { expires_at: inDays(30) });
    await buy(ana, '500');
    await expectWallet(ana, '600');
    expect((await charge(ana, '150')).lots).toMatchObject([
      { kind: 'promotional', amount: '100' },
      { kind: 'purchased', amount: '50' },
    ]);
    await expectWallet(ana, '450');

    expect(await charge(ana, '500')).toMatchObject({ owed: '50' });
    await expectWallet(ana, '0', '50');
    const order = await buy(ana, '500');
    await expectWallet(ana, '450');
    const { body } = await system.api.get(`/v1/wallets/${ana}/transactions`);
    expect(body.data[0]).toMatchObject({ kind: 'purchase', amount: '500', balance_after: '450' });
    const { body: lots } = await system.api.get(`/v1/wallets/${ana}/lots`);
    expect(lots.data.find((lot: { purchase: string }) => lot.purchase === order.id)).toMatchObject({
      amount: '450',
    });

    await charge(ana, '0.000001');
    await expectWallet(ana, '449.999999');
    expect(await tryCharge(ana, '0.0000001')).toMatchObject({
      status: 422,
      body: { code: 'invalid_amount' },
    });

    await system.api.patch(`/v1/wallets/${ana}`, { overdraft_limit: '10' });
    expect(await tryCharge(ana, '460')).toMatchObject({
      status: 409,
      body: { code: 'insufficient_credits', required: '460', available: '459.999999' },
    });
    expect(await charge(ana, '459.999999')).toMatchObject({ owed: '10' });
    await expectWallet(ana, '0', '10');
  });

  it('5: one key, fifty times at once', async () => {
    const ana = await newUser(system.api);
    await grant(system.api, ana, '100');
    const key = `example-5-${ana}`;
    const answers = await Promise.all(Array.from({ length: 50 }, () => tryCharge(ana, '7', key)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    await expectWallet(ana, '93');
    expect(await tryCharge(ana, '1', key)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    await expectWallet(ana, '93');
  });

  it('6: the burn order', async () => {
    const ana = await newUser(system.api);
    const bought = await buy(ana, '500');
    await charge(ana, '490');
    const c = await grant(system.api, ana, '10');
    const b = await grant(system.api, ana, '10', { priority: 10 });
    const a = await grant(system.api, ana, '10', { expires_at: inDays(1) });
    const { lots } = await charge(ana, '35');
    expect(lots.map(({ lot, amount }: { lot: string; amount: string }) => [lot, amount])).toEqual([
      [b.id, '10'],
      [a.id, '10'],
      [c.id, '10'],
      [(await lotOf(ana, 'purchased')).id, '5'],
    ]);
    expect(await lotOf(ana, 'purchased')).toMatchObject({ purchase: bought.id, remaining: '5' });
  });

  it('7: a hold, debt beside it, and a capture that frees the rest', async () => {
    const ana = await newUser(system.api);
    await grant(system.api, ana, '40');
    const { hold } = await system.api.run('/v1/holds', {
      wallet: ana,
      amount: '30',
      product: 'render',
    });
    expect(await system.api.wallet(ana)).toMatchObject({
      balance: '40',
      held: '30',
      available: '10',
    });
    expect(await charge(ana, '15')).toMatchObject({ owed: '5', lots: [{ amount: '10' }] });
    await system.api.run(`/v1/holds/${hold.id}/capture`, { amount: '20' });
    await expectWallet(ana, '5', '0');
  });

  it('9 and 10: an allocation to all, one that is too large, and a member who leaves', async () => {
    const { org, members } = await newOrganization(system.api, { members: 3, credits: '600' });
    const expires_at = inDays(90);
    await grant(system.api, org, '400', { expires_at });
    const allocate = (amount_per_recipient: string) =>
      system.api.post('/v1/allocations', { from: org, recipients: 'all', amount_per_recipient });
    expect((await allocate('300')).status).toBe(200);
    await expectWallet(org, '100');
    for (const member of members) {
      expect(await system.api.wallet(member)).toMatchObject({ by_kind: { allocated: '300' } });
    }
    expect(await allocate('34')).toMatchObject({
      status: 409,
      body: { code: 'insufficient_credits', required: '102', available: '100' },
    });
    for (const member of members) await expectWallet(member, '300');

    const [, leaver = ''] = members;
    await charge(leaver, '120');
    const left = await system.api.delete(
      `/v1/organizations/${org.slice(4)}/members/${leaver.slice(5)}`,
    );
    expect(left.body.result.returned).toMatchObject({ amount: '180' });
    await expectWallet(org, '280');
    await expectWallet(leaver, '0');
    const { body } = await system.api.get(`/v1/wallets/${org}/lots`);
    for (const lot of body.data) expect([expires_at, null]).toContain(lot.expires_at);
  });

  it('11: a request approved in part, and two admins at once', async () => {
    const { org, owner, members } = await newOrganization(system.api, {
      members: 3,
      credits: '1000',
    });
    const [, admin = '', member = ''] = members;
    await system.api.put(`/v1/organizations/${org.slice(4)}/members/${admin.slice(5)}`, {
      role: 'admin',
    });
    const { credit_request: asked } = await system.api.run(
      '/v1/credit-requests',
      { organization: org, amount: '500' },
      { actAs: member },
    );
    const approve = (actAs: string) =>
      system.api.post(`/v1/credit-requests/${asked.id}/approve`, { amount: '200' }, { actAs });
    const answers = await Promise.all([approve(owner), approve(admin)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('request_not_pending');
    expect(answers.find(({ status }) => status === 200)?.body.result).toMatchObject({
      transfer: { amount: '200' },
      credit_request: { status: 'approved', amount: '500', granted: '200' },
    });
    await expectWallet(member, '200');
    await expectWallet(org, '800');
  });

  it('12: a reversal unwinds in reverse', async () => {
    const ana = await newUser(system.api);
    const x = await grant(system.api, ana, '50', { expires_at: inDays(5) });
    const y = await grant(system.api, ana, '20', { expires_at: inDays(9) });
    const { transaction } = await charge(ana, '70');
    await system.api.run(`/v1/charges/${transaction}/reverse`, { amount: '30', reason: 'Half' });
    const { body } = await system.api.get(`/v1/wallets/${ana}/lots`);
    const remaining = new Map(
      body.data.map((lot: { id: string; remaining: string }) => [lot.id, lot.remaining]),
    );
    expect([remaining.get(x.id), remaining.get(y.id)]).toEqual(['10', '20']);
  });

  it('13: charges one after the other, of which one does not fit', async () => {
    const ana = await newUser(system.api);
    await grant(system.api, ana, '100');
    await system.api.patch(`/v1/wallets/${ana}`, { overdraft_limit: '0' });
    const answers = [];
    for (const amount of ['40', '40', '40', '20']) answers.push(await tryCharge(ana, amount));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 409, 200]);
    await expectWallet(ana, '0');
  });

  it('14: duplicate webhooks a millisecond apart make one lot', async () => {
    const ana = await newUser(system.api);
    await system.emulator.deliveries('duplicate');
    await buy(ana, '500');
    await untilQuiet(system);
    await system.emulator.deliveries('normal');
    await expectWallet(ana, '500');
    const { body } = await system.api.get(`/v1/wallets/${ana}/lots`);
    expect(body.data).toHaveLength(1);
  });
});
