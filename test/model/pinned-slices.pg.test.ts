import {
  expireDue,
  takeBackPurchase,
  databaseClock,
  type Database,
} from '@bursar/ledger/operations';
import { putMember, suspendMember } from '@bursar/ledger/reads';
import { audit } from '@bursar/ledger/administration';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bare, chargeOf, ExampleLedger, micro } from '../examples/example-ledger.ts';
import { createTestDatabase, type TestDatabase } from '../harness/ledger-database.ts';
import { travel } from './agreement/stage.ts';

const RUNS = Number(process.env['FC_RUNS'] ?? 25);

let database: TestDatabase;
let worker: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  worker = database.connect('bursar_worker');
});
afterAll(async () => {
  const report = await audit(database.connect('bursar_auditor'));
  // Two checks read instants from stored answers, which travelling in time leaves as they were.
  const wrong = report.checks
    .filter(({ name }) => name !== 'granted-lots' && name !== 'hold-states')
    .filter(({ count, failure }) => count > 0n || failure !== null);
  expect(wrong).toEqual([]);
  await database.drop();
});

/** What may happen to a wallet between a hold and its capture. */
const BETWEEN = [
  'rival charge into debt',
  'rival charge on behalf',
  'transfer away',
  'suspension',
  'removal',
  'refund of the purchase',
  'dispute of the purchase',
  'limit of nothing',
  'another hold',
  'an extension',
  'a part captured',
  'expiry of lots',
  'a sweep',
] as const;
type Event = (typeof BETWEEN)[number];

interface Scene {
  ledger: ExampleLedger;
  ana: string;
  acme: string;
  hold: string;
  purchase: string;
  captured: bigint;
}

async function happen(event: Event, scene: Scene): Promise<void> {
  const { ledger, ana, acme, hold, purchase } = scene;
  const member = { organization: bare(acme), user: bare(ana) };
  const takeBack = async (kind: 'refund' | 'dispute') =>
    takeBackPurchase(worker, purchase, 50, kind, 'Test', 7, await databaseClock(worker));
  switch (event) {
    case 'rival charge into debt':
      return void (await ledger.chargeBatch([chargeOf(ana, '500')]));
    case 'rival charge on behalf':
      return void (await ledger.chargeBatch([{ ...chargeOf(ana, '15'), on_behalf_of: acme }]));
    case 'transfer away': {
      const command = { type: 'transfer', from: ana, to: acme, unrestricted: true } as const;
      return void (await ledger.apply({ ...command, amount: micro('5') }));
    }
    case 'suspension':
      return void (await suspendMember(database.db, member));
    case 'removal':
      return void (await ledger.apply({ type: 'member_removal', organization: acme, member: ana }));
    case 'refund of the purchase':
      return void (await takeBack('refund'));
    case 'dispute of the purchase':
      return void (await takeBack('dispute'));
    case 'limit of nothing':
      return void (await ledger.limit(ana, '0'));
    case 'another hold':
      return void (await ledger.apply({
        type: 'hold',
        wallet: ana,
        amount: micro('7'),
        product: 'rival',
        expires_in: 600,
      }));
    case 'an extension':
      return void (await ledger.apply({
        type: 'hold_extension',
        hold,
        expires_in: 900,
        amount: micro('65'),
      }));
    case 'a part captured': {
      const part = { type: 'hold_capture', hold, amount: micro('3'), final: false } as const;
      expect(await ledger.apply(part)).toMatchObject({ verdict: 'applied' });
      scene.captured += 3_000_000n;
      return;
    }
    case 'expiry of lots':
      return travel(database.db, [ana, acme], 2);
    case 'a sweep':
      return void (await expireDue(worker));
  }
}

/** In days. */
const HOUR_AND_A_BIT = 1.2 / 24;

/** Twenty of an allocation, thirty bought, forty granted: a hold of sixty pins parts of several. */
async function openScene(): Promise<Scene> {
  const ledger = new ExampleLedger(database.db, worker);
  const ana = await ledger.person('ana');
  const acme = await ledger.organization('acme', [ana]);
  const boss = await ledger.person('boss');
  await putMember(database.db, { organization: bare(acme), user: bare(boss), role: 'owner' });
  await ledger.grant(acme, '20', HOUR_AND_A_BIT);
  const share = { type: 'allocation', from: acme } as const;
  await ledger.apply({ ...share, recipients: [ana], amount_per_recipient: micro('20') });
  const order = await ledger.order(ana, '30', 50);
  await ledger.pay(order);
  await ledger.grant(ana, '40', HOUR_AND_A_BIT);
  const hold = await ledger.hold(ana, '60');
  return { ledger, ana, acme, hold, purchase: order.purchase, captured: 0n };
}

test(
  'a capture up to the hold cannot fail, whatever happened meanwhile',
  { timeout: 600_000 },
  async () => {
    const events = fc.uniqueArray(fc.constantFrom(...BETWEEN), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(events, async (happened) => {
        const scene = await openScene();
        for (const event of happened) await happen(event, scene);
        const [before] = await worker<{ pinned: bigint; owed: bigint }[]>`
        select (select sum(s.pinned)::bigint from bursar.slices s where s.holder = ${scene.hold}::uuid) as pinned,
          w.owed from bursar.wallets w where w.owner = ${scene.ana}`;
        expect(before!.pinned).toBeGreaterThanOrEqual(60_000_000n - scene.captured);
        const outcome = await scene.ledger.apply({
          type: 'hold_capture',
          hold: scene.hold,
          amount: String(before!.pinned),
          final: true,
        });
        expect(outcome).toMatchObject({
          verdict: 'applied',
          result: { charge: { owed: '0' }, hold: { status: 'captured', overdraft_used: '0' } },
        });
        expect(await scene.ledger.state(scene.ana)).toMatch(
          before!.owed === 0n ? / \/ 0$/ : / \/ [1-9]/,
        );
      }),
      { numRuns: RUNS },
    );
  },
);
