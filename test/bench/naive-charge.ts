import type { ChargeItem } from '@bursar/contracts';
import type { Database } from '@bursar/ledger/administration';

interface OpenLot {
  id: string;
  free: bigint;
}

/**
 * The reference: what a careful team writes first. One transaction per charge, the same rows in the
 * same tables, the same locks, the burn order walked in the application.
 */
export function chargeNaively(db: Database, item: ChargeItem): Promise<void> {
  return db.begin(async (tx) => {
    const [wallet] = await tx<{ id: bigint; credits: bigint; version: bigint; now: Date }[]>`
      select id, credits, version, clock_timestamp() as now from bursar.wallets
      where owner = ${item.wallet} for no key update`;
    if (wallet === undefined) throw new Error(`There is no wallet ${item.wallet}.`);
    const [claimed] = await tx<{ txn: string }[]>`
      insert into bursar.operations (key, type, request_hash, caller, status, transaction_id, created_at, completed_at)
      values (${item.key}, 'charge', ${item.hash}, ${item.caller}, 'succeeded', bursar.new_id(), ${item.accepted_at}, now())
      on conflict (key) do nothing returning transaction_id as txn`;
    if (claimed === undefined) return;
    const lots = await tx<OpenLot[]>`
      select id, remaining - held as free from bursar.lots
      where wallet_id = ${wallet.id} and not closed and remaining > held
        and effective_at <= ${wallet.now} and expires_at > ${wallet.now}
      order by priority, expires_at, unit_cost, effective_at, created_at, id`;
    const amount = BigInt(item.amount);
    let left = amount;
    let position = 1;
    for (const lot of lots) {
      if (left === 0n) break;
      const taken = lot.free < left ? lot.free : left;
      await tx`update bursar.lots set remaining = remaining - ${taken}, closed = remaining = ${taken} where id = ${lot.id}`;
      await tx`
        insert into bursar.movements (transaction_id, position, amount, from_account, from_wallet, from_lot, to_account)
        values (${claimed.txn}, ${position}, ${taken}, 'credits', ${wallet.id}, ${lot.id}, 'consumed')`;
      left -= taken;
      position += 1;
    }
    await tx`update bursar.wallets set credits = credits - ${amount}, version = version + 1 where id = ${wallet.id}`;
    await tx`
      insert into bursar.transactions (wallet_id, version, id, kind, amount, balance_after, owed_after, operation, actor, product, occurred_at, created_at)
      values (${wallet.id}, ${wallet.version + 1n}, ${claimed.txn}, 'charge', ${-amount}, ${wallet.credits - amount}, 0,
        ${item.key}, ${item.actor}, ${item.product}, ${wallet.now}, ${wallet.now})`;
  });
}
