import { fromPublicId, type LedgerCommandOf } from '@bursar/contracts';
import type { Database, Outcome } from '@bursar/ledger/operations';
import { inTransaction } from '@bursar/ledger/operations';
import { setSoftLandingLimit } from '@bursar/ledger/reads';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../harness/ledger-database.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { chargeOf, ExampleLedger, micro, newHead } from './example-ledger.ts';

let database: TestDatabase;
let worker: Database;
let ledger: ExampleLedger;
let ana: string;

beforeAll(async () => {
  database = await createTestDatabase();
  worker = database.connect('bursar_worker');
});
afterAll(async () => {
  await expectSoundLedger(database);
  await database.drop();
}, 60_000);
beforeEach(async () => {
  ledger = new ExampleLedger(database.db, worker);
  ana = await ledger.person('ana');
});

const place = (amount: string, more: Partial<LedgerCommandOf<'hold'>> = {}): Promise<Outcome> =>
  ledger.apply({
    type: 'hold',
    wallet: ana,
    amount: micro(amount),
    product: 'render',
    expires_in: 900,
    ...more,
  });
const capture = (hold: string, amount: string | null, final: boolean): Promise<Outcome> =>
  ledger.apply({
    type: 'hold_capture',
    hold,
    final,
    ...(amount === null ? {} : { amount: amount === '0' ? '0' : micro(amount) }),
  });

function holdOf(outcome: Outcome): { id: string; hold: Record<string, unknown> } {
  const hold = outcome.verdict === 'applied' ? outcome.result['hold'] : null;
  if (typeof hold !== 'object' || hold === null || !('id' in hold)) {
    throw new Error(`No hold: ${JSON.stringify(outcome)}`);
  }
  return { id: fromPublicId('hold', String(hold.id)) ?? '', hold: { ...hold } };
}

describe('work that fails is never charged', () => {
  /** Hold, work, then capture what was used; a failure releases, a silence runs out. */
  async function runJob(work: () => Promise<string>): Promise<void> {
    const { id } = holdOf(await place('30'));
    let used: string;
    try {
      used = await work();
    } catch {
      await ledger.apply({ type: 'hold_release', hold: id });
      return;
    }
    await capture(id, used, true);
  }

  test('success captures what was used, failure releases all', async () => {
    await ledger.grant(ana, '100');
    await runJob(async () => '12.5');
    expect(await ledger.state(ana)).toBe('87.5 / 0');
    await runJob(() => Promise.reject(new Error('The render crashed.')));
    expect(await ledger.state(ana)).toBe('87.5 / 0');
    expect(await ledger.available(ana)).toBe('87.5');
  });

  test('a final capture of nothing is a release, and posts no charge', async () => {
    await ledger.grant(ana, '100');
    const { id } = holdOf(await place('30'));
    const ended = await capture(id, '0', true);
    expect(ended).toMatchObject({
      result: { charge: null, hold: { status: 'released', captured: '0' } },
    });
    expect(await ledger.available(ana)).toBe('100');
  });
});

describe('a hold captured in parts', () => {
  test('sums them, each in a transaction that names it, and stays open until the final one', async () => {
    await ledger.grant(ana, '100');
    const { id } = holdOf(await place('30'));
    expect(await capture(id, '10', false)).toMatchObject({
      result: { hold: { captured: '10', status: 'open' } },
    });
    expect(await capture(id, null, false)).toMatchObject({
      result: { charge: { amount: '20' }, hold: { captured: '30', status: 'open' } },
    });
    // Nothing is set aside any more: what comes now is an ordinary charge under the same hold.
    expect(await capture(id, '5', false)).toMatchObject({ result: { hold: { captured: '35' } } });
    expect(await capture(id, null, true)).toMatchObject({
      result: { charge: null, hold: { captured: '35', status: 'captured' } },
    });
    const parts = await worker<{ amount: bigint }[]>`
      select amount from bursar.transactions where hold = ${id}::uuid order by version`;
    expect(parts.map(({ amount }) => amount)).toEqual([-10_000_000n, -20_000_000n, -5_000_000n]);
    expect(await ledger.state(ana)).toBe('65 / 0');
  });

  test('is given back part by part, the last use first', async () => {
    await ledger.grant(ana, '100');
    const { id } = holdOf(await place('30'));
    await capture(id, '10', false);
    await capture(id, '15', true);
    const [first] = await worker<{ id: string }[]>`
      select id from bursar.transactions where hold = ${id}::uuid order by version limit 1`;
    const reversal = { type: 'reversal', transaction: first!.id, reason: 'Bad frame' } as const;
    await ledger.apply({ ...reversal, amount: micro('4') });
    await ledger.apply({ ...reversal, amount: micro('6') });
    expect(await ledger.apply(reversal)).toMatchObject({
      error: { code: 'reversal_exceeds_charge' },
    });
    expect(await ledger.state(ana)).toBe('85 / 0');
  });
});

describe('an extension', () => {
  test('adds time from now and credits in burn order, and never takes any back', async () => {
    await ledger.grant(ana, '40', 30);
    await ledger.grant(ana, '40', 60);
    const { id, hold } = holdOf(await place('30'));
    const extend = (seconds: number, amount?: string) =>
      ledger.apply({
        type: 'hold_extension',
        hold: id,
        expires_in: seconds,
        ...(amount === undefined ? {} : { amount: micro(amount) }),
      });
    const longer = await extend(3_600, '50');
    expect(longer).toMatchObject({ result: { added: '20', hold: { amount: '50' } } });
    expect(String(holdOf(longer).hold['expires_at']) > String(hold['expires_at'])).toBe(true);
    expect(await extend(1, '10')).toMatchObject({
      result: { added: '0', hold: { amount: '50', expires_at: holdOf(longer).hold['expires_at'] } },
    });
    expect(await ledger.held(ana)).toBe('50');
    expect(await extend(60, '81')).toMatchObject({
      error: { code: 'insufficient_credits', required: '31', available: '30' },
    });
    await capture(id, '45', false);
    expect(await extend(60, '44')).toMatchObject({ error: { code: 'amount_below_captured' } });
    await capture(id, '15', false);
    // Sixty are captured of fifty; a new total of seventy needs ten more, not twenty.
    expect(await extend(60, '70')).toMatchObject({ result: { added: '10' } });
    expect(await ledger.held(ana)).toBe('10');
  });

  test('cannot keep a hold alive for more than a week', async () => {
    await ledger.grant(ana, '40');
    const { id } = holdOf(await place('30'));
    await database.db`update bursar.holds set created_at = created_at - interval '6 days 23 hours' where id = ${id}::uuid`;
    const extend = (seconds: number) =>
      ledger.apply({ type: 'hold_extension', hold: id, expires_in: seconds });
    expect(await extend(86_400)).toMatchObject({ error: { code: 'hold_life_exceeded' } });
    expect(await extend(3_500)).toMatchObject({ verdict: 'applied' });
    await ledger.apply({ type: 'hold_release', hold: id });
    await database.db`update bursar.holds set created_at = created_at + interval '6 days 23 hours' where id = ${id}::uuid`;
  });
});

describe('a soft landing', () => {
  beforeEach(async () => {
    await ledger.grant(ana, '30');
    await ledger.limit(ana, '0');
    await setSoftLandingLimit(database.db, { wallet: ana, limit: 25_000_000n });
  });

  test('lets admitted work finish in the declared debt where a charge would be refused', async () => {
    const { id } = holdOf(await place('30', { overdraft: micro('20') }));
    const [refused] = await ledger.chargeBatch([chargeOf(ana, '1')]);
    expect(refused).toMatchObject({ error: { code: 'insufficient_credits' } });
    expect(await capture(id, '35', false)).toMatchObject({
      result: {
        charge: { amount: '35', owed: '5' },
        hold: { overdraft: '20', overdraft_used: '5' },
      },
    });
    expect(await capture(id, '16', true)).toMatchObject({
      error: { code: 'insufficient_credits', required: '16', available: '15' },
    });
    expect(await capture(id, '15', true)).toMatchObject({
      result: { hold: { overdraft_used: '20', status: 'captured' } },
    });
    expect(await ledger.state(ana)).toBe('0 / 20');
    expect(await place('1')).toMatchObject({ error: { code: 'insufficient_credits' } });
    await ledger.grant(ana, '50');
    expect(await ledger.state(ana)).toBe('30 / 0');
  });

  test('is refused at the door beyond what the wallet allows to all holds under way', async () => {
    const { id } = holdOf(await place('10', { overdraft: micro('20') }));
    expect(await place('10', { overdraft: micro('6') })).toMatchObject({
      error: { code: 'overdraft_not_allowed', required: '6', available: '5' },
    });
    await ledger.apply({ type: 'hold_release', hold: id });
    expect(await place('10', { overdraft: micro('25') })).toMatchObject({ verdict: 'applied' });
  });

  test('uses what the limit of the wallet allows first', async () => {
    await ledger.limit(ana, '4');
    const { id } = holdOf(await place('30', { overdraft: micro('10') }));
    expect(await capture(id, '37', true)).toMatchObject({
      result: { charge: { owed: '7' }, hold: { overdraft_used: '3' } },
    });
  });

  test('is not for wallets whose operator has said nothing', async () => {
    await setSoftLandingLimit(database.db, { wallet: ana, limit: 0n });
    expect(await place('10', { overdraft: micro('1') })).toMatchObject({
      error: { code: 'overdraft_not_allowed', available: '0' },
    });
  });
});

describe('credits of a member who was removed', () => {
  let acme: string;
  let boss: string;
  const removed = () => ledger.apply({ type: 'member_removal', organization: acme, member: ana });
  const share = (amount: string, recipients: string[]) =>
    ({ type: 'allocation', from: acme, recipients, amount_per_recipient: micro(amount) }) as const;

  beforeEach(async () => {
    boss = await ledger.person('boss');
    acme = await ledger.organization('acme', [ana, boss]);
    await ledger.grant(acme, '100', 30);
  });

  test('that a reversal gives back follow to the pool', async () => {
    await ledger.apply(share('40', [ana]));
    const { transaction } = await ledger.charge(ana, '25');
    await removed();
    expect(await ledger.state(acme)).toBe('75 / 0');
    await ledger.apply({ type: 'reversal', transaction, reason: 'Failed', amount: micro('10') });
    expect(await ledger.state(acme)).toBe('85 / 0');
    await ledger.apply({ type: 'reversal', transaction, reason: 'Failed' });
    expect([await ledger.state(acme), await ledger.state(ana)]).toEqual(['100 / 0', '0 / 0']);
  });

  test('pay what they owe first, as if the charge had never been', async () => {
    await ledger.apply(share('40', [ana]));
    const { transaction } = await ledger.charge(ana, '40');
    await removed();
    await ledger.charge(ana, '5');
    await ledger.apply({ type: 'reversal', transaction, reason: 'Failed' });
    expect([await ledger.state(acme), await ledger.state(ana)]).toEqual(['95 / 0', '0 / 0']);
  });

  test('that an allocation had still to hand out return with the rest, and it goes on for the others', async () => {
    const head = newHead();
    const [started] = await inTransaction(
      worker,
      (tx) => tx<{ allocation: string }[]>`
      select result ->> 'allocation' as allocation from bursar.start_allocation(
        row(${head.key}::uuid, 'allocation', ${head.hash}::uuid, 'key_example', 'user:example', now())::bursar.operation_head,
        ${acme}, ${[boss, ana]}, null, null, 30000000, null, null)`,
    );
    expect(await removed()).toMatchObject({ result: { returned: { amount: '30' } } });
    expect([await ledger.state(acme), await ledger.held(acme)]).toEqual(['100 / 0', '30']);
    const [finished] = await worker<{ verdict: string }[]>`
      select verdict from bursar.continue_allocation(${started!.allocation}::uuid, 1)`;
    expect(finished?.verdict).toBe('applied');
    expect([await ledger.state(acme), await ledger.state(boss)]).toEqual(['70 / 0', '30 / 0']);
    expect(await ledger.state(ana)).toBe('0 / 0');
  });
});
