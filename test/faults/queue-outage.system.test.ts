import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedis, redisMissing } from '../../packages/queues/test/harness/local-redis.ts';
import { startCrashingPostgres, type CrashingPostgres } from '../harness/crashing-postgres.ts';
import { visit } from '../harness/checkout-visitor.ts';
import {
  acceptAll,
  expectEachChargedOnce,
  newCharges,
  sendCharge,
} from '../harness/many-charges.ts';
import { newUser } from '../harness/people.ts';
import { didNotRun } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

/** Something that goes away at once, and comes back with what it had promised to keep. */
interface Crashing {
  crash(): Promise<void>;
  comeBack(): Promise<void>;
}

describe('PostgreSQL crashes under the ledger and the queues', () => {
  let server: CrashingPostgres;
  let system: WholeSystem;
  beforeAll(async () => {
    server = await startCrashingPostgres();
    system = await startWholeSystem({
      backend: 'postgres',
      database: server.database,
      ingress: 'supervised',
      worker: 'none',
    });
  });
  afterAll(async () => {
    await expectSoundLedger(server.database);
    await system.stop();
    await server.remove();
  });
  outage(() => ({ system, part: server, readable: false }));
});

const missing = redisMissing();
if (missing !== undefined) didNotRun('Redis crashes under the queues', missing);
else {
  describe('Redis crashes under the queues', () => {
    let system: WholeSystem;
    let redis: Awaited<ReturnType<typeof createRedis>>;
    beforeAll(async () => {
      redis = await createRedis();
      await redis.start();
      system = await startWholeSystem({ backend: 'redis', redisUrl: redis.url, worker: 'none' });
    });
    afterAll(async () => {
      await expectSoundLedger(system.database);
      await system.stop();
      await redis.remove();
    });
    outage(() => ({
      system,
      part: { crash: () => redis.stop(), comeBack: () => redis.start() },
      readable: true,
    }));
  });
}

function outage(scene: () => { system: WholeSystem; part: Crashing; readable: boolean }): void {
  let working = false;
  const startWorker = async (system: WholeSystem): Promise<void> => {
    if (!working) await system.startWorker('supervised');
    working = true;
  };
  const isReady = async ({ api }: WholeSystem) =>
    (await api.get('/readyz', { apiKey: null })).status === 200;

  it('what was accepted survives, what is not accepted says so, and all heals by itself', async () => {
    const { system, part, readable } = scene();
    const wallets = [await newUser(system.api), await newUser(system.api)];
    const [kept, refused] = [newCharges(wallets, 40), newCharges(wallets, 5)];
    const accepted = await Promise.all(kept.map((charge) => sendCharge(system.api, charge)));
    expect(new Set(accepted.map((answered) => answered?.status))).toEqual(new Set([202]));

    await part.crash();
    const answers = await Promise.all(refused.map((charge) => sendCharge(system.api, charge)));
    for (const answered of answers) {
      expect(answered).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(answered?.headers.get('Retry-After')).toMatch(/^\d+$/);
    }
    expect(await isReady(system)).toBe(false);
    expect((await system.api.get('/livez', { apiKey: null })).status).toBe(200);
    const read = await system.api.get(`/v1/wallets/${wallets[0]}`);
    expect(read.status).toBe(readable ? 200 : 503);

    await part.comeBack();
    await until('the ingress is ready again', () => isReady(system));
    await acceptAll(system.api, refused);
    await startWorker(system);
    await expectEachChargedOnce(system, [...kept, ...refused]);
  });

  it('a worker that was busy goes on by itself', async () => {
    const { system, part } = scene();
    await startWorker(system);
    const wallets = [await newUser(system.api), await newUser(system.api)];
    const [before, after] = [newCharges(wallets, 60), newCharges(wallets, 20)];
    await acceptAll(system.api, before.slice(0, 10));
    const sending = before.slice(10).map((charge) => sendCharge(system.api, charge));
    await part.crash();
    await Promise.all(sending);
    await part.comeBack();
    await acceptAll(system.api, [...before, ...after]);
    await expectEachChargedOnce(system, [...before, ...after]);
  });

  it('an order placed before it can still be paid after it', async () => {
    const { system, part, readable } = scene();
    await startWorker(system);
    const wallet = await newUser(system.api);
    const key = `order-${wallet}`;
    const order = () => system.api.post('/v1/purchases', { wallet, pack: 'starter' }, { key });
    const placed = await until('the order is placed', async () => {
      const answered = await order();
      return answered.status === 200 && answered;
    });
    await part.crash();
    const { checkout_url } = placed.body.result.purchase;
    const session = /cs_\w+$/.exec(String(checkout_url))?.[0] ?? '';
    const back = await visit(`${system.url}/checkout/return?session_id=${session}`);
    expect(back.status).toBe(readable ? 200 : 503);
    if (readable) expect(back.text).toContain('being confirmed');
    await part.comeBack();
    const again = await until('the order is known', async () => {
      const answered = await order();
      return answered.status === 200 && answered;
    });
    expect(again.body.result.purchase).toMatchObject({ checkout_url });
    await system.emulator.pay(session);
    // Where the ingress still looked for its queue, Stripe was turned away and calls again later.
    await until('it is paid', async () => {
      await system.emulator.advance(60);
      return (await system.api.wallet(wallet)).balance === '500';
    });
  });
}
