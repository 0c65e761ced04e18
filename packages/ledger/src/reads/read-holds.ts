import type { Fragment } from 'postgres';
import type { Database } from '../database/connect.ts';
import type { HOLD_STATUSES } from '@bursar/contracts';
import type { PricingView } from '../price/read-prices.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from './page.ts';

type HoldStatus = (typeof HOLD_STATUSES)[number];

/** Credits set aside before work starts. Amounts are micro-credits. */
export interface HoldView {
  id: string;
  wallet: string;
  amount: bigint;
  captured: bigint;
  status: HoldStatus;
  product: string;
  /** Debt that captures may make beyond the wallet's limit, and what of it they made. */
  overdraft: bigint;
  overdraftUsed: bigint;
  /** The organization it was placed on behalf of, as `org:<id>`. */
  onBehalfOf: string | null;
  /** What made the amount, and rates captures; `null` when the caller named the amount. */
  pricing: PricingView | null;
  /** The key of the operation that placed it. */
  operation: string | null;
  expiresAt: Date;
  createdAt: Date;
  closedAt: Date | null;
}

/** One page of a wallet's holds, of one status or of all; empty for an unknown wallet. */
export async function readHolds(
  db: Database,
  owner: string,
  page: Page,
  status?: HoldStatus,
): Promise<PageOf<HoldView>> {
  const found = await db<HoldView[]>`
    ${selectHolds(
      db,
      db`
      select h.*
      from ${status === 'open' ? openHolds(db) : db`bursar.holds h`}
      where h.wallet_id = (select x.id from bursar.wallets x where x.owner = ${owner})
        ${status === undefined ? db`` : db`and h.status = ${status}::bursar.hold_status`}
        ${page.before === undefined ? db`` : db`and h.id < ${page.before}::uuid`}
      order by h.id desc
      limit ${rowsToFetch(page)}`,
    )}
    order by h.id desc`;
  return toPage(found, page, (hold) => hold.id);
}

/** Found among all that are open, which are few: a wallet may have millions of closed ones before its first open one. */
const openHolds = (db: Database) => db`
  (select x.* from bursar.holds x where x.status = 'open' offset 0) h`;

/** One hold by its UUID; `null` when there is none. */
export async function readHold(db: Database, id: string): Promise<HoldView | null> {
  const [hold] = await db<
    HoldView[]
  >`${selectHolds(db, db`select h.* from bursar.holds h where h.id = ${id}`)}`;
  return hold ?? null;
}

/** `source` selects whole rows of `bursar.holds`; a page is cut in there, before anything is joined. */
const selectHolds = (db: Database, source: Fragment) => db`
  select
    h.id,
    w.owner as wallet,
    h.amount,
    h.captured,
    h.status,
    h.product,
    h.overdraft,
    h.overdraft_used as "overdraftUsed",
    o.owner as "onBehalfOf",
    bursar.pricing_summary(h.price, h.price_version, h.quantity) as pricing,
    h.operation,
    h.expires_at as "expiresAt",
    h.created_at as "createdAt",
    h.closed_at as "closedAt"
  from (${source}) h
  join bursar.wallets w on w.id = h.wallet_id
  left join bursar.wallets o on o.id = h.on_behalf_of`;
