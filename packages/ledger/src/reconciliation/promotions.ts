import type { Database } from '../database/connect.ts';

/** A page at Stripe was completed with a code; noted once, whatever becomes of what it sold. */
export async function notePromotionUse(
  db: Database,
  session: string,
  promotion: string,
): Promise<void> {
  await db`select bursar.note_promotion_use(${session}, ${promotion})`;
}

/** How often a code of Stripe's was used, as we know it. */
export interface PromotionCount {
  /** On Stripe's pages, which Stripe counts, too. */
  pages: number;
  /** By orders that it made free; Stripe never sees those. */
  free: number;
}

/** Every code that was ever used here, by Stripe's id. */
export async function readPromotionCounts(db: Database): Promise<Map<string, PromotionCount>> {
  const rows = await db<{ promotion: string; pages: bigint; free: bigint }[]>`
    select c.promotion, c.pages, c.free from bursar.promotion_counts() c`;
  return new Map(
    rows.map(({ promotion, pages, free }) => [
      promotion,
      { pages: Number(pages), free: Number(free) },
    ]),
  );
}

/** What we know of the discount on a page of ours. */
export interface KnownDiscount {
  session: string;
  /** The order's UUID; null for a subscription's page. */
  purchase: string | null;
  wallet: string;
  currency: string;
  /** Minor units; null for a subscription, whose bills say it. */
  discount: bigint | null;
  granted: boolean;
  /** The code that was noted for it. */
  promotion: string | null;
}

/** Those of the pages that are ours. */
export async function findKnownDiscounts(
  db: Database,
  sessions: readonly string[],
): Promise<Map<string, KnownDiscount>> {
  if (sessions.length === 0) return new Map();
  const rows = await db<KnownDiscount[]>`
    select d.* from bursar.known_discounts(${[...sessions]}::text[]) d`;
  return new Map(rows.map((row) => [row.session, row]));
}

/** A bonus code that is set aside for an order nobody can pay. */
export interface StaleReservation {
  /** The order's UUID. */
  purchase: string;
  wallet: string;
  code: string;
  /** Micro-credits that it would bring. */
  credits: bigint;
  status: string;
}

export const findStaleReservations = (db: Database, limit: number): Promise<StaleReservation[]> =>
  db<StaleReservation[]>`select s.* from bursar.stale_reservations(${limit}::integer) s`;

/** False when its order can be paid after all. */
export async function releaseStaleReservation(db: Database, purchase: string): Promise<boolean> {
  const [row] = await db<[{ released: boolean }]>`
    select bursar.release_stale_reservation(${purchase}::uuid) as released`;
  return row.released;
}

/** Bonus codes of ours that were promised more often than they may be. */
export const findOverusedBonusCodes = (
  db: Database,
): Promise<{ id: string; code: string; used: bigint; most: number }[]> =>
  db`select o.code_id as id, o.code, o.used, o.most from bursar.overused_bonus_codes() o`;
