import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BursarRejection, createBursar } from '../src/node.ts';
import {
  HANG_UP,
  startScriptedServer,
  type ScriptedServer,
  type Step,
} from './harness/scripted-server.ts';

const CHARGE = { wallet: 'user:ana', amount: '1', product: 'render' };
const ERROR = { type: 'x', title: 'x', status: 409, code: 'insufficient_credits', detail: 'No.' };

const operation = (status: string, extra: object = {}): Step => ({
  status: status === 'pending' ? 202 : 200,
  body: {
    id: 'op_1',
    object: 'operation',
    status,
    result: null,
    error: null,
    progress: null,
    ...extra,
  },
});
const DONE = operation('succeeded', { result: { charge: { amount: '1' } } });

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.seen.length = 0;
});
const client = (options: object = {}) =>
  createBursar({ url: server.url, key: 'bsk_test', timeoutMs: 20_000, ...options });

describe('a command that is waited for', () => {
  it('asks the server to wait, and resolves with the outcome', async () => {
    server.script(DONE);
    const { result } = await client().charges.create(CHARGE, { wait: true });
    expect(result.charge.amount).toBe('1');
    expect(server.seen[0]?.headers['prefer']).toBe('wait=25');
  });

  it('finds its outcome when the line is cut while it waits', async () => {
    server.script(HANG_UP, operation('pending'), HANG_UP, operation('pending'), DONE);
    const { status } = await client().charges.create(CHARGE, { wait: true });
    expect(status).toBe('succeeded');
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/charges',
      'POST /v1/charges',
      'GET /v1/operations/op_1',
      'GET /v1/operations/op_1',
      'GET /v1/operations/op_1',
    ]);
  });

  it('throws what the ledger refused, also when it learns it by asking', async () => {
    server.script(operation('pending'), operation('rejected', { error: ERROR }));
    const waiting = client().charges.create(CHARGE, { wait: true, idempotencyKey: 'k' });
    await expect(waiting).rejects.toThrow(BursarRejection);
    await expect(waiting).rejects.toMatchObject({
      code: 'insufficient_credits',
      operation: 'op_1',
      idempotencyKey: 'k',
      creditsMoved: false,
    });
  });

  it('says what is under way when the time is over', async () => {
    server.script(operation('pending'));
    const waiting = client().charges.create(CHARGE, { wait: true, deadlineMs: 400 });
    await expect(waiting).rejects.toMatchObject({
      code: 'still_pending',
      operation: 'op_1',
      creditsMoved: 'unknown',
    });
  });

  it('tells how far it is', async () => {
    server.script(
      operation('pending', { progress: { done: 0, total: 2 } }),
      operation('pending', { progress: { done: 1, total: 2 } }),
      operation('pending', { progress: { done: 1, total: 2 } }),
      operation('succeeded', { progress: { done: 2, total: 2 }, result: {} }),
    );
    const told: number[] = [];
    await client().allocations.create(
      { from: 'org:acme', recipients: 'all', amount_per_recipient: '1' },
      { wait: true, onProgress: ({ done }) => told.push(done) },
    );
    expect(told).toEqual([0, 1, 2]);
  });
});

describe('a command that is not waited for', () => {
  it('resolves with the operation as it is, even if that was rejected before', async () => {
    server.script(operation('rejected', { error: ERROR }));
    const seen = await client().charges.create(CHARGE);
    expect(seen).toMatchObject({ status: 'rejected', error: ERROR });
    expect(server.seen[0]?.headers['prefer']).toBeUndefined();
  });
});
