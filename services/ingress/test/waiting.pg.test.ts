import { afterAll, beforeAll, expect, it } from 'vitest';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

/** No worker runs here, so nothing that is accepted is ever applied. */
let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress();
  await ingress.call('PUT', '/v1/users/ana', { body: {} });
});
afterAll(() => ingress.stop());

const charge = { wallet: 'user:ana', amount: '1', product: 'render' };

const waitingJobs = async () => {
  const counts = await ingress.queues.counts();
  return ['charges-0', 'charges-1'].map((queue) => counts[queue]?.waiting ?? 0);
};

const repeat = () =>
  ingress.call('POST', '/v1/charges', { idempotencyKey: 'repeat', body: charge });

it('answers 202 when the outcome does not come in time', async () => {
  const answered = await ingress.call('POST', '/v1/charges', {
    idempotencyKey: 'late',
    body: charge,
    headers: { Prefer: 'respond-async, wait="1"; foo' },
  });
  expect(answered).toMatchObject({ status: 202, body: { status: 'pending' } });
  expect(answered.headers.get('Preference-Applied')).toBe('wait=1');
});

it('knows an accepted operation before the ledger does, and shows it to its caller only', async () => {
  const accepted = await ingress.call('POST', '/v1/charges', {
    idempotencyKey: 'early',
    body: charge,
  });
  const read = (actAs?: string) =>
    ingress.call('GET', `/v1/operations/${accepted.body.id}`, actAs === undefined ? {} : { actAs });
  expect(await read()).toMatchObject({
    status: 200,
    body: { id: accepted.body.id, status: 'pending', created_at: accepted.body.created_at },
  });
  expect((await read('user:ana')).status).toBe(404);
});

it('packs charges that arrive together, one job for each shard', async () => {
  const before = await waitingJobs();
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      ingress.call('POST', '/v1/charges', {
        idempotencyKey: `pack-${i}`,
        body: { ...charge, wallet: `user:${i}` },
      }),
    ),
  );
  expect(answers.every(({ status }) => status === 202)).toBe(true);
  const after = await waitingJobs();
  const added = after.map((count, shard) => count - (before[shard] ?? 0));
  expect(Math.min(...added)).toBeGreaterThan(0);
  expect(Math.max(...added)).toBeLessThan(25);
});

it('flags a repetition that the ledger has not seen yet', async () => {
  const [first, second] = [await repeat(), await repeat()];
  expect(first.headers.get('Idempotent-Replayed')).toBeNull();
  expect(second.headers.get('Idempotent-Replayed')).toBe('true');
  expect(second.body).toEqual(first.body);
});

it('lets those who wait go when it stops', async () => {
  const other = await startIngress();
  try {
    await other.call('PUT', '/v1/users/ana', { body: {} });
    const waiting = other.call('POST', '/v1/charges', {
      idempotencyKey: 'stopping',
      body: charge,
      headers: { Prefer: 'wait=25' },
    });
    await expect
      .poll(async () => {
        const counts = await other.queues.counts();
        return (counts['charges-0']?.waiting ?? 0) + (counts['charges-1']?.waiting ?? 0);
      })
      .toBe(1);
    await other.ingress.stop();
    expect((await waiting).status).toBe(202);
  } finally {
    await other.stop();
  }
});
