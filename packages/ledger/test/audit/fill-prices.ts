import { rateQuantity, type PriceRule } from '@bursar/contracts';
import { applyCharges, inTransaction, type Database } from '@bursar/ledger/operations';
import { putPrice, putUser, retirePrice } from '@bursar/ledger/reads';
import { command, newHead, type Pools } from './random-steps.ts';

const WALLET = 'user:priced';
const RULES: readonly PriceRule[] = [1_000n, 2_500n, 400_000n].map((rate) => ({
  model: { type: 'per_unit', rate, per: 3 },
  rounding: 'half_up',
  minimum: rate > 1_000n ? 7n : null,
}));

/** Charges, a hold and its capture by each version of a price that is retired in the end. */
export async function fillPrices(pools: Pools): Promise<void> {
  const { ingress, worker } = pools;
  await putUser(ingress, { id: 'priced' });
  await command(pools, {
    type: 'grant',
    wallet: WALLET,
    amount: '1000000000',
    kind: 'promotional',
    reason: 'Opening',
  });
  for (const [at, rule] of RULES.entries()) {
    await putPrice(ingress, {
      id: 'audited',
      eventType: at === 2 ? 'audited.event' : null,
      product: 'notebook',
      meter: 'units',
      description: null,
      rule,
      actor: 'key_test',
    });
    await spend(pools, worker, at + 1, rule);
  }
  await retirePrice(ingress, 'audited');
}

async function spend(pools: Pools, worker: Database, version: number, rule: PriceRule) {
  const costOf = (quantity: bigint) => {
    const rated = rateQuantity(rule, quantity);
    if (!rated.ok) throw new Error(`The quantity ${quantity} cannot be rated: ${rated.fault}.`);
    const pricing = { price: 'audited', version, quantity: String(quantity) };
    return { amount: String(rated.micro), pricing };
  };
  const batch = [5_000_000n, 7_000_000n].map((quantity) => ({
    ...newHead(),
    wallet: WALLET,
    product: 'notebook',
    ...costOf(quantity),
  }));
  await inTransaction(worker, (tx) => applyCharges(tx, batch));
  const placing = { type: 'hold', wallet: WALLET, product: 'notebook', expires_in: 900 } as const;
  await command(pools, { ...placing, ...costOf(30_000_000n) });
  const [hold] = await pools.db<{ id: string }[]>`
    select id from bursar.holds where price_version = ${version} order by created_at desc limit 1`;
  const capture = { type: 'hold_capture', hold: String(hold?.id), final: true } as const;
  await command(pools, { ...capture, ...costOf(20_000_001n) });
}
