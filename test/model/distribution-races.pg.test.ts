import { connectDatabase } from '@bursar/ledger/administration';
import { expireRequests, payDelayed, runRule, type Database } from '@bursar/ledger/operations';
import { putMember, putRule, setOrganizationSettings } from '@bursar/ledger/reads';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bare, chargeOf, ExampleLedger, micro } from '../examples/example-ledger.ts';
import { createTestDatabase, type TestDatabase } from '../harness/ledger-database.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';

let database: TestDatabase;
let worker: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  const options = { url: database.url, role: 'bursar_worker', name: 'bursar-races' } as const;
  worker = connectDatabase({ ...options, max: 8 });
});
afterAll(async () => {
  await expectSoundLedger(database);
  await worker.end({ timeout: 5 });
  await database.drop();
});

const verdictOf = (outcome: { verdict: string; error?: { code: string } | null }): string =>
  outcome.error?.code ?? outcome.verdict;

const whole = async (ledger: ExampleLedger, wallet: string): Promise<number> =>
  Number((await ledger.state(wallet)).split(' ')[0]);

const ROUNDS = 6;

describe('of rivals over what an organization hands out', () => {
  let ledger: ExampleLedger;
  let people: string[];
  let ana: string;
  let acme: string;

  beforeEach(async () => {
    ledger = new ExampleLedger(database.db, worker);
    people = await Promise.all(['ana', 'ben', 'cleo', 'dan'].map((name) => ledger.person(name)));
    ana = people[0]!;
    acme = await ledger.organization('acme', people);
    await ledger.grant(acme, '1000');
  });

  const allocate = async (amount: string): Promise<string> => {
    const given = await ledger.apply({
      type: 'allocation',
      from: acme,
      recipients: people,
      amount_per_recipient: micro(amount),
    });
    if (given.verdict !== 'applied') throw new Error(verdictOf(given));
    const [row] = await worker<{ id: string }[]>`
      select a.id from bursar.allocations a join bursar.wallets w on w.id = a.wallet_id
      where w.owner = ${acme} order by a.id desc limit 1`;
    return row!.id;
  };

  test('an undo and spending share each credit out between them', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = await whole(ledger, acme);
      const allocation = await allocate('20');
      const charges = people.flatMap((user) =>
        Array.from({ length: 6 }, () =>
          ledger.chargeBatch([{ ...chargeOf(user, '3'), on_behalf_of: acme }]),
        ),
      );
      const undo = ledger.apply({ type: 'allocation_undo', allocation });
      const outcomes = (await Promise.all(charges)).flat();
      expect(outcomes.every(({ verdict }) => verdict === 'applied')).toBe(true);
      expect(verdictOf(await undo)).toBe('applied');
      const states = await Promise.all(people.map((user) => ledger.state(user)));
      const owed = states.reduce((sum, state) => sum + Number(state.split(' / ')[1]), 0);
      // Eighteen a head were charged: what is not owed came out of the allocation.
      expect(await whole(ledger, acme)).toBe(before - (4 * 18 - owed));
      for (const user of people) expect(await ledger.available(user)).toBe('0');
      for (const user of people) await ledger.grant(user, '18');
      await Promise.all(
        people.map(async (user) =>
          ledger.charge(user, await ledger.available(user)).catch(() => 0),
        ),
      );
    }
  });

  test('undoing twice at once brings everything back once', async () => {
    const allocation = await allocate('20');
    const undo = { type: 'allocation_undo', allocation } as const;
    const outcomes = await Promise.all([1, 2, 3].map(() => ledger.apply(undo)));
    expect(outcomes.map(verdictOf)).toEqual(['applied', 'applied', 'applied']);
    expect(await ledger.state(acme)).toBe('1000 / 0');
  });

  test('a bulk and transfers never promise the same credit twice', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const pool = await whole(ledger, acme);
      const share = Math.floor(pool / 4);
      const bulk = ledger.apply({
        type: 'allocation',
        from: acme,
        recipients: people,
        amount_per_recipient: micro(String(share)),
      });
      const transfers = people.map((to) =>
        ledger.apply({
          type: 'transfer',
          from: acme,
          to,
          amount: micro(String(share)),
          unrestricted: false,
        }),
      );
      const codes = (await Promise.all([bulk, ...transfers])).map(verdictOf);
      const [bulkCode, ...others] = codes;
      const moved = others.filter((code) => code === 'applied').length;
      // Either all by the bulk, or by transfers alone; what did not fit is refused.
      expect([
        ['applied', 0],
        ['insufficient_credits', 4],
      ]).toContainEqual([bulkCode, moved]);
      await ledger.grant(acme, '1000');
    }
  });

  test('approving, rejecting, cancelling and expiring a request has one winner', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const request = await ledger.request(acme, ana, '10');
      const before = await whole(ledger, ana);
      await database.db`
        update bursar.credit_requests set expires_at = clock_timestamp() + interval '4 milliseconds'
        where id = ${request}`;
      const outcomes = await Promise.all([
        ledger.apply({ type: 'credit_request_approval', request }),
        ledger.apply({ type: 'credit_request_approval', request, amount: micro('5') }),
        ledger.apply({ type: 'credit_request_rejection', request }),
        ledger.apply({ type: 'credit_request_cancellation', request }),
        expireRequests(worker).then(() => ({ verdict: 'swept' })),
      ]);
      await expireRequests(worker);
      const applied = outcomes.map(verdictOf).filter((code) => code === 'applied').length;
      const [row] = await worker<{ status: string; granted: bigint | null }[]>`
        select status, granted from bursar.credit_requests where id = ${request}`;
      expect(applied).toBe(row?.status === 'expired' ? 0 : 1);
      expect(await whole(ledger, ana)).toBe(before + Number(row?.granted ?? 0n) / 1e6);
    }
  });

  test('many small requests at once approve themselves for no more than the monthly sum', async () => {
    await setOrganizationSettings(database.db, {
      organization: bare(acme),
      autoApproveBelow: BigInt(micro('10')),
      autoApproveMonthly: BigInt(micro('20')),
    });
    const ask = { type: 'credit_request', organization: acme, member: ana } as const;
    await Promise.all(
      Array.from({ length: 20 }, () => ledger.apply({ ...ask, amount: micro('9') })),
    );
    expect(await ledger.state(ana)).toBe('18 / 0');
  });

  test('a member who is removed while everybody gives to them ends up with nothing of the pool', async () => {
    await setOrganizationSettings(database.db, {
      organization: bare(acme),
      seatAllocation: BigInt(micro('7')),
    });
    for (let round = 0; round < ROUNDS; round += 1) {
      await putMember(database.db, { organization: bare(acme), user: bare(ana), role: 'member' });
      const rule = `top-up-${round}`;
      const every = { every: 'week', startsNow: true } as const;
      await putRule(database.db, {
        organization: bare(acme),
        id: rule,
        ...every,
        kind: 'refill',
        amount: BigInt(micro('3')),
      });
      const removal = { type: 'member_removal', organization: acme, member: ana } as const;
      await Promise.all([
        ledger.apply({ type: 'seat_assignment', organization: acme, member: ana }),
        runRule(worker, bare(acme), rule),
        ledger.apply({
          type: 'allocation',
          from: acme,
          recipients: 'all',
          amount_per_recipient: micro('2'),
        }),
        ledger.apply(removal),
        payDelayed(worker, 0, 10),
      ]);
      await payDelayed(worker, 0, 10);
      expect(await ledger.state(ana)).toBe('0 / 0');
      const seats = await worker`
        select from bursar.seats where user_id = ${bare(ana)} and status = 'assigned'`;
      expect(seats).toHaveLength(0);
    }
  });

  test('the same seat asked for by many at once is paid once', async () => {
    await setOrganizationSettings(database.db, {
      organization: bare(acme),
      seatAllocation: BigInt(micro('7')),
    });
    const seat = { organization: acme, member: ana } as const;
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        ledger.apply({ type: index % 3 === 2 ? 'seat_revocation' : 'seat_assignment', ...seat }),
      ),
    );
    expect(await ledger.state(ana)).toBe('7 / 0');
  });
});
