import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let running: RunningIngress;
let stopWorker: () => Promise<unknown>;

beforeAll(async () => {
  running = await startIngress();
  stopWorker = await startLedgerWorker(running);
  for (const id of ['ana', 'bo', 'cy']) await running.call('PUT', `/v1/users/${id}`, { body: {} });
  await running.call('PUT', '/v1/organizations/acme', { actAs: 'user:bo', body: { name: 'Acme' } });
  for (const user of ['ana', 'cy']) {
    const path = `/v1/organizations/acme/members/${user}`;
    await running.call('PUT', path, { body: { role: 'member' } });
  }
  await grant('org:acme', '100');
  await command('/v1/transfers', { from: 'org:acme', to: 'user:ana', amount: '40' });
  await command('/v1/transfers', { from: 'user:ana', to: 'org:acme', amount: '15' });
  await command('/v1/charges', { wallet: 'user:ana', amount: '10', product: 'ide' });
});
afterAll(async () => {
  await stopWorker();
  await running.stop();
});

let keys = 0;
async function command(path: string, body: object) {
  const idempotencyKey = `history-${(keys += 1)}`;
  const headers = { Prefer: 'wait=20' };
  const answered = await running.call('POST', path, { body, idempotencyKey, headers });
  expect(answered.status, answered.text).toBe(200);
  return answered.body.result;
}
const grant = (wallet: string, amount: string) =>
  command('/v1/grants', { wallet, amount, kind: 'promotional', reason: 'Test' });
const get = (path: string, actAs?: string) =>
  running.call('GET', path, actAs === undefined ? {} : { actAs });
const wallets = (links: { wallet: string }[]) => links.map((link) => link.wallet);

describe('provenance', () => {
  test('of a lot shows its origin and what became of it', async () => {
    const [lot] = (await get('/v1/wallets/user:ana/lots')).body.data;
    const { body } = await get(`/v1/lots/${lot.id}/provenance?limit=1`, 'user:ana');
    expect(wallets(body.origin)).toEqual(['user:ana', 'org:acme']);
    expect(body.origin[1]).toMatchObject({ remaining: null, transaction_kind: 'grant' });
    expect(body).toMatchObject({ has_more: true, data: [{ kind: 'transfer', amount: '-15' }] });
    const next = await get(`/v1/lots/${lot.id}/provenance?limit=1&cursor=${body.next_cursor}`);
    expect(next.body).toMatchObject({
      has_more: false,
      data: [{ kind: 'charge', product: 'ide' }],
    });
  });

  test('of a transaction shows both ways, and people no further than their own business', async () => {
    const rows = (await get('/v1/wallets/org:acme/transactions')).body.data;
    const granted = rows.find((row: { kind: string }) => row.kind === 'grant');
    const path = `/v1/transactions/${granted.id}/provenance`;
    const all = (await get(path)).body;
    expect(wallets(all.results)).toEqual(['org:acme', 'user:ana', 'org:acme']);
    expect(all).toMatchObject({ taken: [], origin: [], truncated: false });
    const seen = (await get(path, 'user:bo')).body;
    expect(seen.results.map((link: { remaining: string | null }) => link.remaining)).toEqual([
      '60',
      null,
      '15',
    ]);
    expect((await get(path, 'user:ana')).status).toBe(404);
    const [charge] = (await get('/v1/wallets/user:ana/transactions?kind=charge')).body.data;
    const back = (await get(`/v1/transactions/${charge.id}/provenance`, 'user:ana')).body;
    expect(back.taken).toMatchObject([{ amount: '10' }]);
    expect(wallets(back.origin)).toEqual(['user:ana', 'org:acme']);
  });

  test('of somebody else looks like nothing', async () => {
    const [lot] = (await get('/v1/wallets/user:ana/lots')).body.data;
    expect((await get(`/v1/lots/${lot.id}/provenance`, 'user:cy')).status).toBe(404);
    expect((await get('/v1/lots/lot_01h455vb4pex5vsknk084sn02q/provenance')).status).toBe(404);
    expect((await get('/v1/transactions/txn_01h455vb4pex5vsknk084sn02q/provenance')).status).toBe(
      404,
    );
    expect((await get('/v1/lots/nonsense/provenance')).status).toBe(404);
  });
});

describe('reports', () => {
  test('of a product that nobody can have are refused', async () => {
    expect((await get('/v1/usage?wallet=user:ana&product=a%00b')).status).toBe(400);
  });

  test('totals tie to the wallet', async () => {
    const { body } = await get('/v1/wallets/user:ana/totals', 'user:ana');
    expect(body).toMatchObject({
      opening: { balance: '0', owed: '0' },
      closing: { balance: '15', owed: '0' },
      change: '15',
      kinds: [
        { kind: 'charge', count: 1, amount: '-10' },
        { kind: 'transfer', count: 2, amount: '25' },
      ],
    });
  });

  test('usage is grouped, bounded in time, and closed to others', async () => {
    const { body } = await get('/v1/usage?wallet=user:ana&group_by=product', 'user:ana');
    expect(body).toMatchObject({
      data: [{ key: 'ide', charged: '10', returned: '0', net: '10', charges: 1 }],
      total: { net: '10' },
      truncated: false,
    });
    expect((await get('/v1/usage?wallet=user:ana', 'user:cy')).status).toBe(404);
    expect((await get('/v1/usage?wallet=user:nobody')).body.code).toBe('wallet_not_found');
    const long = await get('/v1/usage?wallet=user:ana&from=2020-01-01T00:00:00Z');
    expect([long.status, long.body.errors[0].parameter]).toEqual([400, 'from']);
    expect((await get('/v1/usage')).status).toBe(400);
  });
});

/** Bytes that are still in use once everything that is not has been collected. */
function usedAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('The collector cannot be called.');
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test(
  'a CSV of 100,000 rows passes through flat memory, every row once',
  { timeout: 180_000 },
  async () => {
    const ROWS = 100_000;
    await running.call('PUT', '/v1/organizations/big', { body: { name: 'Big' } });
    await running.database.db`
    with wallet as (update bursar.wallets set version = ${ROWS} where owner = 'org:big' returning id)
    insert into bursar.transactions (wallet_id, version, id, kind, amount, balance_after, owed_after, actor, description, occurred_at, created_at)
    select w.id, n, uuidv7(), 'adjustment', 1, n, 0, 'system:test', repeat('x', 200), now(), now()
    from wallet w, generate_series(1, ${ROWS}::integer) n`;
    await running.database.db`analyze bursar.transactions`;
    const response = await fetch(`${running.url}/v1/organizations/big/transactions.csv`, {
      headers: { Authorization: 'Bearer operator-key-of-the-settings' },
    });
    let [lines, bytes, marks] = [0, 0, 0];
    const used: number[] = [];
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) lines += 1;
      if (lines * 5 < ROWS * marks) continue;
      marks += 1;
      used.push(usedAfterCollection());
    }
    expect(lines).toBe(ROWS + 1);
    expect(bytes).toBeGreaterThan(25_000_000);
    // Holding on to the rows would be 20 MB more at the end than after a fifth of them.
    expect(((used.at(-1) ?? 0) - (used[1] ?? 0)) / 2 ** 20).toBeLessThan(10);
  },
);
