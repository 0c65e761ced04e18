import { Buffer } from 'node:buffer';
import { Stripe } from 'stripe';
import { describe, expect, it } from 'vitest';
import { verifyWebhook } from '../src/verify-webhook.ts';

const SECRET = 'whsec_present';
const OLD_SECRET = 'whsec_being_rolled';

const event = {
  id: 'evt_1',
  object: 'event',
  api_version: '2024-06-20',
  created: 1_700_000_000,
  type: 'checkout.session.completed',
  livemode: false,
  data: { object: { id: 'cs_1', object: 'checkout.session' } },
};

const nowSeconds = () => Math.floor(Date.now() / 1_000);

function sign(payload: string, secret = SECRET, timestamp = nowSeconds()): string {
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
}

function verify(body: object | string, header?: string, secrets: string[] = [SECRET]) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  return verifyWebhook(Buffer.from(payload), header ?? sign(payload), secrets);
}

const reasonOf = (result: ReturnType<typeof verifyWebhook>): string =>
  result.ok ? 'accepted' : result.reason;

describe('a signed event', () => {
  it('becomes a pointer, in whatever version it was rendered', () => {
    expect(verify(event)).toEqual({
      ok: true,
      event: {
        id: 'evt_1',
        type: 'checkout.session.completed',
        livemode: false,
        objectId: 'cs_1',
        apiVersion: '2024-06-20',
      },
    });
  });

  it('is accepted under every secret while one is being rolled', () => {
    const header = sign(JSON.stringify(event), OLD_SECRET);
    expect(verify(event, header, [SECRET, OLD_SECRET]).ok).toBe(true);
    expect(verify(event, header, [OLD_SECRET, SECRET]).ok).toBe(true);
    expect(verify(event, header, [SECRET]).ok).toBe(false);
  });

  it('keeps its bytes: text that is not ASCII counts as it was sent', () => {
    expect(verify({ ...event, data: { object: { id: 'cs_1', name: 'Quittung für 你' } } }).ok).toBe(
      true,
    );
  });

  it('about an object without an id points at nothing', () => {
    const upcoming = { ...event, type: 'invoice.upcoming', data: { object: {} } };
    expect(verify(upcoming)).toMatchObject({ ok: true, event: { objectId: '' } });
  });
});

describe('nothing else is an event', () => {
  const payload = JSON.stringify(event);

  it('without a signature header', () => {
    const result = verifyWebhook(Buffer.from(payload), undefined, [SECRET]);
    expect(reasonOf(result)).toMatch(/Stripe-Signature header is missing/);
  });

  it('without a secret to check it', () => {
    expect(reasonOf(verify(event, sign(payload), []))).toMatch(/No webhook secret/);
    expect(verify(event, sign(payload), ['']).ok).toBe(false);
  });

  it('signed with a secret that is not ours', () => {
    expect(verify(event, sign(payload, 'whsec_other')).ok).toBe(false);
  });

  it.each([
    '',
    'nonsense',
    't=1',
    'v1=abc',
    't=abc,v1=def',
    `t=${nowSeconds()},v1=${'0'.repeat(64)}`,
  ])('with the header %o', (header) => {
    expect(verify(event, header).ok).toBe(false);
  });

  it('that was changed after it was signed, by as little as a space', () => {
    expect(verifyWebhook(Buffer.from(`${payload} `), sign(payload), [SECRET]).ok).toBe(false);
  });

  it('signed more than five minutes ago', () => {
    expect(verify(event, sign(payload, SECRET, nowSeconds() - 290)).ok).toBe(true);
    const late = verify(event, sign(payload, SECRET, nowSeconds() - 310));
    expect(reasonOf(late)).toMatch(/[Tt]imestamp/);
  });

  it('of the thin kind, and the reason is not blamed on the next secret', () => {
    const thin = { id: 'evt_1', object: 'v2.core.event', type: 'v1.x', livemode: false };
    const result = verify(thin, sign(JSON.stringify(thin)), [SECRET, OLD_SECRET]);
    expect(reasonOf(result)).toMatch(/thin event/);
  });

  it.each([['{}'], ['[]'], ['null'], ['7'], ['{"id":"evt_1"}'], ['not json'], ['']])(
    'with the body %s, though properly signed',
    (body) => {
      expect(verifyWebhook(Buffer.from(body), sign(body), [SECRET]).ok).toBe(false);
    },
  );

  it('without its object', () => {
    expect(reasonOf(verify({ ...event, data: undefined }))).toMatch(/no object/);
  });
});
