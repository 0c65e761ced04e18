import { afterAll, beforeAll, expect } from 'vitest';
import {
  beginTopUp,
  mirrorPaymentMethod,
  rememberCustomer,
  settleTopUp,
  type DeclineKind,
  type TopUpAttempt,
} from '../src/operations.ts';
import { readAutoTopUp, startAutoTopUp } from '../src/reads.ts';
import { openWorlds, type World } from './outcome-world.ts';
import { credits } from './reads-fixtures.ts';

let opened: Awaited<ReturnType<typeof openWorlds>> | undefined;
beforeAll(async () => {
  opened = await openWorlds();
});
afterAll(() => opened?.close());

const open = () => {
  if (opened === undefined) throw new Error('The database is opened before the first test.');
  return opened;
};

/** Of the file that imports this; opened before its first test and closed after its last. */
export const worlds = {
  newWorld: () => open().newWorld(),
  get database() {
    return open().database;
  },
};

export const PRICE = {
  microPerMajor: credits(100),
  minorPerMajor: 100n,
  currency: 'usd',
  minimum: 500n,
  maximum: 1_000_000n,
  expiryMonths: 12,
};

let cards = 0;

/** Saves another card for the wallet; answers with its id. */
export async function saveCard(
  world: World,
  wallet: string,
  fingerprint?: string,
): Promise<string> {
  cards += 1;
  const customer = await rememberCustomer(world.worker, wallet, `cus_${wallet}`, null);
  const id = `pm_${cards}_${wallet}`;
  await mirrorPaymentMethod(world.worker, {
    id,
    customer,
    brand: 'visa',
    last4: '4242',
    expMonth: 12,
    expYear: 2030,
    fingerprint: fingerprint ?? `fp_${cards}_${wallet}`,
  });
  return id;
}

export const termsOf = (wallet: string) => ({
  wallet,
  threshold: credits(20),
  amount: credits(1000) as bigint | null,
  target: null as bigint | null,
  monthlyCap: 10_000n,
  currency: 'usd',
  paymentMethod: null,
  actor: wallet,
});

/** `ana` with 50 credits, a card, and an auto top-up of 1,000 below 20. */
export async function armed(change: Partial<ReturnType<typeof termsOf>> = {}): Promise<World> {
  const world = await worlds.newWorld();
  await saveCard(world, world.ana);
  expect(await startAutoTopUp(worlds.database.db, { ...termsOf(world.ana), ...change })).toBeNull();
  return world;
}

export async function underWay(world: World, wallet = world.ana): Promise<string[]> {
  const rows = await world.worker<{ id: string }[]>`
    select a.id from bursar.top_up_attempts a join bursar.wallets w on w.id = a.wallet_id
    where w.owner = ${wallet} and a.settled_at is null`;
  return rows.map((row) => row.id);
}

/** The try that is under way, with its order. */
export async function begun(world: World): Promise<TopUpAttempt> {
  const [id] = await underWay(world);
  if (id === undefined) throw new Error('Nothing is under way.');
  const attempt = await beginTopUp(world.worker, id, PRICE);
  if (attempt === null) throw new Error('The try is gone.');
  return attempt;
}

export const paying = (world: World, { id, subtotal }: TopUpAttempt) =>
  settleTopUp(world.worker, id, {
    status: 'succeeded',
    paymentIntent: `pi_${id}`,
    paid: subtotal ?? 0,
  });

export const declining = (world: World, id: string, kind: DeclineKind = 'soft') =>
  settleTopUp(world.worker, id, {
    status: 'declined',
    paymentIntent: `pi_${id}`,
    kind,
    code: 'insufficient_funds',
    checkoutUrl: 'https://pay.example',
  });

export const stateOf = async (world: World) => {
  const view = await readAutoTopUp(worlds.database.db, world.ana);
  if (view === null) throw new Error('There is no auto top-up.');
  return view;
};

/** What the wallet's owner would be told about top-ups, in order. */
export async function told(world: World): Promise<string[]> {
  const rows = await world.worker<{ kind: string }[]>`
    select o.kind from bursar.outbox o join bursar.wallets w on w.id = o.subject_wallet
    where w.owner = ${world.ana} and o.kind like 'topup-%' and o.kind <> 'topup-requested' order by o.id`;
  return rows.map((row) => row.kind);
}

/** Lets the waiting time pass. */
export const waitOut = (world: World) =>
  worlds.database.db`
    update bursar.auto_top_ups set resume_at = now() - interval '1 second'
    where wallet_id = (select id from bursar.wallets where owner = ${world.ana}) and resume_at is not null`;
