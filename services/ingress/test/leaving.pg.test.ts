import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLedgerWorker } from './harness/ledger-worker.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

let ingress: RunningIngress;
let stopWorker: () => Promise<unknown>;
let count = 0;
let org: string;

beforeAll(async () => {
  ingress = await startIngress();
  stopWorker = await startLedgerWorker(ingress);
  for (const user of ['olga', 'otto', 'adam', 'mia', 'sam']) {
    await ingress.call('PUT', `/v1/users/${user}`, { body: {} });
  }
});
afterAll(async () => {
  await stopWorker();
  await ingress.stop();
});

/** Olga owns it alone. */
beforeEach(async () => {
  count += 1;
  org = `/v1/organizations/acme${count}`;
  await ingress.call('PUT', org, { body: { name: 'Acme' }, actAs: 'user:olga' });
  await member('adam', 'admin');
  await member('mia', 'member');
});

const member = (user: string, role: string) =>
  ingress.call('PUT', `${org}/members/${user}`, { body: { role } });

const leave = (who: string, whom = who) =>
  ingress.call('DELETE', `${org}/members/${whom}`, {
    actAs: `user:${who}`,
    headers: { Prefer: 'wait=10' },
  });

const give = (body: object, actAs?: string) =>
  ingress.call('POST', `${org}/transfer-ownership`, {
    body,
    ...(actAs !== undefined && { actAs: `user:${actAs}` }),
  });

describe('leaving', () => {
  it('is for everybody, and asked twice is one departure', async () => {
    const left = await leave('mia');
    expect(left).toMatchObject({ status: 200, body: { type: 'member_removal' } });
    expect((await leave('mia')).body.id).toBe(left.body.id);
    expect((await ingress.call('GET', org, { actAs: 'user:mia' })).status).toBe(404);
  });

  it('is no right to remove others, and hidden from strangers', async () => {
    expect((await leave('mia', 'adam')).status).toBe(403);
    expect((await leave('sam')).status).toBe(404);
  });

  it('works while suspended', async () => {
    await ingress.call('POST', `${org}/members/mia/suspend`, { body: {} });
    expect((await leave('mia')).status).toBe(200);
  });

  it('by two owners at once leaves exactly one', async () => {
    await member('otto', 'owner');
    const answers = await Promise.all([leave('olga'), leave('otto')]);
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200, 409]));
    expect(answers.map((answer) => answer.body.code)).toContain('last_owner');
  });
});

describe('giving the role of owner', () => {
  it('is done by the owner, after which only the new one can', async () => {
    expect((await give({ to: 'user:adam' }, 'mia')).status).toBe(403);
    expect((await give({ to: 'user:adam' }, 'adam')).status).toBe(403);
    expect((await give({ to: 'user:adam' }, 'sam')).status).toBe(404);
    const given = await give({ to: 'user:adam' }, 'olga');
    expect(given.body).toMatchObject({
      owner: { user: 'user:adam', role: 'owner' },
      previous: { user: 'user:olga', role: 'admin' },
    });
    expect((await give({ to: 'user:mia' }, 'olga')).status).toBe(403);
    expect((await leave('olga')).status).toBe(200);
  });

  it('needs the giver of an operator, and a member as the receiver', async () => {
    const unnamed = await give({ to: 'user:adam' });
    expect([unnamed.status, unnamed.body.errors[0].pointer]).toEqual([400, '/from']);
    expect((await give({ to: 'user:adam', from: 'user:mia' })).body.code).toBe('not_an_owner');
    expect((await give({ to: 'user:sam' }, 'olga')).body.code).toBe('not_a_member');
    expect((await give({ to: 'user:mia', from: 'user:adam' }, 'olga')).status).toBe(403);
    expect((await give({ to: 'user:adam', from: 'user:olga' })).status).toBe(200);
  });
});
