import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDatabase } from '../src/administration.ts';
import { expireDue, type Database } from '../src/operations.ts';
import { openWorlds, type World } from './outcome-world.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
let owner: Database;
beforeAll(async () => {
  worlds = await openWorlds();
  owner = worlds.database.db;
});
afterAll(() => worlds.close());

const numberOf = async (w: World, wallet: string): Promise<string> => {
  const [row] = await w.worker<{ id: string }[]>`
    select id::text from bursar.wallets where owner = ${wallet}`;
  return row?.id ?? '';
};

const parked = () => owner`
  select kind, subject, failures from bursar.parked_expiries order by kind`;

/** Ten credits in each of these wallets that expire in a moment, which has passed. */
async function tenLapsing(w: World, wallets: readonly string[]): Promise<void> {
  const expires_at = new Date(Date.now() + 300).toISOString();
  for (const wallet of wallets) await w.grant(wallet, 10, { expires_at });
  await expect
    .poll(async () => {
      const [row] = await w.worker<{ due: number }[]>`
        select count(*)::integer as due from bursar.wallets
        where owner = any (${[...wallets]}::text[]) and next_change_at <= clock_timestamp()`;
      return row?.due;
    })
    .toBe(wallets.length);
}

const creditsOf = async (w: World, wallets: readonly string[]): Promise<number[]> =>
  Promise.all(wallets.map(async (one) => Number((await w.balance(one)).credits)));

test('a wallet that cannot expire is parked and reported, and all the others expire', async () => {
  const w = await worlds.newWorld();
  const wallets = [w.zoe, w.ben, w.dan, w.eve];
  await tenLapsing(w, wallets);
  // A balance that its lots contradict: taking them out would make it negative, which the table refuses.
  await owner`update bursar.wallets set credits = 1 where owner = ${w.zoe}`;
  const subject = await numberOf(w, w.zoe);
  expect(await expireDue(w.worker)).toMatchObject({
    wallets: 3,
    failures: [{ kind: 'wallet', subject, parked: true }],
  });
  expect(await creditsOf(w, wallets)).toEqual([1, 0, 0, 0]);
  expect(await parked()).toEqual([{ kind: 'wallet', subject, failures: 1 }]);
  // Left alone until its time, then tried again and left alone for longer.
  expect(await expireDue(w.worker)).toEqual({ holds: 0, wallets: 0, failures: [] });
  await owner`update bursar.parked_expiries set retry_at = clock_timestamp()`;
  expect((await expireDue(w.worker)).failures).toHaveLength(1);
  expect(await parked()).toMatchObject([{ failures: 2 }]);
  // Mended, it expires as the others did, and nothing is parked any more.
  await owner`update bursar.wallets set credits = 10000000 where owner = ${w.zoe}`;
  await owner`update bursar.parked_expiries set retry_at = clock_timestamp()`;
  expect(await expireDue(w.worker)).toEqual({ holds: 0, wallets: 1, failures: [] });
  expect(await creditsOf(w, wallets)).toEqual([0, 0, 0, 0]);
  expect(await parked()).toEqual([]);
});

test('a hold that cannot end is parked by itself, too', async () => {
  const w = await worlds.newWorld();
  const [bad, good] = [await w.hold(w.ana, 5, 1), await w.hold(w.acme, 5, 1)];
  const due = () => owner`
    select from bursar.holds where status = 'open' and expires_at <= clock_timestamp()`;
  await expect.poll(async () => (await due()).length).toBe(2);
  await owner`update bursar.wallets set held = 1 where owner = ${w.ana}`;
  expect(await expireDue(w.worker)).toMatchObject({
    holds: 1,
    failures: [{ kind: 'hold', subject: bad, parked: true }],
  });
  expect(
    await owner`select id from bursar.holds where id in (${bad}, ${good}) and status = 'open'`,
  ).toEqual([{ id: bad }]);
  await owner`update bursar.wallets set held = 5000000 where owner = ${w.ana}`;
  await owner`update bursar.parked_expiries set retry_at = clock_timestamp()`;
  expect(await expireDue(w.worker)).toMatchObject({ holds: 1, failures: [] });
  expect(await parked()).toEqual([]);
});

test('a wallet that somebody holds locked is passed over this time only, and not parked', async () => {
  const w = await worlds.newWorld();
  await tenLapsing(w, [w.zoe, w.ben]);
  const { url } = worlds.database;
  const hasty = connectDatabase({ url, role: 'bursar_worker', statementTimeoutMs: 300 });
  await owner.begin(async (tx) => {
    await tx`select from bursar.wallets where owner = ${w.zoe} for update`;
    expect(await expireDue(hasty)).toMatchObject({
      wallets: 1,
      failures: [{ subject: await numberOf(w, w.zoe), parked: false }],
    });
  });
  expect(await parked()).toEqual([]);
  expect(await expireDue(hasty)).toMatchObject({ wallets: 1, failures: [] });
  await hasty.end();
});
