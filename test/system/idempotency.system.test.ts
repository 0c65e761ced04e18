import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grant, newOrganization, newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import type { SystemApi } from '../harness/system-api.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const ids = (answers: { body: { id?: string; operation?: string } }[]) =>
  new Set(answers.map(({ body }) => body.id ?? body.operation));

describeOnBackends('the same request again', (backend) => {
  let system: WholeSystem;
  let replica: SystemApi;
  beforeAll(async () => {
    system = await startWholeSystem({ backend });
    replica = await system.startReplica();
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const charge = (wallet: string, amount: string) => ({ wallet, amount, product: 'render' });

  it('fifty at once, over two replicas, have one effect and agree', async () => {
    const ana = await newUser(system.api);
    await grant(system.api, ana, '100');
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? system.api : replica).post('/v1/charges', charge(ana, '3'), { key }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const fresh = answers.filter(({ headers }) => !headers.has('Idempotent-Replayed'));
    expect(fresh.length).toBeLessThanOrEqual(2);
    expect(await system.api.wallet(ana)).toMatchObject({ balance: '97', version: 2 });
  });

  it('fifty refusals at once are one refusal', async () => {
    const { org, members } = await newOrganization(system.api, { members: 1, credits: '1' });
    const key = randomUUID();
    const transfer = { from: org, to: members[0], amount: '5' };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => system.api.post('/v1/transfers', transfer, { key })),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.code}`))).toEqual(
      new Set(['409 insufficient_credits']),
    );
    expect(ids(answers).size).toBe(1);
    // The refusal stays, even when the credits are there now.
    await grant(system.api, org, '100');
    expect((await system.api.post('/v1/transfers', transfer, { key })).status).toBe(409);
    expect(await system.api.wallet(org)).toMatchObject({ balance: '101' });
  });

  it('fifty purchases at once are one order with one page to pay on', async () => {
    const ana = await newUser(system.api);
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        system.api.post('/v1/purchases', { wallet: ana, pack: 'starter' }, { key }),
      ),
    );
    const urls = answers.map(({ body }) => body.result?.purchase.checkout_url);
    expect(new Set(urls).size).toBe(1);
    const { body } = await system.api.get(`/v1/wallets/${ana}/purchases`);
    expect(body.data).toHaveLength(1);
  });

  describe('with another body is refused and moves nothing', () => {
    it('after the first was applied, on either replica', async () => {
      const ana = await newUser(system.api);
      const key = randomUUID();
      await system.api.post('/v1/charges', charge(ana, '5'), { key });
      for (const api of [system.api, replica]) {
        for (const wait of [null, 20]) {
          expect(await api.post('/v1/charges', charge(ana, '1'), { key, wait })).toMatchObject({
            status: 422,
            body: { code: 'idempotency_key_reused' },
          });
        }
      }
      expect(await system.api.wallet(ana)).toMatchObject({ owed: '5', version: 1 });
    });

    it('while the first is in flight, on the replica that took it', async () => {
      const ana = await newUser(system.api);
      await whilePaused(system, async () => {
        const key = randomUUID();
        const first = await system.api.post('/v1/charges', charge(ana, '5'), { key, wait: null });
        expect(first.status).toBe(202);
        expect(
          await system.api.post('/v1/charges', charge(ana, '1'), { key, wait: null }),
        ).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
        const again = await system.api.post('/v1/charges', charge(ana, '5'), { key, wait: null });
        expect(again.headers.get('Idempotent-Replayed')).toBe('true');
      });
      await until('the charge is applied', async () => (await system.api.wallet(ana)).owed === '5');
    });

    it('while the first is in flight, on another replica, for who waits', async () => {
      const ana = await newUser(system.api);
      const key = randomUUID();
      const { first, other } = await whilePaused(system, async () => ({
        first: await system.api.post('/v1/charges', charge(ana, '5'), { key, wait: null }),
        other: replica.post('/v1/charges', charge(ana, '1'), { key }),
      }));
      expect(first.status).toBe(202);
      const [applied, refused] = [
        await system.api.post('/v1/charges', charge(ana, '5'), { key }),
        await other,
      ];
      // Whichever reached the ledger first has the key; the other one moved nothing.
      expect(new Set([applied.status, refused.status])).toEqual(new Set([200, 422]));
      const owed = applied.status === 200 ? '5' : '1';
      expect(await system.api.wallet(ana)).toMatchObject({ owed, version: 1 });
    });

    it('when it is another command altogether', async () => {
      const ana = await newUser(system.api);
      const key = randomUUID();
      await system.api.post('/v1/charges', charge(ana, '5'), { key });
      const hold = await system.api.post('/v1/holds', charge(ana, '5'), { key });
      expect(hold).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    });
  });

  it('every replica names it alike, and knows it before the ledger does', async () => {
    const ana = await newUser(system.api);
    const key = randomUUID();
    await whilePaused(system, async () => {
      const here = await system.api.post('/v1/charges', charge(ana, '1'), { key, wait: null });
      const seen = await replica.get(`/v1/operations/${here.body.id}`);
      expect(seen).toMatchObject({ status: 200, body: { id: here.body.id, status: 'pending' } });
      const there = await replica.post('/v1/charges', charge(ana, '1'), { key, wait: null });
      expect(there).toMatchObject({ status: 202, body: { id: here.body.id } });
    });
    await until('it is applied', async () => (await system.api.wallet(ana)).owed === '1');
    const again = await replica.post('/v1/charges', charge(ana, '1'), { key });
    expect(again.headers.get('Idempotent-Replayed')).toBe('true');
    expect(await system.api.wallet(ana)).toMatchObject({ owed: '1', version: 1 });
  });

  it('needs a key in the first place', async () => {
    const ana = await newUser(system.api);
    for (const path of ['/v1/charges', '/v1/holds']) {
      expect(await system.api.post(path, charge(ana, '1'), { key: null })).toMatchObject({
        status: 400,
        body: { code: 'idempotency_key_missing' },
      });
    }
  });

  it('is nobody else’s: operations of others and of nobody are 404', async () => {
    const [ana, bo] = [await newUser(system.api), await newUser(system.api)];
    const bought = await system.api.post(
      '/v1/purchases',
      { wallet: ana, pack: 'starter' },
      { actAs: ana },
    );
    const path = `/v1/operations/${bought.body.id}`;
    expect((await system.api.get(path, { actAs: ana })).status).toBe(200);
    for (const options of [{ actAs: bo }, { apiKey: await productKey(system.api) }]) {
      expect(await system.api.get(path, options)).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
    }
    const flipped = path.slice(0, -1) + (path.endsWith('0') ? '1' : '0');
    for (const never of [flipped, '/v1/operations/op_00000000000000000000000000']) {
      expect((await system.api.get(never)).status).toBe(404);
    }
  });
});

/** Accepts everything and applies nothing meanwhile. */
async function whilePaused<Value>(system: WholeSystem, work: () => Promise<Value>): Promise<Value> {
  const shards = Array.from(
    { length: system.queues.chargeShards },
    (_, shard) => `charges-${shard}`,
  );
  for (const shard of shards) await system.queues.pause(shard);
  try {
    return await work();
  } finally {
    for (const shard of shards) await system.queues.resume(shard);
  }
}

async function productKey(api: SystemApi): Promise<string> {
  const made = await api.post('/v1/api-keys', { name: 'Farm', scopes: ['charges:write'] });
  return made.body.key;
}
