import { afterAll, beforeAll, expect, it } from 'vitest';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress();
});
afterAll(() => ingress.stop());

const charge = () =>
  ingress.call('POST', '/v1/charges', {
    idempotencyKey: 'outage',
    body: { wallet: 'user:ana', amount: '1', product: 'render' },
  });

it('accepts nothing that is not durable, says so, and accepts again when the queue is back', async () => {
  const { db } = ingress.database;
  await db`alter schema bullmq rename to bullmq_away`;
  const refused = await charge();
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(refused.headers.get('Retry-After')).toMatch(/^[12]$/);
  expect(refused.text).not.toContain('bullmq');
  await db`alter schema bullmq_away rename to bullmq`;
  const accepted = await charge();
  expect(accepted.status).toBe(202);
  expect(accepted.headers.get('Idempotent-Replayed')).toBeNull();
});
