import type { Database } from '../database/connect.ts';

/** Who may use a bonus code, how often, and what it brings. Credits in micro-credits, money in minor units. */
export interface BonusCodeTerms {
  code: string;
  /** Exactly one of the two. */
  bonusCredits: bigint | null;
  bonusPercent: number | null;
  lifetimeDays: number;
  scope: 'any' | 'users' | 'organizations';
  maxRedemptions: number | null;
  maxPerPerson: number | null;
  maxPerOrganization: number | null;
  firstPurchaseOnly: boolean;
  minimum: bigint | null;
  currency: string | null;
  endsAt: Date | null;
}

export interface BonusCodeView extends BonusCodeTerms {
  id: string;
  startsAt: Date;
  createdBy: string;
  createdAt: Date;
  disabledAt: Date | null;
  /** Orders that can still be paid, and orders that were. */
  reserved: number;
  redeemed: number;
}

/** Writes a code; `null` when an active one is spelled the same. */
export async function putBonusCode(
  db: Database,
  terms: BonusCodeTerms & { startsAt: Date | null; actor: string },
): Promise<string | null> {
  const rows = await db<{ id: string | null }[]>`
    select bursar.put_bonus_code(
      ${terms.code}, ${terms.bonusCredits}::bigint, ${terms.bonusPercent}::integer, ${terms.lifetimeDays}::integer,
      ${terms.scope}, ${terms.maxRedemptions}::integer, ${terms.maxPerPerson}::integer,
      ${terms.maxPerOrganization}::integer, ${terms.firstPurchaseOnly}, ${terms.minimum}::bigint, ${terms.currency},
      ${terms.startsAt}, ${terms.endsAt}, ${terms.actor}) as id`;
  return rows[0]?.id ?? null;
}

/** False when there is no such code. */
export async function disableBonusCode(db: Database, id: string): Promise<boolean> {
  const rows = await db<
    { found: boolean }[]
  >`select bursar.disable_bonus_code(${id}::uuid) as found`;
  return rows[0]?.found ?? false;
}

/** The newest five hundred codes, disabled ones included, or the one of this id. */
export const listBonusCodes = (db: Database, id: string | null = null): Promise<BonusCodeView[]> =>
  db<BonusCodeView[]>`
    select c.id, c.code, c.bonus_credits as "bonusCredits", c.bonus_percent as "bonusPercent",
      c.lifetime_days as "lifetimeDays", c.scope, c.max_redemptions as "maxRedemptions",
      c.max_per_person as "maxPerPerson", c.max_per_organization as "maxPerOrganization",
      c.first_purchase_only as "firstPurchaseOnly", c.minimum, c.currency, c.starts_at as "startsAt",
      c.ends_at as "endsAt", c.created_by as "createdBy", c.created_at as "createdAt", c.disabled_at as "disabledAt",
      coalesce(u.reserved, 0)::integer as reserved, coalesce(u.redeemed, 0)::integer as redeemed
    from bursar.bonus_codes c
    left join lateral (
      select count(*) filter (where r.status = 'reserved') as reserved,
        count(*) filter (where r.status = 'redeemed') as redeemed
      from bursar.bonus_redemptions r where r.code_id = c.id
    ) u on true
    where ${id}::uuid is null or c.id = ${id}::uuid
    order by c.id desc
    limit 500`;

/** What a code of ours brings to an order in micro-credits, or why it does not hold; `null`: none of ours. */
export type BonusOffer =
  | { ok: true; credits: bigint; lifetimeDays: number }
  | { ok: false; obstacle: string };

/** Looks a code up as a customer types it; nothing is set aside. */
export async function findBonus(
  db: Database,
  order: {
    wallet: string;
    actor: string;
    code: string;
    credits: string;
    subtotal: number;
    currency: string;
    /** The order it is for, once that is written. */
    purchase?: string | undefined;
  },
): Promise<BonusOffer | null> {
  const rows = await db<{ offer: Record<string, string | number> | null }[]>`
    select bursar.bonus_offer(
      ${order.wallet}, ${order.actor}, ${order.code}, ${order.credits}::text::bigint, ${order.subtotal}::bigint,
      ${order.currency}, ${order.purchase ?? null}::uuid) as offer`;
  const offer = rows[0]?.offer ?? null;
  if (offer === null) return null;
  if (typeof offer['obstacle'] === 'string') return { ok: false, obstacle: offer['obstacle'] };
  return {
    ok: true,
    credits: BigInt(offer['credits'] ?? 0),
    lifetimeDays: Number(offer['lifetime_days']),
  };
}

/** Sets the code of an order aside while it can be paid; answers why it does not hold any more, or `null`. */
export async function reserveBonus(db: Database, purchase: string): Promise<string | null> {
  const rows = await db<{ obstacle: string | null }[]>`
    select bursar.reserve_bonus(${purchase}::uuid) as obstacle`;
  return rows[0]?.obstacle ?? null;
}
