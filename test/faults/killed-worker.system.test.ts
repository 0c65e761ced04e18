import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  createRedis,
  redisMissing,
  type LocalRedis,
} from '../../packages/queues/test/harness/local-redis.ts';
import { holdLock, untilBlocked } from '../harness/held-lock.ts';
import { expectEachChargedOnce, newCharges, sendCharge } from '../harness/many-charges.ts';
import { newOrganization, newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

describeOnBackends('a worker that is killed', (backend) => {
  let system: WholeSystem;
  let redis: LocalRedis | undefined;
  beforeAll(async () => {
    // Only a server of our own can be stopped for a while.
    if (backend === 'redis' && redisMissing() === undefined) {
      redis = await createRedis();
      await redis.start();
    }
    system = await startWholeSystem({
      backend,
      worker: 'none',
      ...(redis && { redisUrl: redis.url }),
    });
  });
  afterEach(async () => {
    await system.killWorker('SIGKILL');
    await expectSoundLedger(system.database);
  });
  afterAll(async () => {
    await system.stop();
    await redis?.remove();
  });

  const threeWallets = () => Promise.all([1, 2, 3].map(() => newUser(system.api)));
  const lockWallet = (wallet: string) =>
    holdLock(
      system.database.db,
      `select 1 from bursar.wallets where owner = '${wallet}' for no key update`,
    );

  it('in the middle of a batch loses nothing and repeats nothing', async () => {
    const wallets = await threeWallets();
    const lock = await lockWallet(wallets[0] ?? '');
    await system.startWorker('process');
    const charges = newCharges(wallets, 60);
    const accepted = await Promise.all(charges.map((charge) => sendCharge(system.api, charge)));
    expect(new Set(accepted.map((answered) => answered?.status))).toEqual(new Set([202]));
    await untilBlocked(system.database.db, 'bursar-worker');
    await system.killWorker('SIGKILL');
    await lock.release();
    await system.startWorker('process');
    await expectEachChargedOnce(system, charges);
  });

  it('between the commit and the acknowledgement repeats nothing', async () => {
    const wallets = await threeWallets();
    const lock = await lockWallet(wallets[0] ?? '');
    await system.startWorker('process');
    const charges = newCharges(wallets.slice(0, 1), 20);
    await Promise.all(charges.map((charge) => sendCharge(system.api, charge)));
    await untilBlocked(system.database.db, 'bursar-worker');
    // The queue stops answering, the ledger goes on: the batch commits and nobody hears of it.
    const queue = await stopQueue();
    await lock.release();
    await until('the batch has committed', async () => {
      const rows = await system.database.db`
        select 1 from bursar.wallets where owner = ${wallets[0] ?? ''} and version > 0`;
      return rows.length > 0;
    });
    await system.killWorker('SIGKILL');
    await queue.goOn();
    await system.startWorker('process');
    await expectEachChargedOnce(system, charges);
  });

  it('again and again while charges arrive still charges each of them once', async () => {
    const wallets = await threeWallets();
    const charges = newCharges(wallets, 150);
    for (let round = 0; round < 3; round += 1) {
      await system.startWorker('process');
      const part = charges.slice(round * 50, (round + 1) * 50);
      await Promise.all(part.map((charge) => sendCharge(system.api, charge)));
      await system.killWorker('SIGKILL');
    }
    await system.startWorker('process');
    await expectEachChargedOnce(system, charges);
  });

  it('in the middle of an allocation leaves it to be finished', async () => {
    const { org, members } = await newWorkingOrganization();
    const lock = await lockWallet(members.at(-1) ?? '');
    await system.startWorker('process');
    const accepted = await system.api.post(
      '/v1/allocations',
      { from: org, recipients: 'all', amount_per_recipient: '10' },
      { wait: null },
    );
    expect(accepted.status).toBe(202);
    await untilBlocked(system.database.db, 'bursar-worker');
    await system.killWorker('SIGKILL');
    await lock.release();
    await system.startWorker('process');
    const done = await until('the allocation is done', async () => {
      const { body } = await system.api.get(`/v1/operations/${accepted.body.id}`);
      return body.status === 'succeeded' && body;
    });
    expect(done.result.allocation).toMatchObject({ recipients: 12, total: '120' });
    for (const member of members) {
      expect(await system.api.wallet(member)).toMatchObject({ balance: '10', version: 1 });
    }
    expect(await system.api.wallet(org)).toMatchObject({ balance: '80' });
  });

  async function newWorkingOrganization() {
    await system.startWorker('process');
    const made = await newOrganization(system.api, { members: 12, credits: '200' });
    await system.killWorker('SIGTERM');
    return made;
  }

  /** The queue keeps its connections and answers nothing. */
  async function stopQueue(): Promise<{ goOn(): Promise<void> }> {
    if (backend === 'postgres') {
      const lock = await holdLock(system.database.db, 'lock table bullmq.job in exclusive mode');
      return { goOn: () => lock.release() };
    }
    redis?.signal('SIGSTOP');
    return { goOn: async () => redis?.signal('SIGCONT') };
  }
});
