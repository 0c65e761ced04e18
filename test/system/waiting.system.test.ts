import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import type { SystemApi } from '../harness/system-api.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

describeOnBackends('waiting on two replicas', (backend) => {
  let system: WholeSystem;
  let replica: SystemApi;
  beforeAll(async () => {
    system = await startWholeSystem({ backend, worker: 'none' });
    replica = await system.startReplica();
  });
  afterAll(() => system.stop());

  const wait = { headers: { Prefer: 'wait=20' } };

  it('answers everybody as soon as the outcome commits, wherever they asked', async () => {
    const wallet = await newUser(system.api);
    const key = randomUUID();
    const charge = { wallet, amount: '3', product: 'render' };
    const send = (api: SystemApi, seconds: number | null) =>
      api.post('/v1/charges', charge, { key, wait: seconds });
    const accepted = await send(system.api, null);
    expect(accepted.status).toBe(202);
    const path = `/v1/operations/${accepted.body.id}`;

    let answered = 0;
    const waiting = [
      send(system.api, 20),
      send(replica, 20),
      system.api.get(path, wait),
      replica.get(path, wait),
    ].map((one) => one.finally(() => (answered += 1)));
    expect((await replica.get(path)).body.status).toBe('pending');
    expect(answered).toBe(0);
    await system.startWorker();
    const answers = await Promise.all(waiting);
    for (const { status, body, headers } of answers) {
      expect(status).toBe(200);
      expect(body).toEqual(answers[0]?.body);
      expect(body.status).toBe('succeeded');
      expect(headers.get('Preference-Applied')).toBe('wait=20');
    }
    expect((await system.api.wallet(wallet)).owed).toBe('3');
  });

  it('does not wait for what is final, and does not let strangers wait', async () => {
    const wallet = await newUser(system.api);
    const done = await system.api.post('/v1/charges', { wallet, amount: '1', product: 'render' });
    const path = `/v1/operations/${done.body.id}`;
    const startedMs = performance.now();
    expect((await replica.get(path, wait)).body).toEqual(done.body);
    expect((await replica.get(path, { ...wait, actAs: wallet })).status).toBe(404);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it('gives a poll up when its time is over', async () => {
    const wallet = await newUser(system.api);
    await Promise.all(['charges-0', 'charges-1'].map((queue) => system.queues.pause(queue)));
    try {
      const body = { wallet, amount: '1', product: 'render' };
      const pending = await system.api.post('/v1/charges', body, { wait: null });
      const poll = await replica.get(`/v1/operations/${pending.body.id}`, {
        headers: { Prefer: 'wait=1' },
      });
      expect(poll).toMatchObject({ status: 200, body: { status: 'pending' } });
      expect(poll.headers.get('Preference-Applied')).toBe('wait=1');
    } finally {
      await Promise.all(['charges-0', 'charges-1'].map((queue) => system.queues.resume(queue)));
    }
    await until('it is applied', async () => (await system.api.wallet(wallet)).owed === '1');
  });
});
