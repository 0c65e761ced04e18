import { CloudEvent, HTTP, type Message } from 'cloudevents';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newOrganization, newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import type { Answered } from '../harness/system-api.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

describeOnBackends('usage', (backend) => {
  let system: WholeSystem;
  let collectorKey: string;
  beforeAll(async () => {
    system = await startWholeSystem({ backend });
    const made = await system.api.post('/v1/api-keys', {
      name: 'Collector',
      scopes: ['events:write'],
    });
    collectorKey = made.body.key;
    await system.api.put('/v1/prices/tokens', {
      event_type: 'ai.tokens',
      product: 'assistant',
      meter: 'tokens',
      model: {
        type: 'graduated',
        per: 1000,
        tiers: [
          { up_to: 10_000, rate: '1' },
          { up_to: null, rate: '0.5' },
        ],
      },
    });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const post = ({ headers, body }: Pick<Message, 'headers' | 'body'>): Promise<Answered> =>
    system.api.post('/v1/events', String(body), {
      key: null,
      apiKey: collectorKey,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name === 'content-type' ? 'Content-Type' : name,
          String(value),
        ]),
      ),
    });
  const eventOf = (subject: string, tokens: unknown, rest: object = {}) =>
    new CloudEvent({
      type: 'ai.tokens',
      source: '/notebooks/eu-1',
      subject,
      data: { tokens },
      ...rest,
    });

  it('by the CloudEvents SDK is charged in each of its modes, and once', async () => {
    const { org, owner, members } = await newOrganization(system.api, {
      members: 2,
      credits: '100',
    });
    const member = members.find((one) => one !== owner) ?? '';
    await system.api.run('/v1/transfers', { from: org, to: member, amount: '50' });
    const [one, two, three] = [
      eventOf(member, 12_000),
      eventOf(member, '2500.5', { onbehalfof: org, time: new Date().toISOString() }),
      eventOf(member, 1000),
    ];
    const structured = await post(HTTP.structured(one));
    const binary = await post(HTTP.binary(two));
    const batch = await post({
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify([one, two, three, eventOf('user:', 1), three]),
    });
    expect(structured).toMatchObject({
      status: 200,
      body: { data: [{ id: one.id, status: 'accepted', operation_status: 'succeeded' }] },
    });
    expect(binary).toMatchObject({
      status: 200,
      body: { data: [{ operation_status: 'succeeded' }] },
    });
    const told = batch.body.data.map(
      ({ status, replayed }: { status: string; replayed: boolean }) => `${status} ${replayed}`,
    );
    expect(told).toEqual([
      'accepted true',
      'accepted true',
      'accepted false',
      'invalid false',
      'accepted true',
    ]);
    expect(batch.body.data[0].operation).toBe(structured.body.data[0].operation);
    // 11 + 2.5005 + 1 of the 50 that the organization handed out.
    expect(await system.api.wallet(member)).toMatchObject({ balance: '35.4995', owed: '0' });
    const { body } = await system.api.get(`/v1/wallets/${member}/transactions?kind=charge`);
    expect(
      body.data.map((row: { amount: string; pricing: object }) => [row.amount, row.pricing]),
    ).toEqual([
      ['-1', { price: 'tokens', version: 1, quantity: '1000' }],
      ['-2.5005', { price: 'tokens', version: 1, quantity: '2500.5' }],
      ['-11', { price: 'tokens', version: 1, quantity: '12000' }],
    ]);
  });

  it('in a batch of a thousand over many wallets is applied item by item, however often it is sent', async () => {
    const users = await Promise.all(Array.from({ length: 5 }, () => newUser(system.api)));
    const charges = Array.from({ length: 1000 }, (_, at) => ({
      idempotency_key: `batch-${backend}-${at}`,
      wallet: at % 100 === 99 ? 'user:nobody-here' : users[at % users.length],
      amount: '0.1',
      product: 'render',
    }));
    const send = () => system.api.post('/v1/charges/batch', { charges }, { key: null });
    const [first, again] = await Promise.all([send(), send()]);
    for (const { status, body } of [first, again]) {
      expect(status).toBe(200);
      const count = (name: string) =>
        body.data.filter((one: { operation_status: string }) => one.operation_status === name)
          .length;
      expect([count('succeeded'), count('rejected')]).toEqual([990, 10]);
    }
    expect(again.body.data.map((one: { operation: string }) => one.operation)).toEqual(
      first.body.data.map((one: { operation: string }) => one.operation),
    );
    const owed = await Promise.all(
      users.map(async (user) => Number((await system.api.wallet(user)).owed)),
    );
    expect(owed.reduce((sum, one) => sum + one, 0)).toBeCloseTo(99, 6);
  });

  it('that a hold admitted is captured by the price of its admission', async () => {
    const ana = await newUser(system.api);
    await system.api.run('/v1/grants', {
      wallet: ana,
      amount: '100',
      kind: 'promotional',
      reason: 'Opening',
    });
    const price = (rate: string) =>
      system.api.put('/v1/prices/minutes', {
        product: 'notebook',
        meter: 'minutes',
        model: { type: 'per_unit', rate },
      });
    const { body: before } = await price('1');
    const { hold } = await system.api.run('/v1/holds', {
      wallet: ana,
      price: 'minutes',
      quantity: 30,
    });
    expect(hold).toMatchObject({ amount: '30', product: 'notebook' });
    await price('1000');
    const { charge } = await system.api.run(`/v1/holds/${hold.id}/capture`, { quantity: '12.5' });
    expect(charge).toMatchObject({
      amount: '12.5',
      pricing: { price: 'minutes', version: before.version, quantity: '12.5' },
    });
    expect(await system.api.wallet(ana)).toMatchObject({ balance: '87.5', held: '0' });
  });
});
