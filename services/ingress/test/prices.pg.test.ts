import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type Answered, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
let stopWorker: () => Promise<unknown>;

beforeAll(async () => {
  ingress = await startIngress();
  stopWorker = await startLedgerWorker(ingress);
  await ingress.call('PUT', '/v1/users/ana', { body: {} });
  const granted = await send('/v1/grants', {
    wallet: 'user:ana',
    amount: '1000',
    kind: 'promotional',
    reason: 'Opening',
  });
  expect(granted.status).toBe(200);
});
afterAll(async () => {
  await stopWorker();
  await ingress.stop();
});

let keys = 0;
const send = (path: string, body: unknown, idempotencyKey?: string): Promise<Answered> => {
  keys += 1;
  return ingress.call('POST', path, {
    idempotencyKey: idempotencyKey ?? `key-${keys}`,
    body,
    headers: { Prefer: 'wait=10' },
  });
};

const tokens = (rate: string, rest: object = {}) => ({
  product: 'assistant',
  meter: 'tokens',
  model: { type: 'per_unit', rate, per: 1000 },
  ...rest,
});
const put = (id: string, body: unknown) => ingress.call('PUT', `/v1/prices/${id}`, { body });
const charge = (quantity: unknown, price = 'tokens') => ({ wallet: 'user:ana', price, quantity });

describe('the catalogue of prices', () => {
  it('keeps every version, and makes none when nothing changed', async () => {
    const first = await put('history', tokens('0.50', { minimum: '0.01' }));
    expect(first).toMatchObject({
      status: 201,
      body: {
        id: 'history',
        version: 1,
        model: { type: 'per_unit', rate: '0.5', per: 1000 },
        rounding: 'half_up',
        minimum: '0.01',
        event_type: null,
        retired_at: null,
      },
    });
    const same = await put('history', tokens('0.5', { minimum: '0.010' }));
    expect(same).toMatchObject({ status: 200, body: { version: 1 } });
    const changed = await put('history', tokens('0.6'));
    expect(changed).toMatchObject({ status: 200, body: { version: 2, minimum: null } });
    const shown = await ingress.call('GET', '/v1/prices/history');
    expect(shown.body).toMatchObject({
      version: 2,
      versions: [
        { version: 2, model: { rate: '0.6' } },
        { version: 1, model: { rate: '0.5' } },
      ],
    });
  });

  it('gives each of many writers at once a version of its own', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) => put('contested', tokens(`${at + 1}`))),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const shown = await ingress.call('GET', '/v1/prices/contested');
    expect(shown.body.versions.map((one: { version: number }) => one.version)).toEqual(
      Array.from({ length: 12 }, (_, at) => 12 - at),
    );
  });

  it('is listed and part of the catalog until a price is retired', async () => {
    await put('fleeting', tokens('1'));
    const idsAt = async (path: string, field: string) =>
      (await ingress.call('GET', path)).body[field].map((one: { id: string }) => one.id);
    expect(await idsAt('/v1/prices', 'data')).toContain('fleeting');
    expect(await idsAt('/v1/catalog', 'prices')).toContain('fleeting');
    const retire = () => ingress.call('DELETE', '/v1/prices/fleeting');
    expect((await retire()).status).toBe(204);
    expect((await retire()).status).toBe(404);
    expect(await idsAt('/v1/prices', 'data')).not.toContain('fleeting');
    expect(await idsAt('/v1/catalog', 'prices')).not.toContain('fleeting');
    expect((await ingress.call('GET', '/v1/prices/fleeting')).body.retired_at).not.toBeNull();
    expect(await put('fleeting', tokens('1'))).toMatchObject({
      status: 200,
      body: { version: 2, retired_at: null },
    });
  });

  it('has one price for a type of events', async () => {
    await put('typed', tokens('1', { event_type: 'ai.taken' }));
    const taken = await put('rival', tokens('1', { event_type: 'ai.taken' }));
    expect(taken).toMatchObject({ status: 409, body: { code: 'event_type_taken' } });
    await ingress.call('DELETE', '/v1/prices/typed');
    expect((await put('rival', tokens('1', { event_type: 'ai.taken' }))).status).toBe(201);
    expect((await put('typed', tokens('1', { event_type: 'ai.taken' }))).status).toBe(409);
  });

  it('is written by operators, and read by everybody', async () => {
    const { key } = (
      await ingress.call('POST', '/v1/api-keys', {
        body: { name: 'Product', scopes: ['charges:write'] },
      })
    ).body;
    const callers = [{ key }, { actAs: 'user:ana' }];
    for (const caller of callers) {
      const call = (method: string, body?: unknown) =>
        ingress.call(method, '/v1/prices/closed', { ...caller, body });
      expect((await call('PUT', tokens('1'))).status).toBe(403);
      expect((await call('DELETE')).status).toBe(403);
      expect((await ingress.call('GET', '/v1/prices', caller)).status).toBe(200);
    }
  });

  it('quotes what a quantity costs', async () => {
    await put('quoted', tokens('0.5'));
    const quote = (quantity: string) =>
      ingress.call('GET', `/v1/prices/quoted/quote?quantity=${quantity}`);
    expect(await quote('1500.0')).toMatchObject({
      status: 200,
      body: { price: 'quoted', version: 1, quantity: '1500', amount: '0.75' },
    });
    expect(await quote('0')).toMatchObject({ status: 422, body: { code: 'invalid_amount' } });
    expect(await quote('many')).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('a charge by price and quantity', () => {
  beforeAll(() => put('tokens', tokens('0.5')));

  it('is rated, takes its product from the price, and tells what it was made from', async () => {
    const charged = await send('/v1/charges', charge('1500'));
    const pricing = { price: 'tokens', version: 1, quantity: '1500' };
    expect(charged.body.result.charge).toMatchObject({ amount: '0.75', pricing });
    const { body } = await ingress.call('GET', '/v1/wallets/user:ana/transactions?limit=1');
    expect(body.data[0]).toMatchObject({ amount: '-0.75', product: 'assistant', pricing });
    const named = await send('/v1/charges', { ...charge('2'), product: 'other' });
    expect(named.status).toBe(200);
    const other = await ingress.call('GET', '/v1/wallets/user:ana/transactions?product=other');
    expect(other.body.data).toMatchObject([{ amount: '-0.001', pricing: { quantity: '2' } }]);
  });

  it('without a price tells that none was used', async () => {
    const plain = await send('/v1/charges', { wallet: 'user:ana', amount: '1', product: 'x' });
    expect(plain.body.result.charge).not.toHaveProperty('pricing');
    const { body } = await ingress.call('GET', '/v1/wallets/user:ana/transactions?limit=1');
    expect(body.data[0].pricing).toBeNull();
  });

  it('keeps its first price when it is repeated after a change, and after the price is gone', async () => {
    await put('moving', tokens('1'));
    const first = await send('/v1/charges', charge('3000', 'moving'), 'moving');
    expect(first.body.result.charge.amount).toBe('3');
    await put('moving', tokens('2'));
    const spelt = await send('/v1/charges', charge(3000, 'moving'), 'moving');
    expect(spelt.headers.get('Idempotent-Replayed')).toBe('true');
    expect(spelt.body).toEqual(first.body);
    await ingress.call('DELETE', '/v1/prices/moving');
    const retired = await send('/v1/charges', charge('3000', 'moving'), 'moving');
    expect(retired.body).toEqual(first.body);
    expect(await send('/v1/charges', charge('3000', 'moving'))).toMatchObject({
      status: 422,
      body: { code: 'price_not_found' },
    });
    expect(await send('/v1/charges', charge('3001', 'moving'), 'moving')).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
  });

  it('can be previewed', async () => {
    const { body } = await ingress.call('POST', '/v1/charges', {
      body: { ...charge('1500'), preview: true },
    });
    expect(body).toMatchObject({
      would: 'succeed',
      result: { charge: { amount: '0.75', pricing: { price: 'tokens', quantity: '1500' } } },
    });
  });

  it.each([
    ['nothing', charge('0'), 422, 'invalid_amount'],
    ['a fortune', charge('999999999999', 'dear'), 422, 'invalid_amount'],
    ['an unknown price', charge('1', 'unheard-of'), 422, 'price_not_found'],
    ['a price without a quantity', { wallet: 'user:ana', price: 'tokens' }, 400, 'invalid_request'],
    [
      'a quantity without a price',
      { wallet: 'user:ana', quantity: '1', product: 'x' },
      400,
      'invalid_request',
    ],
    ['an amount as well', { ...charge('1'), amount: '1' }, 400, 'invalid_request'],
    ['an amount without a product', { wallet: 'user:ana', amount: '1' }, 400, 'invalid_request'],
    ['a quantity that is none', charge('1e3'), 400, 'invalid_request'],
  ])('is refused for %s', async (_, body, status, code) => {
    await put('dear', tokens('999999999999'));
    expect(await send('/v1/charges', body)).toMatchObject({ status, body: { code } });
  });
});

describe('a hold by price and quantity', () => {
  it('freezes the version that its captures are rated by', async () => {
    await put('frozen', tokens('1'));
    const held = await send('/v1/holds', charge('30000', 'frozen'));
    const { hold } = held.body.result;
    expect(hold).toMatchObject({ amount: '30', pricing: { version: 1, quantity: '30000' } });
    await put('frozen', tokens('100'));
    await ingress.call('DELETE', '/v1/prices/frozen');
    const captured = await send(`/v1/holds/${hold.id}/capture`, { quantity: '20000.5' });
    expect(captured.body.result).toMatchObject({
      hold: { captured: '20.0005', status: 'captured' },
      charge: {
        amount: '20.0005',
        pricing: { price: 'frozen', version: 1, quantity: '20000.5' },
      },
    });
    const { body } = await ingress.call('GET', '/v1/wallets/user:ana/holds?limit=1');
    expect(body.data[0]).toMatchObject({ pricing: { version: 1, quantity: '30000' } });
  });

  it('takes an amount too; a hold by amount takes no quantity', async () => {
    await put('either', tokens('1'));
    const priced = (await send('/v1/holds', charge('5000', 'either'))).body.result.hold;
    const byAmount = await send(`/v1/holds/${priced.id}/capture`, { amount: '2' });
    expect(byAmount.body.result.charge).toMatchObject({ amount: '2' });
    expect(byAmount.body.result.charge).not.toHaveProperty('pricing');
    const plain = { wallet: 'user:ana', amount: '5', product: 'x' };
    const { id } = (await send('/v1/holds', plain)).body.result.hold;
    for (const body of [{ quantity: '1' }, { quantity: '1', amount: '1' }]) {
      expect(await send(`/v1/holds/${id}/capture`, body)).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
    }
    await send(`/v1/holds/${id}/release`, {});
  });

  it('captures beyond the hold by quantity only for those who may charge', async () => {
    await put('beyond', tokens('1'));
    const { key } = (
      await ingress.call('POST', '/v1/api-keys', {
        body: { name: 'Holds only', scopes: ['holds:write'] },
      })
    ).body;
    const sendAs = (path: string, body: unknown, idempotencyKey: string) =>
      ingress.call('POST', path, { key, idempotencyKey, body, headers: { Prefer: 'wait=10' } });
    const held = await sendAs('/v1/holds', charge('1000', 'beyond'), 'beyond-hold');
    const path = `/v1/holds/${held.body.result.hold.id}/capture`;
    expect((await sendAs(path, { quantity: '1001' }, 'beyond-1')).status).toBe(403);
    const kept = { quantity: '600', final: false };
    expect((await sendAs(path, kept, 'beyond-2')).status).toBe(200);
    // What is left now is less, and a repetition is the answer it had.
    expect(await sendAs(path, kept, 'beyond-2')).toMatchObject({ status: 200 });
    expect((await sendAs(path, { quantity: '401' }, 'beyond-3')).status).toBe(403);
    const [one, other] = await Promise.all(
      ['beyond-4', 'beyond-5'].map((name) => sendAs(path, { quantity: '400', final: false }, name)),
    );
    expect(new Set([one!.status, other!.status])).toEqual(new Set([200, 403]));
    const wallet = '/v1/wallets/user:ana/holds';
    const { id } = held.body.result.hold;
    const idsOf = async (query: string) => {
      const { body } = await ingress.call('GET', `${wallet}${query}`);
      return body.data.map((hold: { id: string }) => hold.id);
    };
    expect(await idsOf('?status=open')).toContain(id);
    expect(await idsOf('?status=captured')).not.toContain(id);
    await sendAs(path, { amount: '0' }, 'beyond-6');
    expect(await idsOf('?status=open')).not.toContain(id);
    expect(await idsOf('?status=captured')).toContain(id);
    expect((await ingress.call('GET', `${wallet}?status=lost`)).status).toBe(400);
  });
});
