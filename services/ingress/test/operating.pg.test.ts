import { afterAll, beforeAll, expect, it } from 'vitest';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let running: RunningIngress;
beforeAll(async () => {
  running = await startIngress();
});
afterAll(() => running.stop());

it('shows operators every queue and the dead letters, whose job can be replayed or discarded', async () => {
  const { call, queues } = running;
  const listed = await call('GET', '/v1/queues');
  expect(listed.body.data).toContainEqual(
    expect.objectContaining({ name: 'ledger', active: 0, failed: 0, paused: false }),
  );
  await queues.enqueue('notify', { upTo: '1' } as never, { jobId: 'dying' }).catch(() => undefined);
  expect((await call('GET', '/v1/dead-letters')).body).toEqual({ data: [], has_more: false });
  expect((await call('GET', '/v1/dead-letters/nobody')).status).toBe(404);
  expect((await call('POST', '/v1/dead-letters/nobody/replay', { body: {} })).status).toBe(404);
  expect((await call('DELETE', '/v1/dead-letters/nobody')).status).toBe(404);
});

it('keeps queues and dead letters from people', async () => {
  const { call } = running;
  await call('PUT', '/v1/users/ana', { body: { email: 'ana@example.com', name: 'Ana' } });
  for (const path of ['/v1/queues', '/v1/dead-letters', '/v1/dead-letters/x']) {
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
