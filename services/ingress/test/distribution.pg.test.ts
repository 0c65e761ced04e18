import { payDelayed } from '@bursar/ledger/operations';
import { describe, expect, it } from 'vitest';
import {
  addMembers,
  as,
  ask,
  balance,
  ingress,
  MANY,
  settings,
} from './harness/distribution-world.ts';

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
      ingress().call('POST', '/v1/credit-requests/decide', {
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
    const assigned = await ingress().call('PUT', seat, { headers, body: {} });
    expect(assigned).toMatchObject({
      status: 202,
      body: { status: 'pending', progress: { delayed: true, because: 'insufficient_credits' } },
    });
    const list = await as('adam', 'GET', '/v1/organizations/acme/seats');
    expect(list.body.data[0]).toMatchObject({ user: 'user:mia', delayed: '1000000' });
    const grant = { wallet: 'org:acme', amount: '1000000', kind: 'adjustment', reason: 'More' };
    await as(null, 'POST', '/v1/grants', grant);
    await payDelayed(ingress().database.connect('bursar_worker'), 0, 10);
    const paid = await ingress().call('PUT', seat, { headers, body: {} });
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
    await addMembers();
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
    expect(large.body.progress.total).toBeGreaterThan(MANY);
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
