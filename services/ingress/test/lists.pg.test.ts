import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
const CHARGES = 25;
const FORMULA = '=HYPERLINK("http://evil.test")';

beforeAll(async () => {
  ingress = await startIngress();
  await ingress.call('PUT', '/v1/users/ana', { body: {} });
  const stopWorker = await startLedgerWorker(ingress);
  const send = (path: string, idempotencyKey: string, body: unknown) =>
    ingress.call('POST', path, { idempotencyKey, body, headers: { Prefer: 'wait=10' } });
  await send('/v1/grants', 'g', {
    wallet: 'user:ana',
    amount: '100',
    kind: 'promotional',
    reason: 'Start',
  });
  for (let i = 0; i < CHARGES; i += 1) {
    await send('/v1/charges', `c${i}`, {
      wallet: 'user:ana',
      amount: '1',
      product: i % 2 === 0 ? 'even' : 'odd',
      description: i === 0 ? FORMULA : `Frame, "${i}"`,
    });
  }
  await stopWorker();
});
afterAll(() => ingress.stop());

const list = (query: string) => ingress.call('GET', `/v1/wallets/user:ana/transactions?${query}`);

describe('a list', () => {
  it('shows every row once, newest first, over its pages', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await list(`limit=10${cursor}`);
      seen.push(...body.data.map((row: { balance_after: string }) => row.balance_after));
      expect(body.has_more).toBe(body.next_cursor !== null);
      cursor = body.has_more ? `&cursor=${body.next_cursor}` : '';
    } while (cursor !== '');
    expect(seen).toEqual(Array.from({ length: CHARGES + 1 }, (_, i) => String(75 + i)));
  });

  it('filters, and its cursor holds for its own filters only', async () => {
    const even = await list('kind=charge&product=even&limit=5');
    expect(even.body.data.every((row: { product: string }) => row.product === 'even')).toBe(true);
    const stolen = await list(`kind=charge&product=odd&cursor=${even.body.next_cursor}`);
    expect(stolen).toMatchObject({ status: 400, body: { errors: [{ parameter: 'cursor' }] } });
    const next = await list(`kind=charge&product=even&limit=100&cursor=${even.body.next_cursor}`);
    expect(next.body.data).toHaveLength(13 - 5);
    const past = await list('to=2020-01-01T00:00:00Z');
    expect(past.body).toEqual({ data: [], has_more: false, next_cursor: null });
  });

  it('refuses limits and filters that make no sense', async () => {
    for (const query of [
      'limit=0',
      'limit=101',
      'limit=x',
      'kind=theft',
      'from=yesterday',
      'cursor=x',
    ]) {
      expect((await list(query)).status).toBe(400);
    }
  });

  it("shows a transaction in the contract's shape", async () => {
    const { body } = await list('limit=1');
    expect(body.data[0]).toMatchObject({
      id: expect.stringMatching(/^txn_/),
      kind: 'charge',
      wallet: 'user:ana',
      amount: '-1',
      balance_after: '75',
      owed_after: '0',
      counterparty: null,
      product: 'even',
      actor: 'key_operator',
      operation: expect.stringMatching(/^op_/),
      lots: [{ lot: expect.stringMatching(/^lot_/), kind: 'promotional', amount: '1' }],
    });
    const operation = await ingress.call('GET', `/v1/operations/${body.data[0].operation}`);
    expect(operation.body.result.charge.transaction).toBe(body.data[0].id);
  });

  it('of lots, holds and purchases answers alike', async () => {
    const lots = await ingress.call('GET', '/v1/wallets/user:ana/lots');
    expect(lots.body.data).toMatchObject([
      { kind: 'promotional', amount: '100', remaining: '75', state: 'live' },
    ]);
    const toSpend = await ingress.call('GET', '/v1/wallets/user:ana/lots?order=spending&limit=1');
    expect(toSpend.body).toMatchObject({
      data: [{ kind: 'promotional', remaining: '75', unit_cost: '0' }],
      has_more: false,
    });
    for (const name of ['holds', 'purchases']) {
      const { body } = await ingress.call('GET', `/v1/wallets/user:ana/${name}`);
      expect(body).toEqual({ data: [], has_more: false, next_cursor: null });
    }
  });
});

describe('the CSV', () => {
  it('has the rows and filters of the list, and no cell that a spreadsheet would run', async () => {
    const { headers, text } = await ingress.call(
      'GET',
      '/v1/wallets/user:ana/transactions.csv?kind=charge',
    );
    expect(headers.get('Content-Type')).toContain('text/csv');
    expect(headers.get('Content-Disposition')).toContain('transactions-user-ana.csv');
    const lines = text.trimEnd().split('\r\n');
    expect(lines[0]).toBe(
      'id,created_at,kind,wallet,amount,balance_after,owed_after,counterparty,product,description,actor,operation,message,reason',
    );
    expect(lines).toHaveLength(CHARGES + 1);
    expect(lines[1]).toMatch(
      /^txn_\w+,[^,]+Z,charge,user:ana,-1,75,0,,even,"Frame, ""24""",key_operator,op_/,
    );
    expect(lines.at(-1)).toContain(`"'=HYPERLINK(""http://evil.test"")"`);
    expect(text).not.toMatch(/(^|,)"?=/m);
  });
});
