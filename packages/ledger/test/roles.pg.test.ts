import { randomUUID } from 'node:crypto';
import type { ChargeItem } from '@bursar/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyCharges, inTransaction } from '../src/operations.ts';
import type { Database } from '../src/administration.ts';
import { findApiKey, rotateApiKey, upsertOperatorKey } from '../src/reads.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';

let database: TestDatabase;
let ingress: Database;
let worker: Database;
let auditor: Database;

const charge: ChargeItem = {
  key: randomUUID(),
  hash: randomUUID(),
  caller: 'key_x',
  actor: 'key_x',
  accepted_at: new Date().toISOString(),
  wallet: 'user:ana',
  amount: '1000000',
  product: 'notebooks',
};

beforeAll(async () => {
  database = await createTestDatabase();
  await database.db`insert into bursar.users (id) values ('ana')`;
  await database.db`insert into bursar.wallets (owner) values ('user:ana')`;
  ingress = database.connect('bursar_ingress');
  worker = database.connect('bursar_worker');
  auditor = database.connect('bursar_auditor');
});

afterAll(() => database.drop());

const DENIED = /permission denied/;
const HISTORY = [
  'transactions',
  'movements',
  'operations',
  'lots',
  'wallets',
  'slices',
  'purchases',
  'cash_bookings',
  'cash_entries',
];

describe('the ingress', () => {
  test('cannot apply a charge', async () => {
    await expect(inTransaction(ingress, (tx) => applyCharges(tx, [charge]))).rejects.toThrow(
      DENIED,
    );
  });

  test('cannot take over the key of an operator', async () => {
    const hash = Buffer.alloc(32, 1);
    const id = await upsertOperatorKey(database.db, { hash, lastFour: 'last', name: 'Settings' });
    const rotation = { id, hash: Buffer.alloc(32, 2), lastFour: 'mine', overlapMs: 0 };
    expect(await rotateApiKey(ingress, rotation)).toBeNull();
    expect(await findApiKey(ingress, hash)).toMatchObject({ id, operator: true });
  });

  test('can execute no function that moves credits', async () => {
    const rows = await database.db<{ name: string }[]>`
      select p.proname as name from pg_proc p
      where p.pronamespace = 'bursar'::regnamespace and p.prosecdef
        and has_function_privilege('bursar_ingress', p.oid, 'execute')
      order by 1`;
    expect(rows.map((row) => row.name)).toEqual([
      'accept_invitation',
      'add_rate_points',
      'approve_purchase',
      'ask_audit',
      'ask_reconciliation',
      'begin_session',
      'clear_payment_warnings_of',
      'create_webhook',
      'declare_settings',
      'delete_budget',
      'delete_rule',
      'delete_user',
      'delete_webhook',
      'disable_bonus_code',
      'dismiss_purchase',
      'end_session',
      'end_sessions_of',
      'find_identity',
      'insert_api_key',
      'invite',
      'keep_recipients',
      'mark_notifications_read',
      'mute_notices',
      'mute_webhooks',
      'organization_deletion_report',
      'put_auto_top_up',
      'put_bonus_code',
      'put_budget',
      'put_member',
      'put_organization',
      'put_plan',
      'put_price',
      'put_rule',
      'put_user',
      'record_stripe_event',
      'reinstate_member',
      'replay_webhook_delivery',
      'replay_webhook_range',
      'resend_invitation',
      'resolve_case',
      'retire_plan',
      'retire_price',
      'retry_case',
      'revoke_api_key',
      'revoke_invitation',
      'rotate_api_key',
      'rotate_webhook_secret',
      'set_low_balance',
      'set_organization_settings',
      'set_overdraft_limit',
      'set_rate_limit',
      'set_soft_landing_limit',
      'sign_in',
      'suspend_member',
      'take_answer',
      'test_webhook',
      'touch_api_keys',
      'transfer_ownership',
      'update_webhook',
      'use_session',
    ]);
  });

  test.each(HISTORY)('cannot write %s', async (table) => {
    await expect(ingress.unsafe(`delete from bursar.${table}`)).rejects.toThrow(DENIED);
    await expect(ingress.unsafe(`insert into bursar.${table} default values`)).rejects.toThrow(
      DENIED,
    );
  });
});

describe('the worker', () => {
  test('applies charges', async () => {
    const outcomes = await inTransaction(worker, (tx) => applyCharges(tx, [charge]));
    expect(outcomes).toEqual([{ verdict: 'applied' }]);
  });

  test.each(HISTORY)('cannot rewrite %s', async (table) => {
    await expect(worker.unsafe(`delete from bursar.${table}`)).rejects.toThrow(DENIED);
    await expect(worker.unsafe(`truncate bursar.${table}`)).rejects.toThrow(DENIED);
    const [column] = await database.db<{ name: string }[]>`
      select column_name as name from information_schema.columns
      where table_schema = 'bursar' and table_name = ${table} and is_identity = 'NO' limit 1`;
    await expect(
      worker.unsafe(`update bursar.${table} set "${column?.name}" = "${column?.name}"`),
    ).rejects.toThrow(DENIED);
  });

  test('cannot reach behind the operations, at the functions they are made of', async () => {
    await expect(
      worker`select bursar.move_debt(${randomUUID()}::uuid, 1, 1, 'consumed')`,
    ).rejects.toThrow(DENIED);
  });
});

test('the auditor reads and nothing else', async () => {
  await expect(auditor`select count(*) from bursar.transactions`).resolves.toHaveLength(1);
  await expect(auditor.unsafe('delete from bursar.movements')).rejects.toThrow(DENIED);
});

test('nobody is given anything by being a member of public', async () => {
  const rows = await database.db<{ name: string }[]>`
    select p.proname as name from pg_proc p
    where p.pronamespace = 'bursar'::regnamespace
      and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0)`;
  expect(rows).toEqual([]);
});
