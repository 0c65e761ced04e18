import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { deliverFact } from '../src/operations.ts';
import { listNotifications } from '../src/reads.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.db`insert into bursar.users (id) values ('ana')`;
  await database.db`insert into bursar.wallets (owner) values ('user:ana')`;
});
afterAll(() => database.drop());

test('notices stand in the order of what happened, whichever job was quicker to write its own', async () => {
  const { db } = database;
  const facts = await db<{ id: string }[]>`
    insert into bursar.outbox (kind, subject_wallet, payload, created_at)
    select f.kind, w.id, '{}', now() + f.at * interval '1 millisecond'
    from bursar.wallets w, (values ('balance-low', 0), ('balance-recovered', 1), ('balance-owed', 2)) f (kind, at)
    where w.owner = 'user:ana' order by f.at
    returning id::text`;
  for (const { id } of facts.toReversed()) {
    await deliverFact(database.connect('bursar_worker'), id);
  }
  const all = await listNotifications(db, 'ana', { limit: 10 });
  const kinds = all.rows.map(({ kind }) => kind);
  expect(kinds).toEqual(['balance-owed', 'balance-recovered', 'balance-low']);
  const [first] = (await listNotifications(db, 'ana', { limit: 1 })).rows;
  const rest = await listNotifications(db, 'ana', { limit: 10, before: first?.id ?? '' });
  expect(rest.rows.map(({ kind }) => kind)).toEqual(kinds.slice(1));
});
