import { renderPriceModel, type PriceRule } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

export interface PriceChange {
  id: string;
  eventType: string | null;
  product: string;
  meter: string;
  description: string | null;
  rule: PriceRule;
  actor: string;
}

export type PutPriceOutcome =
  | { verdict: 'created' | 'changed' | 'unchanged'; version: number }
  /** Another price rates events of this type. */
  | { verdict: 'event_type_taken' }
  | { verdict: 'limit_reached' };

/** Writes the next version of a price; a change that changes nothing makes no version. */
export async function putPrice(db: Database, change: PriceChange): Promise<PutPriceOutcome> {
  const { rule } = change;
  const rows = await db<PutPriceOutcome[]>`
    select verdict, version
    from bursar.put_price(
      ${change.id}, ${change.eventType}, ${change.product}, ${change.meter}, ${change.description},
      ${JSON.stringify(renderPriceModel(rule.model))}::text::jsonb, ${rule.rounding},
      ${rule.minimum === null ? null : rule.minimum.toString()}::text::bigint, ${change.actor})`;
  const outcome = rows[0];
  if (outcome === undefined) throw new Error('put_price answered without a verdict.');
  return outcome;
}

/** Takes a price out of the catalogue; `false` when it is not in it. */
export async function retirePrice(db: Database, id: string): Promise<boolean> {
  const rows = await db<{ retired: boolean }[]>`select bursar.retire_price(${id}) as retired`;
  return rows[0]?.retired ?? false;
}
