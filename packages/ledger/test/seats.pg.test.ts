import { afterAll, beforeAll, expect, test } from 'vitest';
import { payDelayed } from '../src/operations.ts';
import { putMember, setOrganizationSettings } from '../src/reads.ts';
import { bare, openWorlds, type World } from './outcome-world.ts';
import { micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

const assign = (w: World, member = w.ben) =>
  ({ type: 'seat_assignment', organization: w.acme, member }) as const;
const revoke = (w: World, member = w.ben) =>
  ({ type: 'seat_revocation', organization: w.acme, member }) as const;
const leave = (w: World, member = w.ben) =>
  ({ type: 'member_removal', organization: w.acme, member }) as const;
const welcome = (w: World, whole: number, member = w.ben) =>
  ({
    type: 'default_allocation',
    organization: w.acme,
    member,
    amount: micro(whole),
  }) as const;

/** A world in which a seat brings so much. */
async function seated(whole: number): Promise<World> {
  const w = await worlds.newWorld();
  await setOrganizationSettings(worlds.database.db, {
    organization: bare(w.acme),
    seatAllocation: BigInt(micro(whole)),
  });
  return w;
}

const whole = async (w: World, wallet: string): Promise<number> =>
  Number((await w.balance(wallet)).credits) / 1e6;

const comeBack = (w: World) =>
  putMember(worlds.database.db, { organization: bare(w.acme), user: bare(w.ben), role: 'member' });

test('a seat brings its credits', async () => {
  const w = await seated(20);
  expect(await w.apply(assign(w))).toMatchObject({
    verdict: 'applied',
    result: { seat: { user: w.ben, status: 'assigned' }, transfer: { amount: '20' } },
  });
  expect([await whole(w, w.acme), await whole(w, w.ben)]).toEqual([80, 20]);
});

test('revoking a seat moves nothing, and giving it again in the same month pays nothing', async () => {
  const w = await seated(20);
  await w.apply(assign(w));
  expect(await w.outcome(revoke(w))).toBe('applied');
  expect(await w.apply(assign(w))).toMatchObject({
    verdict: 'applied',
    result: { transfer: null },
  });
  expect(await whole(w, w.ben)).toBe(20);
});

test('leaving and coming back in the same month pays nothing again', async () => {
  const w = await seated(20);
  await w.apply(assign(w));
  await w.apply(leave(w));
  await comeBack(w);
  expect(await w.apply(assign(w))).toMatchObject({
    verdict: 'applied',
    result: { transfer: null },
  });
  expect([await whole(w, w.acme), await whole(w, w.ben)]).toEqual([100, 0]);
});

test('the next month pays again', async () => {
  const w = await seated(20);
  await w.apply(assign(w));
  await w.apply(revoke(w));
  await worlds.database.db`
    update bursar.entitlements set occasion = '2020-01' where user_id = ${bare(w.ben)}`;
  expect(await w.apply(assign(w))).toMatchObject({ result: { transfer: { amount: '20' } } });
});

test('a seat that is there already stays as it is; one that is not there cannot be revoked', async () => {
  const w = await seated(20);
  await w.apply(assign(w));
  expect(await w.apply(assign(w))).toMatchObject({
    verdict: 'applied',
    result: { transfer: null },
  });
  expect(await w.outcome(revoke(w, w.ana))).toBe('rejected: seat_not_assigned');
  expect(await w.outcome(assign(w, w.dan))).toBe('rejected: member_suspended');
  expect(await w.outcome(assign(w, w.zoe))).toBe('rejected: not_a_member');
});

test('a pool that cannot pay assigns the seat, tells its administrators once, and pays later in full', async () => {
  const w = await seated(150);
  const head = newHead();
  expect(await w.outcome(assign(w), head)).toBe('pending');
  await payDelayed(w.worker, 0, 100);
  expect(await whole(w, w.ben)).toBe(0);
  expect(await w.outcome(assign(w), head)).toBe('pending');
  await w.grant(w.acme, 50);
  await Promise.all([payDelayed(w.worker, 0, 100), payDelayed(w.worker, 0, 100)]);
  expect(await w.apply(assign(w), head)).toMatchObject({
    verdict: 'replayed',
    result: { seat: { status: 'assigned' }, transfer: { amount: '150' } },
  });
  expect([await whole(w, w.acme), await whole(w, w.ben)]).toEqual([0, 150]);
  const told = await w.worker`
    select from bursar.outbox o join bursar.wallets x on x.id = o.subject_wallet
    where o.kind = 'credits-delayed' and x.owner = ${w.acme}`;
  expect(told).toHaveLength(1);
});

test.each([
  ['revoking the seat', revoke],
  ['removing the member', leave],
])('%s calls off what was still to be paid', async (_, end) => {
  const w = await seated(150);
  const head = newHead();
  await w.apply(assign(w), head);
  await w.apply(end(w));
  await w.grant(w.acme, 100);
  await payDelayed(w.worker, 0, 100);
  expect(await w.apply(assign(w), head)).toMatchObject({
    verdict: 'replayed',
    result: { transfer: null },
  });
  expect(await whole(w, w.ben)).toBe(0);
});

test('the default allocation is given once for ever, and late when the pool is empty', async () => {
  const w = await worlds.newWorld();
  const head = newHead();
  expect(await w.outcome(welcome(w, 130), head)).toBe('pending');
  await w.grant(w.acme, 30);
  await payDelayed(w.worker, 0, 100);
  expect(await whole(w, w.ben)).toBe(130);
  expect(await w.apply(welcome(w, 130), head)).toMatchObject({ verdict: 'replayed' });
  await w.apply(leave(w));
  await comeBack(w);
  expect(await w.apply(welcome(w, 30))).toMatchObject({ result: { transfer: null } });
  expect(await whole(w, w.ben)).toBe(0);
});

test('what waits for a suspended member is paid when they are back', async () => {
  const w = await worlds.newWorld();
  expect(await w.outcome(welcome(w, 5, w.dan))).toBe('rejected: member_suspended');
});

test('removing a member says all that follows', async () => {
  const w = await seated(20);
  await w.apply(assign(w));
  await w.hold(w.ben, 5);
  await w.request(w.ben, 5);
  await w.apply(welcome(w, 500));
  expect(await w.apply(leave(w))).toMatchObject({
    verdict: 'applied',
    result: {
      returned: { amount: '15' },
      held: '5',
      seat_revoked: true,
      requests_cancelled: 1,
      delayed_cancelled: '500',
    },
  });
});
