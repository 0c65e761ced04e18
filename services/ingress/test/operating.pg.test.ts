import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let running: RunningIngress;
beforeAll(async () => {
  running = await startIngress();
});
afterAll(() => running.stop());

it('shows operators every queue with its jobs, and knows no dead letter that is none', async () => {
  const { call, queues } = running;
  await queues.enqueue('notify', { fact: '7' }, { jobId: 'waiting-notice' });
  const listed = await call('GET', '/v1/queues');
  expect(listed.body.data).toContainEqual(
    expect.objectContaining({ name: 'notices', waiting: 1, active: 0, failed: 0, paused: false }),
  );
  const jobs = await call('GET', '/v1/queues/notices/jobs?state=waiting');
  expect(jobs.body.data).toMatchObject([
    { id: 'waiting-notice', job: 'notify', attempts: 0, reason: null, payload: { fact: '7' } },
  ]);
  expect((await call('GET', '/v1/queues/notices/jobs?state=failed')).body.data).toEqual([]);
  expect((await call('GET', '/v1/queues/nothing/jobs?state=waiting')).status).toBe(404);
  expect((await call('GET', '/v1/dead-letters')).body).toEqual({ data: [], has_more: false });
  expect((await call('GET', '/v1/dead-letters/nobody')).status).toBe(404);
  expect((await call('POST', '/v1/dead-letters/nobody/replay', { body: {} })).status).toBe(404);
  expect((await call('DELETE', '/v1/dead-letters/nobody')).status).toBe(404);
});

it('takes an audit that is asked for, once until a worker begins it', async () => {
  const { call, queues } = running;
  const asked = await call('POST', '/v1/audits', { body: {} });
  expect(asked).toMatchObject({
    status: 201,
    body: { state: 'waiting', sound: null, checks: null },
  });
  const again = await call('POST', '/v1/audits', { body: {} });
  expect(again.body.id).toBe(asked.body.id);
  expect((await call('GET', `/v1/audits/${asked.body.id}`)).body).toEqual(asked.body);
  expect((await call('GET', '/v1/audits')).body.data).toEqual([asked.body]);
  const [tick] = (await queues.listJobs({ queue: 'schedules', state: 'waiting', limit: 5 })) ?? [];
  expect(tick?.payload).toEqual({ schedule: 'run-audits' });
});

it('lists what is under way, and charges again only what is kept for that', async () => {
  const { call } = running;
  const list = await call('GET', '/v1/operations?status=pending');
  expect(list.body).toEqual({ data: [], has_more: false, next_cursor: null });
  const charge = { wallet: 'user:nobody', amount: '1', product: 'render' };
  const accepted = await call('POST', '/v1/charges', { body: charge, idempotencyKey: 'kept-1' });
  const path = `/v1/operations/${accepted.body.id}/replay`;
  expect((await call('POST', path, { body: {} })).body.code).toBe('operation_not_kept');
  expect((await call('POST', '/v1/operations/op_x/replay', { body: {} })).status).toBe(404);
});

it('charges again what was refused until it succeeds, once, whoever asks', async () => {
  const { call } = running;
  const charge = { wallet: 'user:late', amount: '5', product: 'render' };
  const accepted = await call('POST', '/v1/charges', { body: charge, idempotencyKey: 'late-1' });
  let stopWorker = await startLedgerWorker(running);
  const path = `/v1/operations/${accepted.body.id}`;
  const prefer = { headers: { Prefer: 'wait=20' } };
  expect((await call('GET', path, prefer)).body).toMatchObject({ status: 'rejected' });
  await call('PUT', '/v1/users/late', { body: {} });
  await call('PATCH', '/v1/wallets/user:late', { body: { overdraft_limit: '0' } });

  const again = () => call('POST', `${path}/replay`, { body: {}, ...prefer });
  const refused = await again();
  expect(refused.body).toMatchObject({ code: 'insufficient_credits' });
  const first = await call('GET', `/v1/operations/${refused.body.operation}`);
  expect(first.body).toMatchObject({ type: 'charge', status: 'rejected' });

  const grant = { wallet: charge.wallet, amount: '12', kind: 'promotional', reason: 'Hi' };
  const given = { body: grant, idempotencyKey: 'late-2', ...prefer };
  expect((await call('POST', '/v1/grants', given)).status).toBe(200);
  await stopWorker();
  const waiting = await call('POST', `${path}/replay`, { body: {} });
  expect(waiting).toMatchObject({ status: 202, body: { status: 'pending' } });
  const location = String(waiting.headers.get('Location'));
  expect((await call('GET', location)).body).toMatchObject({ status: 'pending' });
  stopWorker = await startLedgerWorker(running);
  const answers = await Promise.all([again(), again(), again()]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect((await again()).body).toEqual(answers[0]?.body);
  expect((await call('GET', location)).body).toEqual(answers[0]?.body);
  expect((await call('GET', '/v1/wallets/user:late')).body).toMatchObject({ balance: '7' });
  await stopWorker();
});

it('keeps queues and dead letters from people', async () => {
  const { call } = running;
  await call('PUT', '/v1/users/ana', { body: { email: 'ana@example.com', name: 'Ana' } });
  for (const path of [
    '/v1/queues',
    '/v1/queues/ledger/jobs?state=waiting',
    '/v1/dead-letters',
    '/v1/dead-letters/x',
    '/v1/audits',
    '/v1/operations?status=pending',
  ]) {
    expect((await call('GET', path, { actAs: 'user:ana' })).status).toBe(403);
  }
});

it('marks notices as read for whoever they belong to', async () => {
  const { call } = running;
  const marked = await call('POST', '/v1/notifications/read', { actAs: 'user:ana', body: {} });
  expect(marked).toMatchObject({ status: 200, body: { marked: 0 } });
  const wrong = await call('POST', '/v1/notifications/read', {
    actAs: 'user:ana',
    body: { ids: ['txn_1'] },
  });
  expect(wrong.status).toBe(400);
  expect((await call('POST', '/v1/notifications/read', { body: {} })).status).toBe(403);
});
