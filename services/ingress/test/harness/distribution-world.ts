import { afterAll, beforeAll, expect } from 'vitest';
import { startLedgerWorker } from './ledger-worker.ts';
import { startIngress, type RunningIngress } from './running-ingress.ts';

let running: RunningIngress | undefined;
let stopWorker: (() => Promise<unknown>) | undefined;
let count = 0;

/** Of the file that imports this: one organization with a pool, an owner, an admin and three members. */
export function ingress(): RunningIngress {
  if (running === undefined) throw new Error('The ingress starts before the first test.');
  return running;
}

/** As a person, or as the operator; commands get a key of their own and wait for their outcome. */
export const as = (
  who: string | null,
  method: string,
  path: string,
  body?: unknown,
  type?: string,
) => {
  count += 1;
  return ingress().call(method, path, {
    ...(who !== null && { actAs: `user:${who}` }),
    ...(method === 'POST' && { idempotencyKey: `k${count}` }),
    headers: { Prefer: 'wait=10', ...(type !== undefined && { 'Content-Type': type }) },
    body,
  });
};

export const csv = (who: string, query: string, text: string) =>
  as(who, 'POST', `/v1/organizations/acme/allocations/csv${query}`, text, 'text/csv');

export const balance = async (wallet: string): Promise<number> =>
  Number((await ingress().call('GET', `/v1/wallets/${wallet}`)).body.balance);

export const settings = (body: object) =>
  as('olga', 'PATCH', '/v1/organizations/acme/settings', body);

export const ask = async (who: string, amount: string) => {
  const asked = await as(who, 'POST', '/v1/credit-requests', { organization: 'org:acme', amount });
  expect(asked.status).toBe(200);
  return asked.body.result.credit_request;
};

beforeAll(async () => {
  running = await startIngress();
  stopWorker = await startLedgerWorker(running);
  for (const user of ['olga', 'adam', 'mia', 'max', 'sam', 'tom']) {
    await running.call('PUT', `/v1/users/${user}`, { body: {} });
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
  await stopWorker?.();
  await running?.stop();
});

/** More than one message carries, and more than one step of a simulation reads. */
export const MANY = 1_500;

/** Lets so many people join, `many-1` and so on. */
export const addMembers = () =>
  ingress().database.db`
    with people as (
      insert into bursar.users (id) select 'many-' || n from generate_series(1, ${MANY}::int) n returning id
    ), wallets as (
      insert into bursar.wallets (owner) select 'user:' || id from people
    )
    insert into bursar.memberships (organization_id, user_id, role) select 'acme', id, 'member' from people`;
