import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startIngress, WEBHOOK_SECRET, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress();
});
afterAll(() => ingress.stop());

const event = (id: string, livemode = false): string =>
  JSON.stringify({
    id,
    object: 'event',
    type: 'checkout.session.completed',
    livemode,
    data: { object: { id: 'cs_test_1', object: 'checkout.session' } },
  });

function deliver(payload: string, secret = WEBHOOK_SECRET) {
  const at = Math.floor(Date.now() / 1_000);
  const mac = createHmac('sha256', secret).update(`${at}.${payload}`).digest('hex');
  return ingress.call('POST', '/webhooks/stripe', {
    key: null,
    body: payload,
    headers: { 'Stripe-Signature': `t=${at},v1=${mac}` },
  });
}

const stored = () => ingress.database.db`select id, status from bursar.stripe_events order by id`;
const waiting = async () => (await ingress.queues.counts())['payments']?.waiting;

it('payment case 8: stores nothing without a good signature', async () => {
  expect((await deliver(event('evt_forged'), 'whsec_wrong')).status).toBe(400);
  const unsigned = await ingress.call('POST', '/webhooks/stripe', {
    key: null,
    body: event('evt_forged'),
  });
  expect(unsigned.status).toBe(400);
  expect(await stored()).toEqual([]);
  expect(await waiting()).toBe(0);
});

it('writes an event down and wakes a worker, once however often it comes', async () => {
  // Spaces that a parser would lose: the signature covers the bytes.
  const spaced = event('evt_1').replaceAll(':', ' : ');
  for (let i = 0; i < 3; i += 1) expect((await deliver(spaced)).status).toBe(200);
  expect(await stored()).toMatchObject([{ id: 'evt_1', status: 'received' }]);
  expect(await waiting()).toBe(1);
});

it('wakes nobody for what was handled', async () => {
  await ingress.database.db`
    insert into bursar.stripe_events (id, type, object_id, livemode, status, processed_at)
    values ('evt_done', 'x', 'cs_1', false, 'processed', now())`;
  const before = await waiting();
  expect((await deliver(event('evt_done'))).status).toBe(200);
  expect(await waiting()).toBe(before);
});

it('payment case 10: ignores events of real money where none is expected', async () => {
  const answered = await deliver(event('evt_live', true));
  expect(answered).toMatchObject({ status: 200, body: { ignored: 'livemode' } });
  expect(await stored()).not.toContainEqual(expect.objectContaining({ id: 'evt_live' }));
});
