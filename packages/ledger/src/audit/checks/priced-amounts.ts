import { PriceModel, rateQuantity, type PriceRule, type Rounding } from '@bursar/contracts';
import type { LedgerTransaction } from '../../database/connect.ts';
import { streamRows } from '../burn-order/stream-rows.ts';
import { VIOLATIONS_SHOWN, type Check, type Violation } from '../check.ts';

interface PricedRow {
  id: string;
  hold: boolean;
  price: string;
  version: number;
  quantity: bigint;
  amount: bigint;
}

const PRICED = `
  select t.id, false as hold, t.price, t.price_version as version, t.quantity, -t.amount as amount
  from bursar.transaction_history t
  where t.price is not null and t.price_version is not null and t.quantity is not null
  union all
  select h.id, true, h.price, h.price_version, h.quantity, h.amount
  from bursar.holds h
  where h.price is not null and h.price_version is not null and h.quantity is not null`;

/** Rates every quantity anew, by the same function that the ingress rated it with. */
export const pricedAmounts: Check = {
  name: 'priced-amounts',
  statement:
    'Each amount that a price made is what that version makes of the quantity; a hold may have been raised since.',
  async run(tx) {
    const rules = await readRules(tx);
    const violations: Violation[] = [];
    let covered = 0n;
    let count = 0n;
    for await (const row of streamRows<PricedRow>(tx, 'priced', PRICED)) {
      covered += 1n;
      const fault = faultOf(row, rules.get(`${row.price} ${row.version}`));
      if (fault === null) continue;
      count += 1n;
      if (violations.length < VIOLATIONS_SHOWN) violations.push({ subject: row.id, detail: fault });
    }
    return { covered, count, violations };
  },
};

function faultOf({ hold, amount, quantity }: PricedRow, rule: PriceRule | undefined) {
  // A version that does not exist is the finding of another check.
  if (rule === undefined) return null;
  const rated = rateQuantity(rule, quantity);
  if (rated.ok && (rated.micro === amount || (hold && rated.micro < amount))) return null;
  return `is ${amount}, its price makes ${rated.ok ? rated.micro : rated.fault} of ${quantity}`;
}

async function readRules(tx: LedgerTransaction): Promise<Map<string, PriceRule>> {
  const rows = await tx<
    { name: string; model: unknown; rounding: Rounding; minimum: bigint | null }[]
  >`
    select v.price || ' ' || v.version as name, v.model, v.rounding, v.minimum from bursar.price_versions v`;
  return new Map(
    rows.map(({ name, model, rounding, minimum }) => [
      name,
      { model: PriceModel.parse(model), rounding, minimum },
    ]),
  );
}
