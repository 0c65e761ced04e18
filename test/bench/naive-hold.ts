import type { ChargeItem } from '@bursar/contracts';
import type { Database, LedgerTransaction } from '@bursar/ledger/operations';

/**
 * The reference for holds: a transaction to place and another to capture, the same rows in the same
 * tables with the same locks, the burn order walked in the application.
 */
export async function holdNaively(
  db: Database,
  place: ChargeItem,
  capture: ChargeItem,
): Promise<void> {
  const hold = await db.begin((tx) => placeNaively(tx, place));
  await db.begin((tx) => captureNaively(tx, capture, hold));
}

async function placeNaively(tx: LedgerTransaction, item: ChargeItem): Promise<string> {
  const wallet = await lockWallet(tx, item.wallet);
  await claim(tx, item, 'hold');
  const lots = await tx<{ id: string; free: bigint }[]>`
    select id, remaining - held as free from bursar.lots
    where wallet_id = ${wallet.id} and not closed and remaining > held
      and effective_at <= ${wallet.now} and expires_at > ${wallet.now}
    order by priority, expires_at, unit_cost, effective_at, created_at, id`;
  const [hold] = await tx<{ id: string }[]>`
    insert into bursar.holds (id, wallet_id, amount, product, operation, expires_at, created_at)
    values (bursar.new_id(), ${wallet.id}, ${item.amount}, ${item.product}, ${item.key},
      ${wallet.now}::timestamptz + interval '15 minutes', ${wallet.now}) returning id`;
  if (hold === undefined) throw new Error('A hold was not placed.');
  let left = BigInt(item.amount);
  let position = 1;
  for (const lot of lots) {
    if (left === 0n) break;
    const part = lot.free < left ? lot.free : left;
    await tx`update bursar.lots set held = held + ${part} where id = ${lot.id}`;
    await tx`
      insert into bursar.slices (holder, position, wallet_id, lot_id, amount, pinned)
      values (${hold.id}, ${position}, ${wallet.id}, ${lot.id}, ${part}, ${part})`;
    left -= part;
    position += 1;
  }
  await tx`update bursar.wallets set held = held + ${item.amount} where id = ${wallet.id}`;
  await succeed(tx, item, { hold: { id: hold.id } });
  return hold.id;
}

async function captureNaively(
  tx: LedgerTransaction,
  item: ChargeItem,
  hold: string,
): Promise<void> {
  const wallet = await lockWallet(tx, item.wallet);
  await claim(tx, item, 'hold_capture');
  const [txn] = await tx<{ id: string }[]>`select bursar.new_id() as id`;
  if (txn === undefined) throw new Error('No id was made.');
  const slices = await tx<{ position: number; lot: string; pinned: bigint }[]>`
    select position, lot_id as lot, pinned from bursar.slices where holder = ${hold} order by position`;
  let amount = 0n;
  for (const { position, lot, pinned } of slices) {
    await tx`
      update bursar.lots set remaining = remaining - ${pinned}, held = held - ${pinned}, closed = remaining = ${pinned}
      where id = ${lot}`;
    await tx`update bursar.slices set pinned = 0 where holder = ${hold} and position = ${position}`;
    await tx`
      insert into bursar.movements (transaction_id, position, amount, from_account, from_wallet, from_lot, to_account)
      values (${txn.id}, ${position}, ${pinned}, 'credits', ${wallet.id}, ${lot}, 'consumed')`;
    amount += pinned;
  }
  await tx`
    update bursar.wallets set credits = credits - ${amount}, held = held - ${amount}, version = version + 1
    where id = ${wallet.id}`;
  await tx`
    insert into bursar.transactions (wallet_id, version, id, kind, amount, balance_after, owed_after, hold, operation,
      actor, product, occurred_at, created_at)
    values (${wallet.id}, ${wallet.version + 1n}, ${txn.id}, 'charge', ${-amount}, ${wallet.credits - amount}, 0, ${hold},
      ${item.key}, ${item.actor}, ${item.product}, ${wallet.now}, ${wallet.now})`;
  await tx`
    update bursar.holds set status = 'captured', captured = ${amount}, closed_at = ${wallet.now} where id = ${hold}`;
  await succeed(tx, item, { hold: { id: hold } });
}

async function lockWallet(tx: LedgerTransaction, owner: string) {
  const [wallet] = await tx<{ id: bigint; credits: bigint; version: bigint; now: Date }[]>`
    select id, credits, version, clock_timestamp() as now from bursar.wallets
    where owner = ${owner} for no key update`;
  if (wallet === undefined) throw new Error(`There is no wallet ${owner}.`);
  return wallet;
}

async function claim(tx: LedgerTransaction, item: ChargeItem, type: string): Promise<void> {
  await tx`
    insert into bursar.operations (key, type, request_hash, caller, status, created_at)
    values (${item.key}, ${type}, ${item.hash}, ${item.caller}, 'pending', ${item.accepted_at})
    on conflict (key) do nothing`;
}

async function succeed(tx: LedgerTransaction, item: ChargeItem, result: object): Promise<void> {
  await tx`
    update bursar.operations set status = 'succeeded', result = ${JSON.stringify(result)}::text::jsonb,
      completed_at = clock_timestamp() where key = ${item.key}`;
}
