import { connectDatabase } from '@bursar/ledger/administration';
import { expireDue, type Database } from '@bursar/ledger/operations';
import { putMember } from '@bursar/ledger/reads';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bare, chargeOf, ExampleLedger, micro } from '../examples/example-ledger.ts';
import { createTestDatabase, type TestDatabase } from '../harness/ledger-database.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { until } from '../harness/until.ts';
import { drawModel } from './agreement/model-picture.ts';
import { Storm } from './contention/storm.ts';
import { applyCharges, applyCommand, type Answer } from './ledger-model.ts';

let database: TestDatabase;
let worker: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  const options = { url: database.url, role: 'bursar_worker', name: 'bursar-contention' } as const;
  worker = connectDatabase({ ...options, max: 8 });
});
afterAll(async () => {
  await expectSoundLedger(database);
  expect(await deadlocks()).toBe(0n);
  await worker.end({ timeout: 5 });
  await database.drop();
});

/** Everybody takes their locks in one order, so the server has never had to break a deadlock. */
async function deadlocks(): Promise<bigint> {
  const [row] = await database.db<{ deadlocks: bigint }[]>`
    select deadlocks from pg_stat_database where datname = current_database()`;
  return row!.deadlocks;
}

describe.each([11, 12, 13])('a storm of eight connections (seed %i)', (seed) => {
  let storm: Storm;

  beforeAll(async () => {
    storm = new Storm(worker);
    await storm.open(database.db, seed);
    await storm.rage(seed);
  }, 120_000);

  test('has much to fight over: holds, and requests that were sent more than once', () => {
    const repeated = [...storm.answers.values()].filter((answers) => answers.length > 1);
    expect(storm.holds).toBeGreaterThan(5);
    expect(repeated.length).toBeGreaterThan(50);
  });

  test('gives each request one decision, whoever asks for it and however often', () => {
    for (const [name, answers] of storm.answers) {
      const decided = answers.filter(
        ({ verdict }) => verdict === 'applied' || verdict === 'rejected',
      );
      const conflicts = answers.filter(({ verdict }) => verdict === 'conflict');
      const decisions = new Set(answers.map(decisionOf));
      expect([name, decided.length + Math.sign(conflicts.length)]).toEqual([name, 1]);
      expect(decisions.size).toBe(1);
    }
  });

  test('ends as if the requests had come one after the other', async () => {
    const model = storm.model();
    const rows = await worker<{ key: string; hash: string }[]>`
      select o.key, o.request_hash as hash from bursar.operations o
      where o.key::text like ${`${storm.cast.users[0]!.slice(5, 13)}-%`}
      order by o.completed_at, o.key`;
    for (const { key, hash } of rows) {
      const name = `${key} ${hash}`;
      const request = storm.asked.get(name)!;
      const { asked } = request;
      const answer =
        'type' in asked
          ? applyCommand(model, { key, hash, asked })
          : applyCharges(model, [{ key, hash, asked }])[0]!;
      const first = storm.answers.get(name)!.find(({ verdict }) => verdict !== 'replayed');
      expect([name, codeOf(first)]).toEqual([name, codeOf(answer)]);
    }
    expect(await storm.database.draw(new Map())).toEqual(drawModel(model, new Map()));
  });
});

const codeOf = (answer: Answer | undefined): string =>
  answer === undefined || answer.verdict === 'conflict' || answer.decision.ok
    ? String(answer?.verdict)
    : answer.decision.error.code;

const decisionOf = (answer: Answer): string =>
  answer.verdict === 'conflict'
    ? 'conflict'
    : JSON.stringify(answer.decision, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );

describe('of rivals at the same moment', () => {
  let ledger: ExampleLedger;
  let ana: string;
  let acme: string;

  beforeEach(async () => {
    ledger = new ExampleLedger(database.db, worker);
    ana = await ledger.person('ana');
    acme = await ledger.organization('acme', [ana]);
    await ledger.grant(acme, '1000');
  });

  test('fifty identical charges in batches of two have one effect', async () => {
    await ledger.grant(ana, '100');
    const charge = chargeOf(ana, '7');
    const batch = [charge, charge];
    const answers = await Promise.all(Array.from({ length: 25 }, () => ledger.chargeBatch(batch)));
    const applied = answers.flat().filter(({ verdict }) => verdict === 'applied');
    expect(applied).toHaveLength(1);
    expect(await ledger.state(ana)).toBe('93 / 0');
  });

  test('batches of the same keys on other wallets, in opposite orders, leave one effect per key', async () => {
    const ben = await ledger.person('ben');
    const charges = Array.from({ length: 20 }, () => chargeOf(ana, '1'));
    const clashes = charges.map(({ key }) => ({ ...chargeOf(ben, '1'), key })).toReversed();
    const [first, second] = await Promise.all([
      ledger.chargeBatch(charges),
      ledger.chargeBatch(clashes),
    ]);
    const applied = [...first, ...second].filter(({ verdict }) => verdict === 'applied');
    const conflicts = [...first, ...second].filter(({ verdict }) => verdict === 'conflict');
    expect([applied.length, conflicts.length]).toEqual([20, 20]);
  });

  test('approving, rejecting and taking back a request has one winner', async () => {
    for (let round = 0; round < 10; round += 1) {
      const request = await ledger.request(acme, ana, '10');
      const outcomes = await Promise.all([
        ledger.apply({ type: 'credit_request_approval', request }),
        ledger.apply({ type: 'credit_request_approval', request, amount: micro('5') }),
        ledger.apply({ type: 'credit_request_rejection', request }),
        ledger.apply({ type: 'credit_request_cancellation', request }),
      ]);
      const codes = outcomes.map(verdictOf).toSorted();
      expect(codes).toEqual(['applied', ...Array.from({ length: 3 }, () => 'request_not_pending')]);
    }
  });

  test('capturing, releasing and expiring a hold has one winner', async () => {
    await ledger.grant(ana, '100');
    const holds: string[] = [];
    for (let count = 0; count < 24; count += 1) holds.push(await ledger.hold(ana, '1', 1));
    await until('the holds are about to expire', async () => {
      const [row] = await worker<{ near: boolean }[]>`
        select min(expires_at) - clock_timestamp() < interval '15 milliseconds' as near
        from bursar.holds where id = any (${holds}::uuid[])`;
      return row?.near;
    });
    const attempts = holds.map((hold) =>
      Promise.all([
        ledger.apply({ type: 'hold_capture', hold, final: true }),
        ledger.apply({ type: 'hold_release', hold }),
      ]),
    );
    const sweeps = [expireDue(worker), expireDue(worker)];
    const answers = await Promise.all(attempts);
    await Promise.all(sweeps);
    const rows = await worker<{ id: string; status: string }[]>`
      select id, status from bursar.holds where id = any (${holds}::uuid[])`;
    const status = new Map(rows.map((row) => [row.id, row.status]));
    holds.forEach((hold, index) => {
      const [captured, released] = answers[index]!.map(verdictOf);
      const refusal = 'hold_not_open';
      const outcome = { captured, released, status: status.get(hold) };
      expect([
        { captured: 'applied', released: refusal, status: 'captured' },
        { captured: refusal, released: 'applied', status: 'released' },
        { captured: refusal, released: refusal, status: 'expired' },
      ]).toContainEqual(outcome);
    });
    expect(await ledger.held(ana)).toBe('0');
  });

  test('removing a member and spending loses and doubles nothing', async () => {
    for (let round = 0; round < 5; round += 1) {
      await putMember(database.db, { organization: bare(acme), user: bare(ana), role: 'member' });
      const pool = Number((await ledger.state(acme)).split(' ')[0]);
      const recipients = [ana];
      const share = { type: 'allocation', from: acme, recipients } as const;
      await ledger.apply({ ...share, amount_per_recipient: micro('50') });
      const charges = Array.from({ length: 12 }, () =>
        ledger.chargeBatch([{ ...chargeOf(ana, '3'), on_behalf_of: acme }]),
      );
      const removal = ledger.apply({ type: 'member_removal', organization: acme, member: ana });
      const spent = (await Promise.all(charges)).flat().map(verdictOf);
      expect(verdictOf(await removal)).toBe('applied');
      const applied = spent.filter((code) => code === 'applied').length;
      expect(spent.every((code) => code === 'applied' || code === 'not_a_member')).toBe(true);
      expect(await ledger.state(acme)).toBe(`${pool - 3 * applied} / 0`);
      expect(await ledger.available(ana)).toBe('0');
    }
  });

  test('sweeps, and transfers back and forth, wait for each other in one order', async () => {
    const people = await Promise.all(['ben', 'cleo', 'dan'].map((name) => ledger.person(name)));
    // A pool younger than its people comes after them in the order of locks.
    const bolt = await ledger.organization('bolt', people);
    await ledger.grant(bolt, '1000');
    const share = { type: 'allocation', from: bolt, recipients: people } as const;
    await ledger.apply({ ...share, amount_per_recipient: micro('20') });
    const transfer = { type: 'transfer', amount: micro('1'), unrestricted: false } as const;
    for (let round = 0; round < 8; round += 1) {
      for (const user of people) await ledger.hold(user, '2', 0);
      const sweeps = [expireDue(worker), expireDue(worker)];
      const moves = people
        .toReversed()
        .flatMap((user) => [
          ledger.apply({ ...transfer, from: bolt, to: user }),
          ledger.apply({ ...transfer, from: user, to: bolt }),
        ]);
      expect((await Promise.all(moves)).map(verdictOf)).toEqual(moves.map(() => 'applied'));
      await Promise.all(sweeps);
    }
    for (const user of people) expect(await ledger.state(user)).toBe('20 / 0');
  });
});

const verdictOf = (outcome: { verdict: string; error?: { code: string } | null }): string =>
  outcome.error?.code ?? outcome.verdict;
