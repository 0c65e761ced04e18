import { afterAll, beforeAll, expect, test } from 'vitest';
import { putMember } from '../src/reads.ts';
import { bare, openWorlds, type World } from './outcome-world.ts';
import { micro } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

const whole = async (w: World, wallet: string): Promise<number> =>
  Number((await w.balance(wallet)).credits) / 1e6;

const send = (w: World, from: string, to: string, amount: number) =>
  w.outcome({ type: 'transfer', from, to, amount: micro(amount), unrestricted: false });

const remove = (w: World, organization: string, member: string) =>
  w.apply({ type: 'member_removal', organization, member });

const joinBolt = (w: World, member: string) =>
  putMember(worlds.database.db, { organization: bare(w.bolt), user: bare(member), role: 'member' });

test('of a person whom two organizations fund, each gets back its own and only what is unspent', async () => {
  const w = await worlds.newWorld();
  await joinBolt(w, w.ben);
  await w.grant(w.bolt, 100);
  await send(w, w.acme, w.ben, 30);
  await send(w, w.bolt, w.ben, 40);
  await w.grant(w.ben, 5);
  await w.charge({ wallet: w.ben, whole: 12, on_behalf_of: w.acme });
  await w.charge({ wallet: w.ben, whole: 9, on_behalf_of: w.bolt });
  expect(await remove(w, w.acme, w.ben)).toMatchObject({
    result: { returned: { amount: '18' }, held: '0' },
  });
  expect([await whole(w, w.acme), await whole(w, w.bolt), await whole(w, w.ben)]).toEqual([
    88, 60, 36,
  ]);
  await remove(w, w.bolt, w.ben);
  expect([await whole(w, w.acme), await whole(w, w.bolt), await whole(w, w.ben)]).toEqual([
    88, 91, 5,
  ]);
});

test('what a member passed on to another organization is spent for the first', async () => {
  const w = await worlds.newWorld();
  await joinBolt(w, w.ben);
  await send(w, w.acme, w.ben, 30);
  expect(await send(w, w.ben, w.bolt, 20)).toBe('applied');
  await joinBolt(w, w.zoe);
  await send(w, w.bolt, w.zoe, 20);
  expect(await remove(w, w.acme, w.ben)).toMatchObject({ result: { returned: { amount: '10' } } });
  await remove(w, w.bolt, w.zoe);
  expect([await whole(w, w.acme), await whole(w, w.bolt), await whole(w, w.zoe)]).toEqual([
    80, 20, 0,
  ]);
});

test('what was given, returned and given again is returned once, with the terms it had at first', async () => {
  const w = await worlds.newWorld();
  await w.buy(w.bolt, 50, 500);
  await joinBolt(w, w.ben);
  await send(w, w.bolt, w.ben, 50);
  await send(w, w.ben, w.bolt, 20);
  await send(w, w.bolt, w.ben, 15);
  await w.charge({ wallet: w.ben, whole: 5, on_behalf_of: w.bolt });
  expect(await remove(w, w.bolt, w.ben)).toMatchObject({ result: { returned: { amount: '40' } } });
  const lots = await w.worker<{ kind: string; unit_cost: bigint; amount: bigint }[]>`
    select l.kind, l.unit_cost, sum(l.remaining)::bigint as amount
    from bursar.lots l join bursar.wallets x on x.id = l.wallet_id
    where x.owner = ${w.bolt} and not l.closed group by 1, 2`;
  expect(lots).toEqual([{ kind: 'purchased', unit_cost: 10_000_000n, amount: BigInt(micro(45)) }]);
});

test('held parts of two organizations follow to each, when the hold is captured in part', async () => {
  const w = await worlds.newWorld();
  await joinBolt(w, w.ben);
  await w.grant(w.bolt, 100);
  await send(w, w.acme, w.ben, 10);
  await send(w, w.bolt, w.ben, 10);
  const hold = await w.hold(w.ben, 20);
  expect(await remove(w, w.acme, w.ben)).toMatchObject({
    result: { returned: { amount: '0' }, held: '10' },
  });
  expect(await remove(w, w.bolt, w.ben)).toMatchObject({ result: { held: '10' } });
  await w.apply({ type: 'hold_capture', hold, amount: micro(13), final: true });
  // The hold burns in its own order: all of acme's ten, three of bolt's.
  expect([await whole(w, w.acme), await whole(w, w.bolt), await whole(w, w.ben)]).toEqual([
    90, 97, 0,
  ]);
});
