import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type Answered, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
let stopWorker: () => Promise<unknown>;
let key: string;

beforeAll(async () => {
  ingress = await startIngress();
  stopWorker = await startLedgerWorker(ingress);
  await ingress.call('PUT', '/v1/users/ana', { body: {} });
  await ingress.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } });
  await ingress.call('PUT', '/v1/organizations/acme/members/ana', { body: { role: 'member' } });
  await putPrice('tokens', 'ai.tokens', 'tokens', '0.5');
  const made = await ingress.call('POST', '/v1/api-keys', {
    body: { name: 'Collector', scopes: ['events:write'] },
  });
  key = made.body.key;
});
afterAll(async () => {
  await stopWorker();
  await ingress.stop();
});

const putPrice = (id: string, event_type: string, meter: string, rate: string) =>
  ingress.call('PUT', `/v1/prices/${id}`, {
    body: { event_type, product: 'assistant', meter, model: { type: 'per_unit', rate, per: 1000 } },
  });

interface SendOptions {
  type?: string;
  headers?: Record<string, string>;
  wait?: number | null;
  key?: string;
}
const send = (body: unknown, options: SendOptions = {}): Promise<Answered> =>
  ingress.call('POST', '/v1/events', {
    key: options.key ?? key,
    body,
    headers: {
      'Content-Type': options.type ?? 'application/cloudevents+json',
      ...(options.wait !== null && { Prefer: `wait=${options.wait ?? 10}` }),
      ...options.headers,
    },
  });
const sendBatch = (events: unknown[]) =>
  send(events, { type: 'application/cloudevents-batch+json' });

let ids = 0;
const event = (rest: object = {}) => {
  ids += 1;
  return {
    specversion: '1.0',
    id: `event-${ids}`,
    source: '/tests',
    type: 'ai.tokens',
    subject: 'user:ana',
    data: { tokens: 1000 },
    ...rest,
  };
};

const owed = async (): Promise<number> =>
  Number((await ingress.call('GET', '/v1/wallets/user:ana')).body.owed);
const lastTransaction = async () =>
  (await ingress.call('GET', '/v1/wallets/user:ana/transactions?limit=1')).body.data[0];
const codes = ({ body }: Answered): string[] =>
  body.data.map((one: { status: string; error: { code: string } | null }) =>
    one.error === null ? one.status : one.error.code,
  );

describe('a usage event', () => {
  it('is charged to its subject by the price of its type, and says where it came from', async () => {
    const time = new Date(Date.now() - 5_000).toISOString();
    const sent = event({
      time,
      onbehalfof: 'org:acme',
      someextension: 'kept out',
      data: { tokens: '2500.5', description: 'Chat', metadata: { model: 'm1' }, other: [1] },
    });
    const answered = await send(sent);
    expect(answered).toMatchObject({
      status: 200,
      body: {
        data: [
          {
            id: sent.id,
            source: '/tests',
            operation: expect.stringMatching(/^op_/),
            status: 'accepted',
            operation_status: 'succeeded',
            error: null,
            replayed: false,
          },
        ],
      },
    });
    expect(await lastTransaction()).toMatchObject({
      kind: 'charge',
      amount: '-1.25025',
      product: 'assistant',
      description: 'Chat',
      occurred_at: time,
      operation: answered.body.data[0].operation,
      metadata: { model: 'm1', event_source: '/tests', event_id: sent.id },
      pricing: { price: 'tokens', version: 1, quantity: '2500.5' },
    });
  });

  it('may name its cost in credits', async () => {
    await send(event({ type: 'made.by.hand', data: { credits: '3.5', product: 'prints' } }));
    expect(await lastTransaction()).toMatchObject({
      amount: '-3.5',
      product: 'prints',
      pricing: null,
    });
    await send(event({ type: 'made.by.hand', data: { credits: 2 } }));
    expect(await lastTransaction()).toMatchObject({ amount: '-2', product: 'made.by.hand' });
  });

  it('that comes again is the same charge, in whichever mode, also after its price is gone', async () => {
    await putPrice('pages', 'doc.pages', 'pages', '1000');
    const before = await owed();
    const time = new Date().toISOString();
    const opened = { ...event({ type: 'doc.pages' }), data: { pages: 2 }, time };
    const { specversion, id, source, type, subject } = opened;
    const first = await send(opened);
    await ingress.call('DELETE', '/v1/prices/pages');
    const binary = await send(opened.data, {
      type: 'application/json',
      headers: {
        'ce-specversion': specversion,
        'ce-id': id,
        'ce-source': source,
        'ce-type': type,
        'ce-subject': encodeURIComponent(subject),
        'ce-time': time,
      },
    });
    const again = [
      binary,
      await send(opened, { type: 'application/json' }),
      await sendBatch([opened, opened]),
    ];
    for (const answered of again) {
      for (const one of answered.body.data) {
        expect(one).toMatchObject({
          operation: first.body.data[0].operation,
          status: 'accepted',
          replayed: true,
        });
      }
    }
    expect(await owed()).toBeCloseTo(before + 2, 6);
  });

  it('is told apart by caller, source and id, and by nothing else', async () => {
    const sent = event();
    const first = (await send(sent)).body.data[0].operation;
    const others = [
      await send({ ...sent, source: '/others' }),
      await send({ ...sent, id: `${sent.id}x` }),
      await send(sent, { key: 'operator-key-of-the-settings' }),
    ];
    for (const { body } of others) expect(body.data[0].operation).not.toBe(first);
    const changed = await send({ ...sent, data: { tokens: 1001 } });
    expect(changed).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(changed.body.detail).toMatch('this source and id');
    // The separation of source and id cannot be forged.
    const [a, b] = [
      await send(event({ source: 'x","y', id: 'z' })),
      await send(event({ source: 'x', id: 'y","z' })),
    ];
    expect(a.body.data[0].operation).not.toBe(b.body.data[0].operation);
  });

  it.each([
    ['no quantity', event({ data: { words: 1 } }), 400, 'invalid_request', '/data/tokens'],
    [
      'a quantity that is none',
      event({ data: { tokens: 'many' } }),
      400,
      'invalid_request',
      '/data/tokens',
    ],
    [
      'a quantity that costs nothing',
      event({ data: { tokens: 0 } }),
      422,
      'invalid_amount',
      '/data/tokens',
    ],
    [
      'credits and a quantity',
      event({ data: { tokens: 1, credits: '1' } }),
      400,
      'invalid_request',
      '/data',
    ],
    ['a type that has no price', event({ type: 'unheard.of' }), 422, 'price_not_found', '/type'],
    [
      'credits that are none',
      event({ data: { credits: '-1' } }),
      422,
      'invalid_amount',
      '/data/credits',
    ],
    ['no subject', event({ subject: undefined }), 400, 'invalid_request', '/subject'],
    ['a subject that is no wallet', event({ subject: 'ana' }), 400, 'invalid_request', '/subject'],
    [
      'another version of the format',
      event({ specversion: '0.3' }),
      400,
      'invalid_request',
      '/specversion',
    ],
    ['an empty id', event({ id: '' }), 400, 'invalid_request', '/id'],
    ['data that is no object', event({ data: 'text' }), 400, 'invalid_request', '/data'],
    [
      'binary data',
      event({ data: undefined, data_base64: 'AAAA' }),
      400,
      'invalid_request',
      '/data',
    ],
    [
      'data of another type',
      event({ datacontenttype: 'text/xml' }),
      400,
      'invalid_request',
      '/datacontenttype',
    ],
    [
      'a person on whose behalf',
      event({ onbehalfof: 'user:bo' }),
      400,
      'invalid_request',
      '/onbehalfof',
    ],
    [
      'a long type without a product',
      event({ type: 't'.repeat(101), data: { credits: 1 } }),
      400,
      'invalid_request',
      '/data/product',
    ],
  ])('with %s is refused', async (_, sent, status, code, pointer) => {
    const answered = await send(sent);
    expect(answered).toMatchObject({ status, body: { code, errors: [{ pointer }] } });
  });
});

describe('the time of an event', () => {
  const at = (offsetMs: number) => event({ time: new Date(Date.now() + offsetMs).toISOString() });
  const DAY = 86_400_000;

  it('may lie 30 days back and five minutes ahead', async () => {
    const answered = await sendBatch([
      at(-30 * DAY + 60_000),
      at(-30 * DAY - 60_000),
      at(5 * 60_000 - 10_000),
      at(5 * 60_000 + 60_000),
      event({ time: 'yesterday' }),
    ]);
    expect(codes(answered)).toEqual([
      'accepted',
      'event_time_out_of_range',
      'accepted',
      'event_time_out_of_range',
      'invalid_request',
    ]);
  });
});

describe('a batch of events', () => {
  it('answers about each in the order sent', async () => {
    const before = await owed();
    const [one, two] = [event(), event()];
    const answered = await sendBatch([one, event({ type: 'unheard.of' }), 7, two, one]);
    expect(answered.status).toBe(200);
    expect(codes(answered)).toEqual([
      'accepted',
      'price_not_found',
      'invalid_request',
      'accepted',
      'accepted',
    ]);
    expect(answered.body.data.map((row: { id: string | null }) => row.id)).toEqual([
      one.id,
      expect.any(String),
      null,
      two.id,
      one.id,
    ]);
    expect(answered.body.data[4]).toMatchObject({ replayed: true });
    expect(await owed()).toBeCloseTo(before + 1, 6);
  });

  it('may come as plain JSON, and has 1 to 1,000 events', async () => {
    expect((await send([event()], { type: 'application/json', wait: null })).status).toBe(202);
    for (const events of [[], Array.from({ length: 1001 }, () => event()), { no: 'list' }]) {
      const answered = await send(events, { type: 'application/cloudevents-batch+json' });
      expect(answered).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
      const advice = Array.isArray(events) ? 'Split the batch.' : 'Send a JSON array.';
      expect(answered.body.detail).toMatch(advice);
    }
  });
});

describe('binary mode', () => {
  const binary = (body: unknown, headers: Record<string, string>) =>
    send(body, {
      type: 'application/json',
      headers: { 'ce-specversion': '1.0', 'ce-type': 'ai.tokens', ...headers },
    });

  it('reads percent-encoded attributes and the extension', async () => {
    const answered = await binary(
      { tokens: 1000 },
      {
        'ce-id': 'b%C3%BC%25',
        'ce-source': '/binary%20mode',
        'ce-subject': 'user:ana',
        'ce-onbehalfof': 'org:acme',
      },
    );
    expect(answered.body.data).toMatchObject([{ id: 'bü%', source: '/binary mode' }]);
    expect((await lastTransaction()).metadata).toEqual({
      event_id: 'bü%',
      event_source: '/binary mode',
    });
  });

  it('is refused where an attribute is missing or cannot be decoded', async () => {
    const headers = { 'ce-id': '1', 'ce-source': '/s' };
    expect(await binary({ tokens: 1 }, headers)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/subject', message: 'is required' }] },
    });
    expect(await binary({ tokens: 1 }, { ...headers, 'ce-subject': 'user:%ff' })).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'ce-subject' }] },
    });
  });
});

describe('the right to send events', () => {
  it('is a scope of product keys', async () => {
    const made = await ingress.call('POST', '/v1/api-keys', {
      body: { name: 'P', scopes: ['charges:write'] },
    });
    expect((await send(event(), { key: made.body.key })).status).toBe(403);
    const person = await ingress.call('POST', '/v1/events', { actAs: 'user:ana', body: event() });
    expect(person.status).toBe(403);
  });
});
