import { randomUUID } from 'node:crypto';
import type { ChargeItem } from '@bursar/contracts';
import { applyCharges, inTransaction } from '@bursar/ledger/operations';
import { putUser, readWallet, setOverdraftLimit } from '@bursar/ledger/reads';
import { connectQueues, migrateQueues, queueSettings, type Queues } from '@bursar/queues';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { runCli } from './run-cli.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const chargeTo = (wallet: string): ChargeItem => ({
  key: randomUUID(),
  hash: randomUUID(),
  caller: 'key_test',
  actor: 'key_test',
  accepted_at: new Date().toISOString(),
  wallet,
  amount: '2500000',
  product: 'notebook',
  occurred_at: '2026-01-02T03:04:05.678Z',
});

describe('bursar on an installation', () => {
  let test: TestDatabase;
  let env: Record<string, string>;
  let queues: Queues;
  beforeAll(async () => {
    test = await createTestDatabase();
    env = { DATABASE_URL: test.url };
    await migrateQueues(test.url, 'bursar_queue');
    queues = await connectQueues(queueSettings({ databaseUrl: test.url }), log);
  });
  afterAll(async () => {
    await queues.close();
    await test.drop();
  });

  it('doctor finds nothing to mend', async () => {
    const run = await runCli(['doctor'], env);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toMatch(/ok +schema +is of this version/);
    expect(run.stdout).toMatch(/ok +queues +PostgreSQL answers/);
  });

  it('rejected keeps a charge until its wallet exists, and charges it exactly once then', async () => {
    const worker = test.connect('bursar_worker');
    const charge = chargeTo('user:late');
    await inTransaction(worker, (tx) => applyCharges(tx, [charge]));

    const listed = JSON.parse((await runCli(['rejected', 'list', '--json'], env)).stdout);
    expect(listed).toMatchObject([{ charge, walletExists: false }]);
    const early = await runCli(['rejected', 'replay', '--json'], env);
    expect(JSON.parse(early.stdout)).toEqual({ replayed: 0, waiting: 1 });

    await putUser(test.connect('bursar_ingress'), { id: 'late' });
    const replays = await Promise.all([1, 2].map(() => runCli(['rejected', 'replay'], env)));
    for (const run of replays) {
      expect(run).toMatchObject({ exitCode: 0, stdout: '1 charges are back in the queue.\n' });
    }
    const working = await queues.startWorker({
      isTransient: () => false,
      jobs: {
        'apply-charges': async (items) => {
          await inTransaction(worker, (tx) => applyCharges(tx, items));
          return items.map(() => ({ status: 'done' as const }));
        },
      },
    });
    const owedNow = async () =>
      (await readWallet(test.connect('bursar_ingress'), 'user:late'))?.owed;
    await vi.waitFor(async () => expect(await owedNow()).toBe(2_500_000n), 60_000);
    await working.close();

    expect((await runCli(['rejected', 'list'], env)).stdout).toBe(
      'No charge waits for a wallet.\n',
    );
    expect(await owedNow()).toBe(2_500_000n);
  });

  it('rejected offers a charge again whose replay was refused, under another key', async () => {
    const worker = test.connect('bursar_worker');
    const charge = chargeTo('user:later');
    await inTransaction(worker, (tx) => applyCharges(tx, [charge]));
    await putUser(test.connect('bursar_ingress'), { id: 'later' });
    await setOverdraftLimit(test.connect('bursar_ingress'), { wallet: charge.wallet, limit: 0n });
    const [first] = JSON.parse((await runCli(['rejected', 'list', '--json'], env)).stdout);
    await inTransaction(worker, (tx) => applyCharges(tx, [first.replay]));
    const [second] = JSON.parse((await runCli(['rejected', 'list', '--json'], env)).stdout);
    expect(second).toMatchObject({ charge, refusedAgain: 'insufficient_credits' });
    expect(second.replay.key).not.toBe(first.replay.key);
    expect((await runCli(['rejected', 'list'], env)).stdout).toContain('insufficient_credits');
    await setOverdraftLimit(test.connect('bursar_ingress'), { wallet: charge.wallet, limit: null });
    await inTransaction(worker, (tx) => applyCharges(tx, [second.replay, first.replay]));
    const empty = await runCli(['rejected', 'list'], env);
    expect(empty.stdout).toBe('No charge waits for a wallet.\n');
    const wallet = await readWallet(test.connect('bursar_ingress'), charge.wallet);
    expect(wallet?.owed).toBe(2_500_000n);
  });

  it('dead-letters lists, shows, replays and discards', async () => {
    await queues.enqueue('notify', { fact: '1' }, { jobId: 'fact-1' });
    const broken = await queues.startWorker({
      isTransient: () => false,
      jobs: { notify: () => Promise.reject(new TypeError('no template')) },
    });
    await vi.waitFor(
      async () => expect(await queues.listDeadLetters({ limit: 1 })).toHaveLength(1),
      10_000,
    );
    await broken.close();

    const listed = await runCli(['dead-letters', 'list'], env);
    expect(listed.stdout).toMatch(/fact-1 +notices +notify .*no template/);
    const doctor = await runCli(['doctor', '--quiet'], env);
    expect(doctor).toMatchObject({ exitCode: 1 });
    expect(doctor.stdout).toMatch(/FAULT +dead letters +1 wait for you +.*dead-letters list/);
    const shown = await runCli(['dead-letters', 'show', 'fact-1', '--json'], env);
    expect(JSON.parse(shown.stdout)).toMatchObject({ jobId: 'fact-1', payload: { fact: '1' } });

    expect(await runCli(['dead-letters', 'discard', 'fact-1'], env)).toMatchObject({ exitCode: 2 });
    expect((await runCli(['dead-letters', 'discard', 'fact-1', '--yes'], env)).exitCode).toBe(0);
    const gone = await runCli(['dead-letters', 'replay', 'fact-1'], env);
    expect(gone).toMatchObject({ exitCode: 1, stdout: '' });
    expect(gone.stderr).toBe(
      'There is no dead letter fact-1; bursar dead-letters list shows those there are.\n',
    );
  });

  it('refuses what it does not understand with exit code 2', async () => {
    expect((await runCli(['balance'], env)).exitCode).toBe(2);
    const run = await runCli(['dead-letters', 'list', '--limit', 'many'], env);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/whole number from 1 to 1000/);
  });
});
