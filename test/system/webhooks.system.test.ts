import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { grant, newOrganization, newUser } from '../harness/people.ts';
import { until } from '../harness/until.ts';
import {
  startWebhookReceiver,
  type ReceivedWebhook,
  type WebhookReceiver,
} from '../harness/webhook-receiver.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

let system: WholeSystem;
const receivers: WebhookReceiver[] = [];

beforeAll(async () => {
  system = await startWholeSystem({
    backend: 'postgres',
    settings: { WEBHOOK_ALLOW_LOOPBACK: '1' },
  });
});
afterAll(() => system.stop());
afterEach(async () => {
  for (const one of receivers.splice(0)) await one.close();
});

async function receiver(): Promise<WebhookReceiver> {
  const started = await startWebhookReceiver();
  receivers.push(started);
  return started;
}

async function register(owner: string, url: string, eventTypes?: string[]) {
  const answered = await system.api.post(
    '/v1/webhooks',
    { owner, url, event_types: eventTypes },
    { key: null },
  );
  expect(answered.status, answered.text).toBe(201);
  return answered.body as { id: string; secret: string };
}

/** What a receiver does with the official library; throws when anything does not fit. */
function verified({ headers, body }: ReceivedWebhook, secret: string): unknown {
  return new Webhook(secret).verify(body, {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  });
}

const first = (at: WebhookReceiver, count = 1) =>
  until(`${count} webhooks`, () => (at.received.length >= count ? at.received : null));

/** Lets the next attempt be due now; the schedule itself is proven without waiting for it. */
const hurry = () => system.database.db`
  update bursar.webhook_deliveries set next_attempt_at = now() where status = 'pending' and leased_until is null`;

const deliveries = async (id: string) =>
  (await system.api.get(`/v1/webhooks/${id}/deliveries`)).body.data;

test('an event arrives signed so that the official library accepts it', async () => {
  const there = await receiver();
  const { org } = await newOrganization(system.api, { members: 1, credits: '100' });
  const user = await newUser(system.api);
  const { id, secret } = await register(user, there.url, ['credits.*']);
  await system.api.run('/v1/transfers', { from: org, to: user, amount: '12.5' });
  const [webhook] = await first(there);
  expect(verified(webhook as ReceivedWebhook, secret)).toMatchObject({
    type: 'credits.received',
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    data: { wallet: user, from: org, amount: '12.5', transaction: expect.stringMatching(/^txn_/) },
  });
  const forged = { ...webhook, body: `${webhook?.body} ` } as ReceivedWebhook;
  expect(() => verified(forged, secret)).toThrow();
  const [delivery] = await until('the log', async () => {
    const list = await deliveries(id);
    return list[0]?.status === 'delivered' ? list : null;
  });
  expect(delivery).toMatchObject({
    id: webhook?.headers['webhook-id'],
    attempts: 1,
    log: [{ number: 1, status: 204, error: null }],
  });
});

test('a failed attempt comes again under the same id, freshly signed; then all is delivered', async () => {
  const there = await receiver();
  there.answer((response) => void response.writeHead(503).end('come back later'));
  const user = await newUser(system.api);
  const { id, secret } = await register(user, there.url);
  await system.api.post(`/v1/webhooks/${id}/test`, {}, { key: null });
  await first(there);
  const failed = await until('the first attempt is noted', async () => {
    const [one] = await deliveries(id);
    return one?.attempts === 1 && one;
  });
  expect(failed).toMatchObject({
    status: 'pending',
    log: [{ status: 503, response: 'come back later' }],
  });
  const wait = Date.parse(failed.next_attempt_at) - Date.parse(failed.log[0].at);
  expect(wait).toBeGreaterThan(4_900);
  expect(wait).toBeLessThan(60_000);
  there.answer((response) => void response.writeHead(200).end());
  await hurry();
  const [one, two] = await first(there, 2);
  expect(two?.headers['webhook-id']).toBe(one?.headers['webhook-id']);
  verified(two as ReceivedWebhook, secret);
  await until(
    'it counts as delivered',
    async () => (await deliveries(id))[0]?.status === 'delivered',
  );
});

test('during a rotation both secrets fit, and only the new one is shown', async () => {
  const there = await receiver();
  const { id, secret } = await register(await newUser(system.api), there.url);
  const rotated = await system.api.post(`/v1/webhooks/${id}/rotate`, {}, { key: null });
  expect(rotated.body.secret).not.toBe(secret);
  await system.api.post(`/v1/webhooks/${id}/test`, {}, { key: null });
  const [webhook] = await first(there);
  verified(webhook as ReceivedWebhook, secret);
  verified(webhook as ReceivedWebhook, rotated.body.secret);
  expect((await system.api.get(`/v1/webhooks/${id}`)).body.secret).toBeUndefined();
  const stored = await system.database
    .db`select encode(e.secret, 'escape') as text from bursar.webhook_endpoints e`;
  expect(JSON.stringify(stored)).not.toContain(secret.slice('whsec_'.length));
});

test('410 disables, tells the owner by mail, and nothing more is sent', async () => {
  const there = await receiver();
  there.answer((response) => void response.writeHead(410).end());
  const user = await newUser(system.api, 'gone@example.com');
  const { id } = await register(user, there.url);
  await system.api.post(`/v1/webhooks/${id}/test`, {}, { key: null });
  await until('it is disabled', async () => {
    const { body } = await system.api.get(`/v1/webhooks/${id}`);
    return body.disabled_reason === 'gone';
  });
  const refused = await system.api.post(`/v1/webhooks/${id}/test`, {}, { key: null });
  expect([refused.status, refused.body.code]).toEqual([409, 'webhook_disabled']);
  const notice = await until('the notice', async () => {
    const { body } = await system.api.get('/v1/notifications', { actAs: user });
    return body.data.find((one: { kind: string }) => one.kind === 'webhook-disabled');
  });
  expect(notice.data).toMatchObject({ id, cause: 'gone' });
});

test('who never answers delays nobody else', async () => {
  const [slow, quick] = [await receiver(), await receiver()];
  slow.answer(() => undefined);
  const user = await newUser(system.api);
  const stuck = await register(user, slow.url, ['webhook.*']);
  const { id } = await register(user, quick.url, ['webhook.*']);
  for (let count = 0; count < 12; count += 1) {
    await system.api.post(`/v1/webhooks/${stuck.id}/test`, {}, { key: null });
  }
  await first(slow, 4);
  await Promise.all(
    Array.from({ length: 12 }, () => system.api.post(`/v1/webhooks/${id}/test`, {}, { key: null })),
  );
  await first(quick, 12);
  // While its four are still waited for, which takes as long as an answer may.
  expect(slow.received).toHaveLength(4);
  await system.api.delete(`/v1/webhooks/${stuck.id}`);
});

test('what happened while it was disabled is recovered by a replay', async () => {
  const there = await receiver();
  const user = await newUser(system.api);
  const { org } = await newOrganization(system.api, { members: 1, credits: '10' });
  const { id } = await register(user, there.url, ['credits.*']);
  const from = new Date(Date.now() - 1_000).toISOString();
  await system.api.patch(`/v1/webhooks/${id}`, { enabled: false });
  await system.api.run('/v1/transfers', { from: org, to: user, amount: '3' });
  await until('the fact is handed on', async () => {
    const rows = await system.database.db`select 1 from bursar.outbox o where o.relayed_at is null`;
    return rows.length === 0;
  });
  await system.api.patch(`/v1/webhooks/${id}`, { enabled: true });
  const to = new Date(Date.now() + 1_000).toISOString();
  const replay = await system.api.post(`/v1/webhooks/${id}/replay`, { from, to }, { key: null });
  expect(replay.body).toEqual({ resent: 0, recovered: 1 });
  const [webhook] = await first(there);
  expect(JSON.parse(webhook?.body ?? '')).toMatchObject({ data: { amount: '3' } });
});

test('addresses inside are refused when registering', async () => {
  const user = await newUser(system.api);
  for (const url of ['http://example.com/', 'https://10.0.0.1/', 'https://169.254.169.254/', 'x']) {
    const refused = await system.api.post('/v1/webhooks', { owner: user, url }, { key: null });
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/url']);
  }
});

test("another's webhooks look like nothing", async () => {
  const [ana, bo] = [await newUser(system.api), await newUser(system.api)];
  const { owner, org, members } = await newOrganization(system.api, { members: 2, credits: '1' });
  await grant(system.api, ana, '1');
  const mine = await register(ana, 'https://example.com/a');
  const everybody = await system.api.post(
    '/v1/webhooks',
    { url: 'https://example.com/b' },
    { key: null },
  );
  const theirs = await register(org, 'https://example.com/c');
  for (const [id, actAs] of [
    [mine.id, bo],
    [everybody.body.id, ana],
    [theirs.id, ana],
    [theirs.id, members[1]],
  ] as const) {
    for (const path of ['', '/deliveries']) {
      const answered = await system.api.get(`/v1/webhooks/${id}${path}`, { actAs: actAs ?? '' });
      expect(answered.status).toBe(404);
    }
    const changed = await system.api.patch(
      `/v1/webhooks/${id}`,
      { enabled: false },
      { actAs: actAs ?? '' },
    );
    expect(changed.status).toBe(404);
  }
  expect((await system.api.get(`/v1/webhooks/${theirs.id}`, { actAs: owner })).status).toBe(200);
  const all = await system.api.post(
    '/v1/webhooks',
    { owner: null, url: 'https://e.example/' },
    { actAs: ana, key: null },
  );
  expect(all.body.owner ?? all.body.code).toBe(ana);
});
