import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../harness/until.ts';
import { processesOf } from './processes-of.ts';
import {
  newDataFolder,
  paste,
  removeDataFolder,
  startBursar,
  untilAllGone,
  type Banner,
} from './start-bursar.ts';

const ROOT = join(import.meta.dirname, '../..');
const LIMIT_MS = 600_000;

/** Each test goes on where the one before left off, as somebody's first minutes with Bursar do. */
describe('the first minutes with npm start', () => {
  let dataDir: string;
  let first: Banner;
  let pasted: string;

  beforeAll(async () => {
    dataDir = await newDataFolder();
  });
  afterAll(() => removeDataFolder(dataDir), LIMIT_MS);

  test(
    'the printed line charges a wallet, and Ctrl-C ends everything cleanly',
    async () => {
      const bursar = startBursar(dataDir, {}, 'npm');
      first = await bursar.ready();
      const [line] = first.commands;
      const operation = await paste(line ?? '');
      expect(operation).toMatchObject({ type: 'charge', status: 'succeeded' });
      expect(operation.result.charge).toMatchObject({ wallet: 'user:ana', amount: '1.5' });
      pasted = operation.result.charge.transaction;
      expect(await paste(line ?? '', 'bash')).toMatchObject({ status: 'succeeded' });

      // The terminal reaches npm and the program, and npm passes the signal on once more.
      bursar.signal('SIGINT', 'group');
      expect(await bursar.ended).toBe(0);
      await untilAllGone(dataDir);
      expect(bursar.output()).not.toMatch(/\n\s+at |did not stop/);
      await expectFree(first.api.url);
    },
    LIMIT_MS,
  );

  test(
    'the next start finds the same key, wallets and payments, and does not repeat the demo',
    async () => {
      const bursar = startBursar(dataDir);
      const second = await bursar.ready();
      expect(second.key).toBe(first.key);
      const history = await second.api.get('/v1/wallets/user:ana/transactions?limit=100');
      expect(history.body.data.map(({ id }: { id: string }) => id)).toContain(pasted);
      await expectDemo(second, dataDir);

      const refused = startBursar(dataDir);
      expect(await refused.ended).toBe(1);
      expect(refused.output()).toContain(
        `Bursar already runs on ${dataDir} (process ${bursar.pid})`,
      );
      expect((await second.api.get('/readyz')).status).toBe(200);

      bursar.signal('SIGKILL');
      await bursar.ended;
      await untilAllGone(dataDir);
    },
    LIMIT_MS,
  );

  test(
    'a start right after kill -9 of everything has all the data, and SIGTERM ends it',
    async () => {
      const killed = startBursar(dataDir);
      const before = await (
        await killed.ready()
      ).api.run('/v1/grants', {
        wallet: 'user:dev',
        amount: '7',
        kind: 'adjustment',
        reason: 'Kept',
      });
      for (const { pid } of processesOf(dataDir)) killIfAlive(pid);
      await killed.ended;

      const bursar = startBursar(dataDir);
      const { api, key } = await bursar.ready();
      expect(key).toBe(first.key);
      const lots = await api.get('/v1/wallets/user:dev/lots');
      expect(lots.body.data.map(({ id }: { id: string }) => id)).toContain(before.lot.id);
      bursar.signal('SIGTERM');
      expect(await bursar.ended).toBe(0);
      await untilAllGone(dataDir);
    },
    LIMIT_MS,
  );

  test(
    'nothing outlives npm when npm is killed',
    async () => {
      const bursar = startBursar(dataDir, {}, 'npm');
      await bursar.ready();
      bursar.signal('SIGKILL');
      await bursar.ended;
      await untilAllGone(dataDir);
    },
    LIMIT_MS,
  );
});

/** Three months of purchases, allocations and usage, a past that the auditor believes, and a trickle that goes on. */
async function expectDemo({ api, emulatorUrl }: Banner, dataDir: string): Promise<void> {
  const lots = async (wallet: string): Promise<string[]> =>
    (await api.get(`/v1/wallets/${wallet}/lots`)).body.data.map(
      ({ kind }: { kind: string }) => kind,
    );
  expect([...new Set(await lots('org:acme'))].toSorted()).toEqual(['promotional', 'purchased']);
  expect(await lots('user:ana')).toEqual(expect.arrayContaining(['promotional', 'purchased']));
  expect(await lots('user:ben')).toEqual(expect.arrayContaining(['subscription']));
  expect(await lots('user:dev')).toEqual(expect.arrayContaining(['adjustment']));
  const plans = await api.get('/v1/plans');
  expect(plans.body.data.map(({ id }: { id: string }) => id).toSorted()).toEqual(['pro', 'team']);
  const requests = await api.get('/v1/organizations/acme/credit-requests');
  const decided = requests.body.data.map(({ status }: { status: string }) => status);
  expect(decided.toSorted()).toEqual(['approved', 'approved', 'pending', 'pending', 'rejected']);
  const purchases = await api.get('/v1/wallets/org:acme/purchases');
  const bought = purchases.body.data.map((one: { created_at: string }) =>
    Date.parse(one.created_at),
  );
  expect(Date.now() - Math.min(...bought)).toBeGreaterThan(85 * 86_400_000);
  const sessions = await fetch(`${emulatorUrl}/v1/checkout/sessions?limit=100`, {
    headers: { Authorization: 'Bearer sk_test_tests' },
  });
  const { data } = (await sessions.json()) as { data: { payment_status: string }[] };
  expect(data.filter(({ payment_status }) => payment_status === 'paid')).toHaveLength(6);
  await expectSound(dataDir);
  const [webhook] = (await api.get('/v1/webhooks?owner=org:acme')).body.data;
  await api.post(`/v1/webhooks/${webhook.id}/test`, {});
  await until('a webhook that arrives after another start, too', async () => {
    const { body } = await api.get(`/v1/webhooks/${webhook.id}/deliveries`);
    return body.data[0]?.status === 'delivered';
  });
  await until('the trickle of usage', async () => {
    for (const person of ['ana', 'ben', 'chloe', 'dev', 'emma']) {
      const { body } = await api.get(`/v1/wallets/user:${person}/transactions?kind=charge`);
      const said = body.data.map(({ description }: { description: string }) => description);
      if (said.includes('Example usage')) return true;
    }
    return false;
  });
}

/** As somebody does who runs `npm run audit` beside it. */
async function expectSound(dataDir: string): Promise<void> {
  const audit = ['services/cli/src/main.ts', 'audit'];
  const env = { PATH: process.env['PATH'], BURSAR_DATA_DIR: dataDir };
  const { stdout } = await promisify(execFile)(process.execPath, audit, { cwd: ROOT, env });
  expect(stdout).not.toMatch(/FAIL/);
}

/** What was listened on can be listened on again. */
async function expectFree(url: string): Promise<void> {
  const server = createServer().listen(Number(new URL(url).port), '127.0.0.1');
  await once(server, 'listening');
  server.close();
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // The first deaths take some of the others along.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
