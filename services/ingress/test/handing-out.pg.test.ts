import { describe, expect, it } from 'vitest';
import { addMembers, as, balance, csv, ingress, MANY } from './harness/distribution-world.ts';

describe('a CSV list', () => {
  it('is handed out when every line is right', async () => {
    const given = await csv('adam', '?reason=Launch', 'user,amount\nmia,30\nuser:max,0.5\n');
    expect(given).toMatchObject({
      status: 200,
      body: { result: { allocation: { recipients: 2, total: '30.5' } } },
    });
    expect([await balance('user:mia'), await balance('user:max')]).toEqual([30, 0.5]);
    const mias = await as('mia', 'GET', '/v1/wallets/user:mia');
    expect(mias.body).toMatchObject({ by_organization: { 'org:acme': '30' } });
  });

  it('leaves lots behind that are listed as past once all of them was spent', async () => {
    const past = (more: string) => as('max', 'GET', `/v1/wallets/user:max/lots?order=past${more}`);
    expect((await past('')).body.data).toEqual([]);
    await as(null, 'POST', '/v1/charges', { wallet: 'user:max', amount: '0.5', product: 'ide' });
    await csv('adam', '?reason=Launch', 'user,amount\nuser:max,0.5\n');
    const { body } = await past('&limit=1');
    expect(body).toMatchObject({ data: [{ state: 'spent', amount: '0.5' }], has_more: false });
  });

  it('is refused as a whole, with every fault by its line, members included', async () => {
    await as('olga', 'POST', '/v1/organizations/acme/members/tom/suspend', {});
    const refused = await csv('adam', '?amount_per_recipient=5', 'user\nmia\nsam\ntom\n');
    await as('olga', 'POST', '/v1/organizations/acme/members/tom/reinstate', {});
    expect(refused).toMatchObject({
      status: 400,
      body: {
        code: 'invalid_request',
        errors: [
          { parameter: 'line 3', message: 'user:sam is no member' },
          { parameter: 'line 4', message: 'user:tom is suspended' },
        ],
      },
    });
    expect(await balance('user:mia')).toBe(30);
  });

  it('can be tried first', async () => {
    const tried = await csv('adam', '?preview=true', 'user,amount\nmia,30\n');
    expect(tried.body).toMatchObject({
      object: 'preview',
      would: 'succeed',
      result: { allocation: { recipients: 1, total: '30', left: expect.any(String) } },
    });
    expect(await balance('user:mia')).toBe(30);
  });

  it('is another request when the amount in its address changes', async () => {
    const send = (amount: string) =>
      ingress().call(
        'POST',
        `/v1/organizations/acme/allocations/csv?amount_per_recipient=${amount}`,
        {
          idempotencyKey: 'same-key',
          headers: { 'Content-Type': 'text/csv', Prefer: 'wait=10' },
          body: 'user\nmax\n',
        },
      );
    expect((await send('1')).status).toBe(200);
    expect((await send('1')).headers.get('Idempotent-Replayed')).toBe('true');
    expect((await send('2')).body.code).toBe('idempotency_key_reused');
  });

  it('with a reason that no database can hold is refused, not accepted and lost', async () => {
    const sent = await csv('adam', '?reason=a%00b', 'user,amount\nmia,1\n');
    expect(sent.status).toBe(400);
  });

  it('is for managers, and only CSV', async () => {
    expect((await csv('mia', '', 'user,amount\nmia,1\n')).status).toBe(403);
    const path = '/v1/organizations/acme/allocations/csv';
    expect((await as('adam', 'POST', path, { user: 'mia' })).status).toBe(415);
  });
});

describe('an allocation', () => {
  it('of amounts of their own is shown, listed, undone and shown again', async () => {
    const recipients = [
      { user: 'user:mia', amount: '10' },
      { user: 'user:max', amount: '20' },
    ];
    const given = await as('adam', 'POST', '/v1/allocations', { from: 'org:acme', recipients });
    const { id } = given.body.result.allocation;
    const charge = { wallet: 'user:max', amount: '8', product: 'x', on_behalf_of: 'org:acme' };
    await as(null, 'POST', '/v1/charges', charge);
    const undone = await as('adam', 'POST', `/v1/allocations/${id}/undo`, { reason: 'Too early' });
    expect(undone).toMatchObject({
      status: 200,
      body: { type: 'allocation_undo', result: { undo: { members: 2, held: '0' } } },
    });
    const shown = await as('adam', 'GET', `/v1/allocations/${id}`);
    expect(shown.body).toMatchObject({
      from: 'org:acme',
      amount_per_recipient: null,
      total: '30',
      returned: undone.body.result.undo.returned,
      progress: { done: 2, total: 2 },
    });
    const first = await as('adam', 'GET', `/v1/allocations/${id}/recipients?limit=1`);
    expect(first.body).toMatchObject({
      data: [{ user: 'user:mia', amount: '10', returned: '10' }],
      has_more: true,
    });
    const next = first.body.next_cursor;
    const second = await as(
      'adam',
      'GET',
      `/v1/allocations/${id}/recipients?limit=1&cursor=${next}`,
    );
    expect(second.body).toMatchObject({ data: [{ user: 'user:max' }], has_more: false });
    const list = await as('adam', 'GET', '/v1/organizations/acme/allocations?limit=1');
    expect(list.body.data[0]).toMatchObject({ id });
  });

  it('of somebody else does not exist', async () => {
    const given = await as('adam', 'POST', '/v1/allocations', {
      from: 'org:acme',
      recipients: ['user:mia'],
      amount_per_recipient: '1',
    });
    const { id } = given.body.result.allocation;
    expect((await as('sam', 'POST', `/v1/allocations/${id}/undo`, {})).status).toBe(404);
    expect((await as('mia', 'GET', `/v1/allocations/${id}`)).status).toBe(403);
  });

  it('needs an amount for all, or one each, and not both', async () => {
    const from = 'org:acme';
    const each = [{ user: 'user:mia', amount: '1' }];
    for (const body of [
      { from, recipients: ['user:mia'] },
      { from, recipients: 'all' },
      { from, recipients: each, amount_per_recipient: '1' },
    ]) {
      expect((await as('adam', 'POST', '/v1/allocations', body)).status).toBe(400);
    }
  });

  it('to more people than a message can carry goes by a stored list', async () => {
    await addMembers();
    const recipients = Array.from({ length: MANY }, (_, n) => `user:many-${n + 1}`);
    const body = { from: 'org:acme', recipients, amount_per_recipient: '0.5' };
    const tried = await as('adam', 'POST', '/v1/allocations', { ...body, preview: true });
    expect(tried.body).toMatchObject({
      would: 'succeed',
      result: { allocation: { total: '750' } },
    });
    // Nothing of it stays but the list, for hours; nothing was made that could be asked for by an id.
    const hours = (Date.parse(String(tried.body.kept_until)) - Date.now()) / 3_600_000;
    expect(hours).toBeCloseTo(2, 1);
    expect(tried.body.result.allocation).not.toHaveProperty('id');
    const given = await as('adam', 'POST', '/v1/allocations', body);
    expect(given).toMatchObject({
      status: 200,
      body: { result: { allocation: { recipients: 1500, total: '750' } } },
    });
    expect(await balance('user:many-1500')).toBe(0.5);
  });
});
