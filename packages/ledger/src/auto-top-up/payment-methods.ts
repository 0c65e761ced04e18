import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';

/** A saved card as Stripe describes it. */
export interface SavedCard {
  /** Stripe's id, `pm_…`. */
  id: string;
  customer: string;
  brand: string;
  last4: string | null;
  expMonth: number | null;
  expYear: number | null;
  /** The same for one card however often it is saved. */
  fingerprint: string;
}

/** A saved card as its owner may see it. */
export interface PaymentMethodView {
  id: string;
  brand: string;
  last4: string | null;
  expMonth: number | null;
  expYear: number | null;
  isDefault: boolean;
}

/** Writes a card down as Stripe describes it now. Returns its wallet; null for a foreign customer. */
export const mirrorPaymentMethod = (db: Database, card: SavedCard): Promise<string | null> =>
  inTransaction(db, async (tx) => {
    const [row] = await tx<[{ wallet: string | null }]>`
      select bursar.mirror_payment_method(
        ${card.id}, ${card.customer}, ${card.brand}, ${card.last4}, ${card.expMonth}::smallint,
        ${card.expYear}::smallint, ${card.fingerprint}) as wallet`;
    return row.wallet;
  });

/** The card is not saved any more; a top-up that charged it is off. Returns the wallet it was of. */
export const forgetPaymentMethod = (db: Database, id: string): Promise<string | null> =>
  inTransaction(db, async (tx) => {
    const [row] = await tx<[{ wallet: string | null }]>`
      select bursar.forget_payment_method(${id}) as wallet`;
    return row.wallet;
  });

/** Makes a card the one that is charged by default; false when the wallet has no such card. */
export const chooseDefaultCard = (db: Database, wallet: string, id: string): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const [row] = await tx<[{ found: boolean }]>`
      select bursar.choose_default_card(${wallet}, ${id}) as found`;
    return row.found;
  });

/** The wallet of a card that is or was saved, and Stripe's customer; null for an unknown card. */
export async function findPaymentMethod(
  db: Database,
  id: string,
): Promise<{ wallet: string; customer: string; isDefault: boolean; detached: boolean } | null> {
  const [row] = await db<
    { wallet: string; customer: string; isDefault: boolean; detached: boolean }[]
  >`
    select w.owner as wallet, m.customer, m.is_default as "isDefault", m.detached_at is not null as detached
    from bursar.payment_methods m
    join bursar.wallets w on w.id = m.wallet_id
    where m.id = ${id}`;
  return row ?? null;
}

/** The cards saved for a wallet, the default first; at most a hundred. */
export async function readPaymentMethods(
  db: Database,
  owner: string,
): Promise<PaymentMethodView[]> {
  return [
    ...(await db<PaymentMethodView[]>`
      select m.id, m.brand, m.last4, m.exp_month as "expMonth", m.exp_year as "expYear", m.is_default as "isDefault"
      from bursar.payment_methods m
      join bursar.wallets w on w.id = m.wallet_id
      where w.owner = ${owner} and m.detached_at is null
      order by m.is_default desc, m.created_at desc, m.id
      limit 100`),
  ];
}
