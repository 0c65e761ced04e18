import { parseAmount } from '@bursar/contracts';
import { databaseClock, takeBackPurchase, type Database } from '@bursar/ledger/operations';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../harness/ledger-database.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { chargeOf, ExampleLedger, micro, newHead, taken } from './example-ledger.ts';

let database: TestDatabase;
let worker: Database;
let ledger: ExampleLedger;
let ana: string;

beforeAll(async () => {
  database = await createTestDatabase();
  worker = database.connect('bursar_worker');
});
beforeEach(async () => {
  ledger = new ExampleLedger(database.db, worker);
  ana = await ledger.person('ana');
});
afterAll(async () => {
  await expectSoundLedger(database);
  await database.drop();
});

const refusalOf = (required: string, available: string) => ({
  verdict: 'rejected',
  error: { code: 'insufficient_credits', required, available },
});

test('1. A charge burns what expires sooner: the granted 100 first, then 50 of the bought', async () => {
  await ledger.grant(ana, '100', 30);
  await ledger.buy(ana, 500);
  expect(await ledger.state(ana)).toBe('600 / 0');
  const { lots } = await ledger.charge(ana, '150');
  expect(taken(lots)).toEqual(['promotional 100', 'purchased 50']);
  expect(await ledger.state(ana)).toBe('450 / 0');
});

test('2. A charge past the credits leaves 50 owed; buying 500 settles them and opens a lot of 450', async () => {
  await ledger.grant(ana, '450');
  await ledger.charge(ana, '500');
  expect(await ledger.state(ana)).toBe('0 / 50');
  await ledger.buy(ana, 500);
  expect(await ledger.state(ana)).toBe('450 / 0');
  expect(await ledger.newest(ana)).toEqual({ kind: 'purchase', amount: '500', settled: '50' });
  expect(await ledger.lots(ana)).toMatchObject([{ kind: 'purchased', amount: 450_000_000n }]);
});

test('3. A millionth of a credit can be charged, a tenth of that is no amount', async () => {
  await ledger.grant(ana, '450');
  await ledger.charge(ana, '0.000001');
  expect(await ledger.state(ana)).toBe('449.999999 / 0');
  expect(parseAmount('0.0000001')).toEqual({ ok: false, fault: 'too_precise' });
});

test('4. The overdraft limit bounds the debt: 460 of 459.999999 is refused, 459.999999 is not', async () => {
  await ledger.grant(ana, '449.999999');
  await ledger.limit(ana, '10');
  const refused = await ledger.charge(ana, '460');
  expect(refused.outcome).toMatchObject(refusalOf('460', '459.999999'));
  expect(await ledger.state(ana)).toBe('449.999999 / 0');
  await ledger.charge(ana, '459.999999');
  expect(await ledger.state(ana)).toBe('0 / 10');
});

test('5. Fifty times at once with one key: one effect; the key with another amount: a conflict', async () => {
  await ledger.grant(ana, '100');
  const charge = chargeOf(ana, '7');
  const answers = await Promise.all(Array.from({ length: 50 }, () => ledger.chargeBatch([charge])));
  const verdicts = answers.flat().map(({ verdict }) => verdict);
  expect(verdicts.filter((verdict) => verdict === 'applied')).toHaveLength(1);
  expect(verdicts.filter((verdict) => verdict === 'replayed')).toHaveLength(49);
  const other = { ...charge, hash: newHead().hash, amount: micro('1') };
  expect(await ledger.chargeBatch([other])).toMatchObject([{ verdict: 'conflict' }]);
  expect(await ledger.state(ana)).toBe('93 / 0');
});

test('6. Of lots A, B, C and D, a charge of 35 burns B 10, A 10, C 10 and D 5', async () => {
  const d = await ledger.order(ana, '10', 10, 0);
  await ledger.pay(d);
  const [bought] = await worker<{ id: string }[]>`
    select id from bursar.lots where purchase_id = ${d.purchase}::uuid`;
  const names = new Map([[bought!.id, 'D']]);
  names.set(await ledger.grant(ana, '10'), 'C');
  names.set(await ledger.grant(ana, '10', undefined, 10), 'B');
  names.set(await ledger.grant(ana, '10', 1), 'A');
  const { lots } = await ledger.charge(ana, '35');
  expect(lots.map((use) => `${names.get(use.lot)} ${use.amount}`)).toEqual([
    'B 10',
    'A 10',
    'C 10',
    'D 5',
  ]);
});

test('7. A hold of 30 leaves 10; a charge of 15 owes 5; a capture of 20 frees 10, which pays the 5', async () => {
  await ledger.grant(ana, '40');
  const hold = await ledger.hold(ana, '30');
  expect(await ledger.state(ana)).toBe('40 / 0');
  expect([await ledger.held(ana), await ledger.available(ana)]).toEqual(['30', '10']);
  const charge = await ledger.charge(ana, '15');
  expect([...taken(charge.lots), charge.owed]).toEqual(['promotional 10', '5']);
  await ledger.apply({ type: 'hold_capture', hold, amount: micro('20'), final: true });
  expect(await ledger.state(ana)).toBe('5 / 0');
  expect(await ledger.held(ana)).toBe('0');
});

test('8. What is held outlives its lot: a capture after the expiry succeeds, a release lapses it', async () => {
  const halfASecond = 0.5 / 86_400;
  // The one credit that no hold has shows when the lot has expired.
  await ledger.grant(ana, '21', halfASecond);
  const [captured, released] = [await ledger.hold(ana, '10'), await ledger.hold(ana, '10')];
  await expect.poll(() => ledger.available(ana)).toBe('0');
  const outcome = await ledger.apply({ type: 'hold_capture', hold: captured, final: true });
  expect(outcome).toMatchObject({ verdict: 'applied', result: { charge: { amount: '10' } } });
  expect(await ledger.state(ana)).toBe('10 / 0');
  await ledger.apply({ type: 'hold_release', hold: released });
  expect(await ledger.state(ana)).toBe('0 / 0');
  expect(await ledger.newest(ana)).toMatchObject({ kind: 'expiry', amount: '-10' });
});

test('9. 300 each to three members leave 100 of 1,000; 34 each are refused and nobody gets any', async () => {
  const members = [ana, await ledger.person('ben'), await ledger.person('cleo')];
  const acme = await ledger.organization('acme', members);
  await ledger.grant(acme, '1000');
  const all = { type: 'allocation', from: acme, recipients: 'all' } as const;
  await ledger.apply({ ...all, amount_per_recipient: micro('300') });
  expect(await ledger.state(acme)).toBe('100 / 0');
  for (const member of members) {
    expect(await ledger.lots(member)).toMatchObject([
      { kind: 'allocated', remaining: 300_000_000n },
    ]);
  }
  const refused = await ledger.apply({ ...all, amount_per_recipient: micro('34') });
  expect(refused).toMatchObject(refusalOf('102', '100'));
  expect(await ledger.state(acme)).toBe('100 / 0');
  expect(await ledger.state(ana)).toBe('300 / 0');
});

test('10. A member spends 120 of 300 and is removed: 180 return as they were, the pool has 280', async () => {
  const acme = await ledger.organization('acme', [ana]);
  await ledger.buy(acme, 400);
  const [before] = await ledger.lots(acme);
  const all = { type: 'allocation', from: acme, recipients: 'all' } as const;
  await ledger.apply({ ...all, amount_per_recipient: micro('300') });
  await ledger.charge(ana, '120');
  await ledger.apply({ type: 'member_removal', organization: acme, member: ana });
  expect(await ledger.state(ana)).toBe('0 / 0');
  expect(await ledger.state(acme)).toBe('280 / 0');
  const { kind, unit_cost, expires_at } = before!;
  expect(await ledger.lots(acme)).toMatchObject([
    { kind, unit_cost, expires_at, remaining: 100_000_000n },
    { kind, unit_cost, expires_at, remaining: 180_000_000n },
  ]);
});

test('11. 500 requested, 200 approved by two at once: one transfer, one request_not_pending', async () => {
  const acme = await ledger.organization('acme', [ana]);
  await ledger.grant(acme, '1000');
  const request = await ledger.request(acme, ana, '500');
  const approval = { type: 'credit_request_approval', request, amount: micro('200') } as const;
  const outcomes = await Promise.all([ledger.apply(approval), ledger.apply(approval)]);
  const won = outcomes.find(({ verdict }) => verdict === 'applied');
  const lost = outcomes.find(({ verdict }) => verdict === 'rejected');
  expect(won).toMatchObject({
    result: { credit_request: { amount: '500', granted: '200', status: 'approved' } },
  });
  expect(lost).toMatchObject({ error: { code: 'request_not_pending' } });
  expect(await ledger.state(ana)).toBe('200 / 0');
  expect(await ledger.state(acme)).toBe('800 / 0');
});

test('12. A charge of 70 over X 50 then Y 20; 30 reversed: Y gets 20, X gets 10', async () => {
  await ledger.grant(ana, '50', 1);
  await ledger.grant(ana, '20', 2);
  const { lots, transaction } = await ledger.charge(ana, '70');
  expect(lots.map((use) => use.amount)).toEqual(['50', '20']);
  const reversal = { type: 'reversal', transaction, reason: 'Job failed' } as const;
  await ledger.apply({ ...reversal, amount: micro('30') });
  expect(await ledger.lots(ana)).toMatchObject([
    { amount: 50_000_000n, remaining: 10_000_000n },
    { amount: 20_000_000n, remaining: 20_000_000n },
  ]);
});

test('13. A batch of 40, 40, 40 and 20 on 100 without overdraft: only the third is refused', async () => {
  await ledger.grant(ana, '100');
  await ledger.limit(ana, '0');
  const batch = ['40', '40', '40', '20'].map((amount) => chargeOf(ana, amount));
  expect(await ledger.chargeBatch(batch)).toMatchObject([
    { verdict: 'applied' },
    { verdict: 'applied' },
    refusalOf('40', '20'),
    { verdict: 'applied' },
  ]);
  expect(await ledger.state(ana)).toBe('0 / 0');
});

test('14. A payment reported by two webhooks at once becomes one lot', async () => {
  const order = await ledger.order(ana, '500', 500);
  const reports = await Promise.all([ledger.pay(order), ledger.pay(order), ledger.pay(order)]);
  expect(reports.map((purchase) => purchase?.status)).toEqual(['paid', 'paid', 'paid']);
  expect(await ledger.lots(ana)).toHaveLength(1);
  expect(await ledger.state(ana)).toBe('500 / 0');
});

test('15. Credits keep the cost they were bought at, and a refund counts in the rate of its order', async () => {
  const old = await ledger.order(ana, '500', 500);
  await ledger.pay(old);
  // The rate becomes 80 credits for a dollar.
  await ledger.pay(await ledger.order(ana, '80', 100));
  // Millionths of a cent for a credit: 0.01 and 0.0125 dollars.
  expect(await ledger.lots(ana)).toMatchObject([
    { remaining: 500_000_000n, unit_cost: 1_000_000n },
    { remaining: 80_000_000n, unit_cost: 1_250_000n },
  ]);
  const back = await takeBackPurchase(
    worker,
    old.purchase,
    250,
    'refund',
    'Refunded',
    7,
    await databaseClock(worker),
  );
  expect(back).toBe(BigInt(micro('250')));
  expect(await ledger.lots(ana)).toMatchObject([
    { remaining: 250_000_000n },
    { remaining: 80_000_000n },
  ]);
});
