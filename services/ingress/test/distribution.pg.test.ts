import { payDelayed } from '@bursar/ledger/operations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
let stopWorker: () => Promise<unknown>;
let count = 0;

/** As a person, or as the operator; commands get a key of their own and wait for their outcome. */
const as = (who: string | null, method: string, path: string, body?: unknown, type?: string) => {
  count += 1;
  return ingress.call(method, path, {
    ...(who !== null && { actAs: `user:${who}` }),
    ...(method === 'POST' && { idempotencyKey: `k${count}` }),
    headers: { Prefer: 'wait=10', ...(type !== undefined && { 'Content-Type': type }) },
    body,
  });
};

const csv = (who: string, query: string, text: string) =>
  as(who, 'POST', `/v1/organizations/acme/allocations/csv${query}`, text, 'text/csv');

const balance = async (wallet: string): Promise<number> =>
  Number((await ingress.call('GET', `/v1/wallets/${wallet}`)).body.balance);

const settings = (body: object) => as('olga', 'PATCH', '/v1/organizations/acme/settings', body);

const ask = async (who: string, amount: string) => {
  const asked = await as(who, 'POST', '/v1/credit-requests', { organization: 'org:acme', amount });
  expect(asked.status).toBe(200);
  return asked.body.result.credit_request;
};

beforeAll(async () => {
  ingress = await startIngress();
  stopWorker = await startLedgerWorker(ingress);
  for (const user of ['olga', 'adam', 'mia', 'max', 'sam', 'tom']) {
    await ingress.call('PUT', `/v1/users/${user}`, { body: {} });
  }
  await as('olga', 'PUT', '/v1/organizations/acme', { name: 'Acme' });
  for (const [user, role] of [
    ['adam', 'admin'],
    ['mia', 'member'],
    ['max', 'member'],
    ['tom', 'member'],
  ]) {
    await as('olga', 'PUT', `/v1/organizations/acme/members/${user}`, { role });
  }
  const grant = { wallet: 'org:acme', amount: '10000', kind: 'promotional', reason: 'Pool' };
  await as(null, 'POST', '/v1/grants', grant);
});
afterAll(async () => {
  await stopWorker();
  await ingress.stop();
});

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
      ingress.call(
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
    await ingress.database.db`
      with people as (
        insert into bursar.users (id) select 'many-' || n from generate_series(1, 1500) n returning id
      ), wallets as (
        insert into bursar.wallets (owner) select 'user:' || id from people
      )
      insert into bursar.memberships (organization_id, user_id, role) select 'acme', id, 'member' from people`;
    const recipients = Array.from({ length: 1500 }, (_, n) => `user:many-${n + 1}`);
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

/** Pages of one row, so that a filter after paging would leave holes; a member's own are filtered the same way. */
async function areFiltered(): Promise<void> {
  for (const [who, filter, expected] of [
    ['adam', 'status=decided', ['approved', 'rejected']],
    ['adam', 'status=decided&member=user:tom', ['rejected']],
    ['adam', 'status=pending', ['pending']],
    ['tom', 'status=decided', ['rejected']],
    ['tom', 'status=decided&member=user:mia', ['rejected']],
    ['tom', 'status=pending', []],
  ] as const) {
    const seen: string[] = [];
    let cursor = '';
    do {
      const list = `/v1/organizations/acme/credit-requests?limit=1&${filter}${cursor}`;
      const { body } = await as(who, 'GET', list);
      seen.push(...body.data.map((row: { status: string }) => row.status));
      cursor = body.has_more ? `&cursor=${body.next_cursor}` : '';
    } while (cursor !== '');
    expect(seen.toSorted(), `${who}: ${filter}`).toEqual(expected);
  }
  const path = '/v1/organizations/acme/credit-requests?status=decided';
  expect((await as('sam', 'GET', path)).status).toBe(404);
}

describe('requests', () => {
  it('are decided many at once, each by itself', async () => {
    const [mias, maxs, toms] = [
      await ask('mia', '5'),
      await ask('max', '5'),
      await ask('tom', '5'),
    ];
    const decided = await as('adam', 'POST', '/v1/credit-requests/decide', {
      approve: [{ id: mias.id, amount: '2' }, { id: maxs.id, amount: '6' }, { id: 'req_nothing' }],
      reject: [{ id: toms.id, reason: 'Next quarter' }],
    });
    expect(decided.status).toBe(200);
    expect(
      decided.body.data.map((line: Record<string, { code?: string } | null>) => [
        line['decision'],
        line['status'],
        line['operation_status'] ?? null,
        line['error']?.code ?? null,
      ]),
    ).toEqual([
      ['approve', 'accepted', 'succeeded', null],
      ['approve', 'accepted', 'rejected', 'amount_exceeds_request'],
      ['approve', 'invalid', null, 'not_found'],
      ['reject', 'accepted', 'succeeded', null],
    ]);
    const rejected = await as('tom', 'GET', '/v1/organizations/acme/credit-requests');
    expect(rejected.body.data[0]).toMatchObject({
      status: 'rejected',
      decision_reason: 'Next quarter',
      expires_at: expect.any(String),
    });
    await areFiltered();
    const ofMax = '/v1/organizations/acme/credit-requests?status=pending&member=user:max';
    expect((await as('adam', 'GET', ofMax)).body.data).toHaveLength(1);
    await as('max', 'POST', `/v1/credit-requests/${maxs.id}/cancel`, {});
  });

  it('repeated as a whole decide nothing twice', async () => {
    const { id } = await ask('mia', '5');
    const before = await balance('user:mia');
    const send = () =>
      ingress.call('POST', '/v1/credit-requests/decide', {
        idempotencyKey: 'decide-once',
        headers: { Prefer: 'wait=10' },
        body: { approve: [{ id }] },
      });
    const [first, second] = [await send(), await send()];
    expect(first.body.data[0]).toMatchObject({ operation_status: 'succeeded', replayed: false });
    expect(second.body.data[0]).toMatchObject({ operation_status: 'succeeded', replayed: true });
    expect(await balance('user:mia')).toBe(before + 5);
  });

  it('of strangers and of members of their own are not theirs to decide', async () => {
    const { id } = await ask('max', '5');
    for (const who of ['sam', 'max']) {
      const answered = await as(who, 'POST', '/v1/credit-requests/decide', { approve: [{ id }] });
      expect(answered.body.data[0].status).toBe('invalid');
    }
    await as('adam', 'POST', `/v1/credit-requests/${id}/reject`, {});
  });

  it('below the limit approve themselves, up to the monthly sum', async () => {
    await settings({ auto_approve_below: '11', auto_approve_monthly: '15' });
    expect(await ask('max', '10')).toMatchObject({ status: 'approved', granted: '10' });
    const second = await ask('max', '10');
    expect(second).toMatchObject({ status: 'pending' });
    await as('max', 'POST', `/v1/credit-requests/${second.id}/cancel`, {});
    expect(await ask('max', '5')).toMatchObject({ status: 'approved' });
    await settings({ auto_approve_below: null });
  });
});

describe('a seat', () => {
  it('is assigned and revoked by address, and brings its credits once', async () => {
    await settings({ seat_allocation: '40' });
    const before = await balance('user:tom');
    const seat = '/v1/organizations/acme/seats/tom';
    const assigned = await as('adam', 'PUT', seat, {});
    expect(assigned).toMatchObject({
      status: 200,
      body: {
        result: { seat: { user: 'user:tom', status: 'assigned' }, transfer: { amount: '40' } },
      },
    });
    const again = await as('adam', 'PUT', seat, {});
    expect(again.body.id).toBe(assigned.body.id);
    const list = await as('adam', 'GET', '/v1/organizations/acme/seats');
    expect(list.body.data).toMatchObject([{ user: 'user:tom', delayed: null }]);
    expect((await as('adam', 'DELETE', seat)).body.result.seat.status).toBe('revoked');
    const back = await as('adam', 'PUT', seat, {});
    expect(back.body.result).toMatchObject({ transfer: null });
    expect(await balance('user:tom')).toBe(before + 40);
    expect((await as('mia', 'PUT', seat, {})).status).toBe(403);
    expect((await as('adam', 'PUT', '/v1/organizations/acme/seats/sam', {})).status).toBe(422);
  });

  it('whose credits the pool cannot pay is there, and its operation waits', async () => {
    await settings({ seat_allocation: '1000000' });
    const seat = '/v1/organizations/acme/seats/mia';
    const headers = { Prefer: 'wait=1' };
    const assigned = await ingress.call('PUT', seat, { headers, body: {} });
    expect(assigned).toMatchObject({
      status: 202,
      body: { status: 'pending', progress: { delayed: true, because: 'insufficient_credits' } },
    });
    const list = await as('adam', 'GET', '/v1/organizations/acme/seats');
    expect(list.body.data[0]).toMatchObject({ user: 'user:mia', delayed: '1000000' });
    const grant = { wallet: 'org:acme', amount: '1000000', kind: 'adjustment', reason: 'More' };
    await as(null, 'POST', '/v1/grants', grant);
    await payDelayed(ingress.database.connect('bursar_worker'), 0, 10);
    const paid = await ingress.call('PUT', seat, { headers, body: {} });
    expect(paid.body).toMatchObject({ id: assigned.body.id, status: 'succeeded' });
  });
});

describe('a rule', () => {
  const path = '/v1/organizations/acme/rules/top-up';
  it('is made, shown, tried, changed and ended by managers', async () => {
    const rule = { kind: 'refill', amount: '300', every: 'month' };
    expect((await as('mia', 'PUT', path, rule)).status).toBe(403);
    const made = await as('adam', 'PUT', path, rule);
    expect(made).toMatchObject({ status: 201, body: { id: 'top-up', amount: '300', runs: [] } });
    expect((await as('adam', 'PUT', path, { ...rule, amount: '200' })).status).toBe(200);
    const list = await as('adam', 'GET', '/v1/organizations/acme/rules');
    expect(list.body.data).toMatchObject([{ kind: 'refill', amount: '200', every: 'month' }]);
    expect((await as('adam', 'DELETE', path)).status).toBe(204);
    expect((await as('adam', 'GET', path)).status).toBe(404);
    for (const wrong of [
      { kind: 'refill', every: 'month' },
      { kind: 'cap', every: 'month', share_percent: 101 },
      { kind: 'sweep', every: 'day', idle_days: 1 },
    ]) {
      expect((await as('adam', 'PUT', path, wrong)).status).toBe(400);
    }
  });

  it('is simulated before it exists, as an operation that says how far it is', async () => {
    const body = { rule: { kind: 'sweep', every: 'month', idle_days: 1 }, periods: 2 };
    const large = await as('adam', 'POST', `${path}/simulate`, body);
    expect(large).toMatchObject({
      status: 200,
      body: {
        type: 'rule_simulation',
        status: 'succeeded',
        progress: { done: large.body.progress.total },
      },
    });
    expect(large.body.progress.total).toBeGreaterThan(1_500);
    expect((await as('mia', 'POST', `${path}/simulate`, body)).status).toBe(403);
    await as('olga', 'PUT', '/v1/organizations/small', { name: 'Small' });
    const small = '/v1/organizations/small/rules/any/simulate';
    const simulated = await as('olga', 'POST', small, body);
    expect(simulated.body.result.simulation).toMatchObject({
      kind: 'sweep',
      periods: [{ outcome: 'move', members: 0, amount: '0' }, {}],
    });
    expect((await as('olga', 'POST', small, {})).status).toBe(404);
  });
});

describe('leaving', () => {
  it('is for everybody but the last owner, and says what follows', async () => {
    const preview = await as('max', 'DELETE', '/v1/organizations/acme/members/max', {
      preview: true,
    });
    expect(preview.body.result).toMatchObject({
      returned: { amount: expect.any(String) },
      held: '0',
      seat_revoked: false,
      requests_cancelled: 0,
      delayed_cancelled: '0',
    });
    expect((await as('max', 'DELETE', '/v1/organizations/acme/members/mia')).status).toBe(403);
    expect((await as('max', 'DELETE', '/v1/organizations/acme/members/max')).status).toBe(200);
    expect((await as('max', 'GET', '/v1/organizations/acme')).status).toBe(404);
    const last = await as('olga', 'DELETE', '/v1/organizations/acme/members/olga');
    expect(last).toMatchObject({ status: 409, body: { code: 'last_owner' } });
  });
});
