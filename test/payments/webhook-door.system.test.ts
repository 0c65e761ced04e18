import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../packages/queues/test/harness/free-port.ts';
import { postEvent, signatureOf } from '../harness/signed-event.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const OLD_SECRET = 'whsec_of_last_year';
const SECRET = 'whsec_of_this_year';
const TOO_OLD_SECONDS = 310;

describe('the door of Stripe’s events', () => {
  let system: WholeSystem;
  let metricsUrl: string;
  beforeAll(async () => {
    const adminPort = await freePort();
    metricsUrl = `http://127.0.0.1:${adminPort}/metrics`;
    system = await startWholeSystem({
      backend: 'postgres',
      // What is stored stays as the door left it.
      worker: 'none',
      settings: {
        STRIPE_WEBHOOK_SECRETS: `${SECRET},${OLD_SECRET}`,
        ADMIN_PORT: String(adminPort),
      },
    });
  });
  afterAll(() => system.stop());

  const event = (id: string, changes: object = {}): string =>
    JSON.stringify({
      id,
      object: 'event',
      api_version: '2026-10-28.endive',
      type: 'checkout.session.completed',
      livemode: false,
      data: { object: { id: 'cs_test_1', object: 'checkout.session' } },
      ...changes,
    });
  const post = (payload: string, signature: string) => postEvent(system.url, payload, signature);
  const stored = async () => {
    const rows = await system.database.db<{ id: string }[]>`
      select id from bursar.stripe_events order by id`;
    return rows.map(({ id }) => id);
  };
  const waiting = async () => (await system.queues.counts())['payments']?.waiting;
  const counted = async (outcome: string): Promise<number> => {
    const text = await (await fetch(metricsUrl)).text();
    const line = `credits_stripe_webhooks_total{outcome="${outcome}"} `;
    return Number(
      text
        .split('\n')
        .find((one) => one.startsWith(line))
        ?.slice(line.length) ?? 0,
    );
  };

  it('payment case 8: a bad signature, an old one, another secret or a body parsed again is a 400 that stores nothing', async () => {
    const before = { stored: await stored(), waiting: await waiting() };
    const spaced = event('evt_bad').replaceAll(':', ' : ');
    const now = Math.floor(Date.now() / 1_000);
    const attempts: [string, string][] = [
      [spaced, 'nonsense'],
      [spaced, ''],
      [spaced, signatureOf(spaced, SECRET, now - TOO_OLD_SECONDS)],
      [spaced, signatureOf(spaced, 'whsec_of_somebody_else')],
      [JSON.stringify(JSON.parse(spaced)), signatureOf(spaced, SECRET)],
    ];
    for (const [body, signature] of attempts) {
      expect(await post(body, signature)).toMatchObject({ status: 400 });
    }
    expect({ stored: await stored(), waiting: await waiting() }).toEqual(before);
    expect(await counted('bad_signature')).toBe(attempts.length);
    // The same bytes under the right signature show that nothing else was wrong with them.
    expect((await post(spaced, signatureOf(spaced, SECRET))).status).toBe(200);
    expect(await stored()).toEqual([...before.stored, 'evt_bad']);
  });

  it('payment case 9: while a secret is rolled, both are accepted', async () => {
    for (const [id, secret] of [
      ['evt_new_secret', SECRET],
      ['evt_old_secret', OLD_SECRET],
    ] as const) {
      const payload = event(id);
      expect((await post(payload, signatureOf(payload, secret))).status).toBe(200);
      expect(await stored()).toContain(id);
    }
    const both = event('evt_both');
    const [at, mac] = signatureOf(both, SECRET).split(',');
    const [, older] = signatureOf(both, OLD_SECRET).split(',');
    expect((await post(both, `${at},${older},${mac}`)).status).toBe(200);
    expect(await stored()).toContain('evt_both');
  });

  it('payment case 10: an event of the other mode is a 200, ignored and counted', async () => {
    const payload = event('evt_live', { livemode: true });
    const before = await waiting();
    expect(await post(payload, signatureOf(payload, SECRET))).toMatchObject({ status: 200 });
    expect(await stored()).not.toContain('evt_live');
    expect(await waiting()).toBe(before);
    expect(await counted('wrong_mode')).toBe(1);
  });

  it('payment case 13: a thin payload is a 400 that says what to change, and raises an alert of its own', async () => {
    const thin = JSON.stringify({
      id: 'evt_thin',
      object: 'v2.core.event',
      type: 'v1.checkout.session.completed',
      livemode: false,
      related_object: { id: 'cs_test_1', type: 'checkout.session' },
    });
    const before = await counted('bad_signature');
    const answer = await post(thin, signatureOf(thin, SECRET));
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('snapshot payloads');
    expect(answer.text).not.toContain('The signature does not fit');
    expect(await stored()).not.toContain('evt_thin');
    expect(await counted('not_a_snapshot')).toBe(1);
    expect(await counted('bad_signature')).toBe(before);
  });
});
