import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoundLedger } from '../../../test/harness/sound-ledger.ts';
import { startWholeSystem, type WholeSystem } from '../../../test/harness/whole-system.ts';
import { BursarRejection, createBursar, Credits, type Bursar } from '../src/node.ts';
import { ROUTES } from '../src/routes.ts';

let system: WholeSystem;
let bursar: Bursar;
beforeAll(async () => {
  system = await startWholeSystem({ backend: 'postgres' });
  bursar = createBursar({ url: system.url, key: system.operatorKey });
});
afterAll(async () => {
  await expectSoundLedger(system.database);
  await system.stop();
});

const as = (person: string): Bursar =>
  createBursar({ url: system.url, key: system.operatorKey, actAs: person });

let people = 0;
async function personWith(amount: string): Promise<string> {
  people += 1;
  const { wallet } = await bursar.users.put(`ana-${people}`, { name: 'Ana' });
  if (amount !== '0') {
    const grant = { wallet, amount, kind: 'promotional' as const, reason: 'Opening' };
    await bursar.grants.create(grant, { wait: true });
  }
  return wallet;
}

/** What this client leaves to others, each with its reason: the beginnings of addresses. */
const NOT_WRAPPED: readonly RegExp[] = [
  // Probes, documentation and Stripe's own door.
  /^GET \/(livez|readyz|problems\/\{code\})$/,
  /^POST \/webhooks\/stripe$/,
  // A stream that EventSource reads.
  /^GET \/v1\/wallets\/\{wallet\}\/events$/,
  // For people in front of a list: a file they keep.
  /^POST \/v1\/organizations\/\{org\}\/allocations\/csv$/,
  // For operators, who have the command line and the console.
  /^[A-Z]+ \/v1\/(reconciliations|reconciliation-cases|money-at-risk|queues|dead-letters|audits)(\/|$)/,
  // What operators look at and decide.
  /^POST \/v1\/purchases\/\{id\}\/review$/,
  /^GET \/v1\/attention$/,
  /^POST \/v1\/operations\/\{id\}\/replay$/,
  // About the cookie of a browser, which this client never has.
  /^GET \/v1\/session$/,
];

describe('the addresses', () => {
  it('of the server are all offered, or left out on purpose', async () => {
    const response = await fetch(`${system.url}/openapi.json`);
    const document = (await response.json()) as { paths: Record<string, Record<string, object>> };
    const served = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const offered: readonly string[] = Object.values(ROUTES);
    // A new address: give it a row in src/routes.ts and a method, or a reason above.
    const forgotten = served.filter(
      (address) => !offered.includes(address) && !NOT_WRAPPED.some((rule) => rule.test(address)),
    );
    expect(forgotten).toEqual([]);
    expect(offered.filter((address) => !served.includes(address))).toEqual([]);
  });
});

describe('a wallet', () => {
  it('is charged, previewed, given back to, and read', async () => {
    const wallet = await personWith('100');
    const charge = { wallet, amount: '12.5', product: 'render', metadata: { frame: '12' } };
    const preview = await bursar.charges.preview(charge);
    expect(preview).toMatchObject({ would: 'succeed', result: { charge: { amount: '12.5' } } });
    const { result } = await bursar.charges.create(charge, { wait: true });
    expect(result.charge).toMatchObject({ wallet, amount: '12.5', owed: '0' });
    const reversal = { amount: '2.5', reason: 'Half of it failed' };
    await bursar.charges.reverse(result.charge.transaction, reversal, { wait: true });
    const view = await bursar.wallets.get(wallet);
    expect(view).toMatchObject({ balance: '90', available: '90', version: 3 });
    expect(Credits.add(view.balance, '10')).toBe('100');
    const kinds = (await bursar.wallets.transactions(wallet).take(5)).map(({ kind }) => kind);
    expect(kinds).toEqual(['reversal', 'charge', 'grant']);
    expect(await bursar.wallets.lots(wallet).take(1)).toMatchObject([{ remaining: '90' }]);
  });

  it('refuses with the code of the ledger, and the error says that nothing moved', async () => {
    const wallet = await personWith('1');
    await bursar.wallets.update(wallet, { overdraft_limit: '0' });
    const charging = bursar.charges.create({ wallet, amount: '5', product: 'x' }, { wait: true });
    await expect(charging).rejects.toBeInstanceOf(BursarRejection);
    await expect(charging).rejects.toMatchObject({
      code: 'insufficient_credits',
      creditsMoved: false,
      problem: { required: '5', available: '1' },
    });
  });

  it('is charged once under one key, whoever sends it how often', async () => {
    const wallet = await personWith('10');
    const key = { idempotencyKey: `once-${wallet}` };
    const charge = { wallet, amount: '1', product: 'x' };
    const sent = await Promise.all(
      Array.from({ length: 5 }, () => bursar.charges.create(charge, { ...key, wait: true })),
    );
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect((await bursar.wallets.get(wallet)).balance).toBe('9');
    const [operation] = sent;
    expect(await bursar.operations.wait(operation?.id ?? '')).toMatchObject({
      status: 'succeeded',
    });
    await expect(bursar.charges.create({ ...charge, amount: '2' }, key)).rejects.toMatchObject({
      code: 'idempotency_key_reused',
      creditsMoved: false,
    });
  });

  it('is walked over page by page, and downloaded', async () => {
    const wallet = await personWith('0');
    const charges = Array.from({ length: 130 }, (_, index) =>
      bursar.charges.create({ wallet, amount: '1', product: `p${index % 2}` }, { wait: true }),
    );
    await Promise.all(charges);
    const ids = new Set<string>();
    for await (const { id } of bursar.wallets.transactions(wallet)) ids.add(id);
    expect(ids.size).toBe(130);
    expect(await bursar.wallets.transactions(wallet, { product: 'p1' }).take(100)).toHaveLength(65);
    const page = await bursar.wallets.transactions(wallet).page({ limit: 50 });
    expect(page).toMatchObject({ has_more: true, data: { length: 50 } });
    const csv = await new Response(await bursar.wallets.transactionsCsv(wallet)).text();
    expect(csv.trim().split('\r\n')).toHaveLength(131);
  });

  it('has its usage summed up, and each credit traced', async () => {
    const wallet = await personWith('10');
    const charge = { wallet, amount: '4', product: 'render' };
    const { result } = await bursar.charges.create(charge, { wait: true });
    const { transaction, lots } = result.charge;
    expect(await bursar.reports.usage(wallet, { group_by: 'product' })).toMatchObject({
      data: [{ key: 'render', net: '4', charges: 1 }],
    });
    expect(await bursar.reports.totals(wallet)).toMatchObject({
      change: '6',
      closing: { balance: '6' },
    });
    const lot = lots[0]?.lot ?? '';
    expect(await bursar.reports.lotOrigin(lot)).toMatchObject([{ lot, remaining: '6' }]);
    const uses = await bursar.reports.lotUses(lot).take(5);
    expect(uses.map((use) => use.transaction)).toContain(transaction);
    expect(await bursar.reports.transaction(transaction)).toMatchObject({ sides: [{ wallet }] });
    expect(await bursar.reports.transactionProvenance(transaction)).toMatchObject({
      taken: [{ lot, amount: '4' }],
    });
  });

  it('has budgets and prices', async () => {
    const wallet = await personWith('100');
    const id = `tokens-${people}`;
    const model = { type: 'per_unit' as const, rate: '0.5', per: 1_000 };
    await bursar.prices.put(id, { product: 'assistant', meter: 'tokens', model });
    expect(await bursar.prices.quote(id, '3000')).toMatchObject({ amount: '1.5', version: 1 });
    const { result } = await bursar.charges.create(
      { wallet, price: id, quantity: '3000' },
      { wait: true },
    );
    expect(result.charge.amount).toBe('1.5');
    expect((await bursar.prices.list()).map((price) => price.id)).toContain(id);
    expect((await bursar.catalog.get()).prices.map((price) => price.id)).toContain(id);

    const budget = await bursar.budgets.put(id, { wallet, limit: '2', period: 'day' });
    expect(budget).toMatchObject({ limit: '2', period: 'day' });
    const charging = bursar.charges.create({ wallet, amount: '3', product: 'x' }, { wait: true });
    await expect(charging).rejects.toMatchObject({ code: 'budget_exceeded' });
    expect(await bursar.budgets.list(wallet).take(2)).toMatchObject([{ id }]);
    expect(await bursar.budgets.get(id)).toMatchObject({ state: { spent: '0' } });
    await bursar.budgets.delete(id);
    await expect(bursar.budgets.get(id)).rejects.toMatchObject({ code: 'not_found' });
    await bursar.prices.retire(id);
  });
});

describe('an organization', () => {
  it('shares its credits with its members, and gets back what they leave', async () => {
    const org = await bursar.organizations.put('acme', { name: 'Acme' });
    const [ana, ben] = [await personWith('0'), await personWith('0')];
    const [anaId = '', benId = ''] = [ana, ben].map((wallet) => wallet.slice('user:'.length));
    const { members } = bursar.organizations;
    await members.put('acme', anaId, { role: 'owner' });
    await members.put('acme', benId, { role: 'member' });
    expect((await members.list('acme').take(9)).map(({ user }) => user).toSorted()).toEqual(
      [ana, ben].toSorted(),
    );
    const grant = { wallet: org.wallet, amount: '500', kind: 'promotional' as const, reason: 'x' };
    await bursar.grants.create(grant, { wait: true });

    const told: string[] = [];
    const { result } = await as(ana).allocations.create(
      { from: org.wallet, recipients: 'all', amount_per_recipient: '100' },
      { wait: true, onProgress: ({ done, total }) => told.push(`${done}/${total}`) },
    );
    expect(result.allocation).toMatchObject({ recipients: 2, total: '200' });
    expect(told.at(-1)).toBe('2/2');
    const transfer = { from: org.wallet, to: ben, amount: '10', message: 'For the trailer' };
    expect(await as(ana).transfers.preview(transfer)).toMatchObject({ would: 'succeed' });
    await as(ana).transfers.create(transfer, { wait: true });

    const asked = await as(ben).creditRequests.create(
      { organization: org.wallet, amount: '50', reason: 'More' },
      { wait: true },
    );
    const request = asked.result.credit_request.id;
    expect(await as(ana).creditRequests.list('acme').take(1)).toMatchObject([{ id: request }]);
    await as(ana).creditRequests.approve(request, { amount: '40' }, { wait: true });
    expect(await bursar.wallets.get(ben)).toMatchObject({ available: '150' });

    await members.suspend('acme', benId);
    expect(await bursar.wallets.get(ben)).toMatchObject({ available: '0', frozen: '150' });
    await members.reinstate('acme', benId);
    expect(await members.previewRemoval('acme', benId)).toMatchObject({
      result: { returned: { amount: '150' } },
    });
    const removed = await members.remove('acme', benId, { wait: true });
    expect(removed.result.returned.amount).toBe('150');
    expect((await bursar.organizations.get('acme')).members).toBe(1);
    const csv = await new Response(await bursar.organizations.transactionsCsv('acme')).text();
    expect(csv.trim().split('\r\n')).toHaveLength(7);
  });

  it('changes owners, and is deleted by what its preview says', async () => {
    const { wallet } = await bursar.organizations.put('gone', { name: 'Gone' });
    const [from, to] = [await personWith('0'), await personWith('0')];
    const [fromId = '', toId = ''] = [from, to].map((one) => one.slice('user:'.length));
    await bursar.organizations.members.put('gone', fromId, { role: 'owner' });
    await bursar.organizations.members.put('gone', toId, { role: 'member' });
    const handed = await bursar.organizations.transferOwnership('gone', { from, to });
    expect(handed).toMatchObject({ owner: { role: 'owner' }, previous: { role: 'admin' } });
    const grant = { wallet, amount: '9', kind: 'promotional' as const, reason: 'x' };
    await bursar.grants.create(grant, { wait: true });
    const { confirmation, blockers } = await as(to).organizations.deletion('gone');
    expect({ confirmation, blockers }).toEqual({
      confirmation: { confirm: 'Gone', forfeit: '9', end_subscriptions: false },
      blockers: [],
    });
    const deleted = await as(to).organizations.delete('gone', confirmation, { wait: true });
    expect(deleted.result.deletion).toMatchObject({ forfeited: '9', members: { count: 2 } });
    expect(await bursar.users.endSessions(fromId)).toEqual({ user: from, ended: 0 });
    expect(await bursar.users.previewDeletion(fromId)).toMatchObject({ deleted: false });
    expect(await bursar.users.delete(fromId)).toMatchObject({ deleted: true, blockers: [] });
  });

  it('buys credits at the catalog’s price', async () => {
    const wallet = await personWith('0');
    const { packs } = await bursar.catalog.get();
    const starter = packs.find(({ id }) => id === 'starter');
    const order = { wallet, pack: 'starter' as const };
    expect(await as(wallet).purchases.preview(order)).toMatchObject({
      result: { purchase: { total: starter?.price } },
    });
    const { result } = await as(wallet).purchases.create(order, { wait: true });
    expect(result.purchase).toMatchObject({ status: 'awaiting_payment', credits: '500' });
    expect(result.purchase.checkout_url).toMatch(/^http/);
    expect(await bursar.wallets.purchases(wallet).take(2)).toHaveLength(1);
  });
});

describe('an API key', () => {
  it('is made, changed, rotated and revoked', async () => {
    const wallet = await personWith('5');
    const made = await bursar.apiKeys.create({ name: 'Render', scopes: ['charges:write'] });
    const product = createBursar({ url: system.url, key: made.key });
    await product.charges.create({ wallet, amount: '1', product: 'x' }, { wait: true });
    await expect(product.wallets.get(wallet)).rejects.toMatchObject({ code: 'forbidden' });
    const changed = await bursar.apiKeys.change(made.id, { rate_limit: { writes: '100/1s' } });
    expect(changed).toMatchObject({ rate_limit: { writes: '100/1s' } });
    const [listed] = await bursar.apiKeys.list().take(1);
    expect(listed).toMatchObject({ id: made.id, organization: null, last_used_at: null });
    const rotated = await bursar.apiKeys.rotate(made.id);
    expect(rotated.id).toBe(made.id);
    expect(await bursar.apiKeys.revoke(made.id)).toBeNull();
    await expect(
      createBursar({ url: system.url, key: rotated.key }).wallets.get(wallet),
    ).rejects.toMatchObject({ code: 'unauthenticated', creditsMoved: false });
    const rejected = await bursar.operations.rejected().take(1);
    expect(rejected.map(({ status }) => status)).toEqual(['rejected']);
  });

  it('for a person lists their notices', async () => {
    const wallet = await personWith('5');
    expect(await as(wallet).notifications.list().take(5)).toBeInstanceOf(Array);
    expect(await as(wallet).notifications.markRead()).toBeTypeOf('number');
    expect(await bursar.users.get(wallet.slice('user:'.length))).toMatchObject({ wallet });
  });
});
