import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type Answered, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
let stopWorker: () => Promise<unknown>;

beforeAll(async () => {
  ingress = await startIngress();
  stopWorker = await startLedgerWorker(ingress);
  await ingress.call('PUT', '/v1/users/ana', { body: {} });
  await ingress.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } });
  const granted = await send('/v1/grants', 'opening', {
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

const send = (path: string, idempotencyKey: string, body: unknown, wait = 10): Promise<Answered> =>
  ingress.call('POST', path, { idempotencyKey, body, headers: { Prefer: `wait=${wait}` } });

const charge = (amount: string) => ({ wallet: 'user:ana', amount, product: 'render' });

const balance = async (wallet = 'user:ana'): Promise<string> =>
  (await ingress.call('GET', `/v1/wallets/${wallet}`)).body.balance;

describe('a command', () => {
  it('is accepted with its operation, whose outcome can be read until the end', async () => {
    const accepted = await ingress.call('POST', '/v1/charges', {
      idempotencyKey: 'simple',
      body: charge('1'),
    });
    expect(accepted.status).toBe(202);
    expect(accepted.body).toMatchObject({
      object: 'operation',
      type: 'charge',
      status: 'pending',
      result: null,
      error: null,
      progress: null,
      completed_at: null,
    });
    expect(accepted.body.id).toMatch(/^op_[0-7][0-9a-z]{25}$/);
    expect(accepted.headers.get('Location')).toBe(`/v1/operations/${accepted.body.id}`);
    await expect
      .poll(async () => (await ingress.call('GET', `/v1/operations/${accepted.body.id}`)).body)
      .toMatchObject({
        id: accepted.body.id,
        status: 'succeeded',
        result: { charge: { wallet: 'user:ana', amount: '1', owed: '0' } },
      });
  });

  it('needs a key of visible characters', async () => {
    const missing = await ingress.call('POST', '/v1/charges', { body: charge('1') });
    expect(missing).toMatchObject({ status: 400, body: { code: 'idempotency_key_missing' } });
    for (const key of ['a b', 'x'.repeat(256)]) {
      const bad = await ingress.call('POST', '/v1/charges', {
        idempotencyKey: key,
        body: charge('1'),
      });
      expect(bad).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    }
  });

  it('waits for its outcome when asked to', async () => {
    const answered = await send('/v1/charges', 'waiting', charge('2'));
    expect(answered.status).toBe(200);
    expect(answered.headers.get('Preference-Applied')).toBe('wait=10');
    expect(answered.body).toMatchObject({
      status: 'succeeded',
      result: { charge: { amount: '2' } },
    });
  });

  it('answers a refusal as a problem that names the operation, and keeps it', async () => {
    const transfer = { from: 'org:acme', to: 'user:ana', amount: '5' };
    const refused = await send('/v1/transfers', 'refused', transfer);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: 'insufficient_credits',
      required: '5',
      available: '0',
      operation: expect.stringMatching(/^op_/),
    });
    const again = await ingress.call('POST', '/v1/transfers', {
      idempotencyKey: 'refused',
      body: transfer,
    });
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({
      id: refused.body.operation,
      status: 'rejected',
      error: { code: 'insufficient_credits', status: 409 },
    });
    const listed = await ingress.call('GET', '/v1/operations?status=rejected');
    expect(listed.body.data.map((one: { id: string }) => one.id)).toContain(refused.body.operation);
  });
});

describe('the same key', () => {
  it('has one effect and one operation, however often and however spelt', async () => {
    const before = Number(await balance());
    const first = await send('/v1/charges', 'once', charge('3'));
    const spellings = [
      { key: 'once', body: charge('3.0') },
      { key: '"once"', body: charge('3') },
      { key: 'once', body: { product: 'render', amount: 3, wallet: 'user:ana' } },
    ];
    for (const { key, body } of spellings) {
      const again = await send('/v1/charges', key, body);
      expect(again.status).toBe(200);
      expect(again.headers.get('Idempotent-Replayed')).toBe('true');
      expect(again.body).toEqual(first.body);
    }
    expect(Number(await balance())).toBe(before - 3);
  });

  it('sent many times at once has one effect', async () => {
    const before = Number(await balance());
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => send('/v1/charges', 'burst', charge('4'))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(Number(await balance())).toBe(before - 4);
  });

  it.each([
    ['before it is applied', 0],
    ['after it is applied', 10],
  ])('for another request is refused %s', async (name, wait) => {
    const key = `reused ${name}`.replaceAll(' ', '-');
    await send('/v1/charges', key, charge('5'), wait);
    const others: [string, unknown][] = [
      ['/v1/charges', charge('6')],
      ['/v1/holds', { wallet: 'user:ana', amount: '5', product: 'render' }],
    ];
    for (const [path, body] of others) {
      const reused = await send(path, key, body);
      expect(reused).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    }
  });

  it('of another caller names another operation, which nobody else can see', async () => {
    const made = await ingress.call('POST', '/v1/api-keys', {
      body: { name: 'Farm', scopes: ['charges:write'] },
    });
    const { key } = made.body;
    const mine = await send('/v1/charges', 'shared', charge('7'));
    const theirs = await ingress.call('POST', '/v1/charges', {
      key,
      idempotencyKey: 'shared',
      body: charge('7'),
      headers: { Prefer: 'wait=10' },
    });
    expect(theirs.status).toBe(200);
    expect(theirs.body.id).not.toBe(mine.body.id);
    const look = (id: string) => ingress.call('GET', `/v1/operations/${id}`, { key });
    expect((await look(theirs.body.id)).status).toBe(200);
    expect((await look(mine.body.id)).status).toBe(404);
    expect((await ingress.call('GET', `/v1/operations/${theirs.body.id}`)).status).toBe(200);
  });
});

describe('an operation id', () => {
  it('that was never issued is 404', async () => {
    const { body } = await send('/v1/charges', 'forged', charge('1'));
    const flipped = body.id.slice(0, -1) + (body.id.endsWith('0') ? '1' : '0');
    for (const id of [flipped, 'op_00000000000000000000000000', 'garbage']) {
      expect((await ingress.call('GET', `/v1/operations/${id}`)).status).toBe(404);
    }
  });
});

describe('a preview', () => {
  it('tells what would happen and changes nothing', async () => {
    const before = await ingress.call('GET', '/v1/wallets/user:ana');
    const works = await ingress.call('POST', '/v1/charges', {
      body: { ...charge('8'), preview: true },
    });
    expect(works).toMatchObject({
      status: 200,
      body: {
        object: 'preview',
        would: 'succeed',
        result: { charge: { amount: '8' } },
        error: null,
      },
    });
    const refused = await ingress.call('POST', '/v1/transfers', {
      body: { from: 'org:acme', to: 'user:ana', amount: '9', preview: true },
    });
    expect(refused).toMatchObject({
      status: 200,
      body: { would: 'be_rejected', error: { code: 'insufficient_credits', required: '9' } },
    });
    const after = await ingress.call('GET', '/v1/wallets/user:ana');
    expect({ ...after.body, as_of: null }).toEqual({ ...before.body, as_of: null });
    expect(works.body.result.charge).not.toHaveProperty('transaction');
    expect(works.body.kept_until).toBeNull();
  });
});

describe('holds and reversals', () => {
  it('go through their life by the ids they were given', async () => {
    const before = Number(await balance());
    const held = await send('/v1/holds', 'hold', {
      wallet: 'user:ana',
      amount: '30',
      product: 'render',
    });
    const { id } = held.body.result.hold;
    const captured = await send(`/v1/holds/${id}/capture`, 'capture', { amount: '20' });
    expect(captured.body.result).toMatchObject({ hold: { captured: '20', status: 'captured' } });
    const released = await send(`/v1/holds/${id}/release`, 'release', {});
    expect(released).toMatchObject({ status: 409, body: { code: 'hold_not_open' } });
    const { transaction } = captured.body.result.charge;
    await send(`/v1/charges/${transaction}/reverse`, 'reverse', { reason: 'Wrong frame' });
    expect(Number(await balance())).toBe(before);
    const unknown = await send('/v1/holds/hold_nonsense/release', 'none', {});
    expect(unknown.status).toBe(404);
  });

  it('are extended and captured in parts, and shown to the product that placed them alone', async () => {
    const scopes = ['holds:write'];
    const [mine, theirs] = await Promise.all(
      ['Mine', 'Theirs'].map((name) =>
        ingress.call('POST', '/v1/api-keys', { body: { name, scopes } }),
      ),
    );
    const { key } = mine!.body;
    const call = (path: string, idempotencyKey: string, body: unknown) =>
      ingress.call('POST', path, { key, idempotencyKey, body, headers: { Prefer: 'wait=10' } });
    const placed = await call('/v1/holds', 'parts', {
      wallet: 'user:ana',
      amount: '6',
      product: 'render',
    });
    const { id } = placed.body.result.hold;
    const longer = await call(`/v1/holds/${id}/extend`, 'longer', {
      expires_in: 3_600,
      amount: '8',
    });
    expect(longer.body.result).toMatchObject({ added: '2', hold: { amount: '8', status: 'open' } });
    const part = await call(`/v1/holds/${id}/capture`, 'part', { amount: '5', final: false });
    const { transaction } = part.body.result.charge;
    const shown = await ingress.call('GET', `/v1/holds/${id}`, { key });
    expect(shown).toMatchObject({
      status: 200,
      body: { captured: '5', amount: '8', overdraft: '0' },
    });
    const list = await ingress.call('GET', '/v1/wallets/user:ana/transactions?limit=1');
    expect(list.body.data[0]).toMatchObject({ id: transaction, hold: id });
    const stranger = await ingress.call('GET', `/v1/holds/${id}`, { key: theirs!.body.key });
    expect(stranger.status).toBe(404);
    const ended = await call(`/v1/holds/${id}/capture`, 'nothing', { amount: '0' });
    expect(ended.body.result).toMatchObject({ charge: null, hold: { status: 'captured' } });
    const tooFar = await call('/v1/holds', 'far', {
      wallet: 'user:ana',
      amount: '1',
      product: 'render',
      expires_in: 86_401,
    });
    expect(tooFar.status).toBe(400);
  });
});

describe('a new member', () => {
  it('receives the default allocation once, by an operation that the answer names', async () => {
    await send('/v1/grants', 'pool', {
      wallet: 'org:acme',
      amount: '500',
      kind: 'promotional',
      reason: 'Pool',
    });
    await ingress.call('PATCH', '/v1/organizations/acme/settings', {
      body: { default_allocation: '50' },
    });
    await ingress.call('PUT', '/v1/users/bo', { body: {} });
    const admit = () =>
      ingress.call('PUT', '/v1/organizations/acme/members/bo', { body: { role: 'member' } });
    const admitted = await admit();
    expect(admitted).toMatchObject({
      status: 201,
      body: { role: 'member', status: 'active', operation: expect.stringMatching(/^op_/) },
    });
    const repeated = await admit();
    expect(repeated).toMatchObject({ status: 200, body: { operation: admitted.body.operation } });
    await expect
      .poll(
        async () => (await ingress.call('GET', `/v1/operations/${admitted.body.operation}`)).body,
      )
      .toMatchObject({ status: 'succeeded' });
    expect(await balance('user:bo')).toBe('50');
  });

  it('is removed by address alone, and again after coming back', async () => {
    const path = '/v1/organizations/acme/members/bo';
    const remove = (body?: unknown) =>
      ingress.call('DELETE', path, { headers: { Prefer: 'wait=10' }, body });
    const preview = await remove({ preview: true });
    expect(preview.body).toMatchObject({ object: 'preview', would: 'succeed' });
    const removed = await remove();
    expect(removed).toMatchObject({
      status: 200,
      body: { type: 'member_removal', result: { returned: { amount: '50' } } },
    });
    const repeated = await remove();
    expect(repeated.headers.get('Idempotent-Replayed')).toBe('true');
    expect(repeated.body.id).toBe(removed.body.id);
    await ingress.call('PUT', path, { body: { role: 'member' } });
    const again = await remove();
    expect(again.status).toBe(200);
    expect(again.body.id).not.toBe(removed.body.id);
  });
});
