import type { LotKind } from '@bursar/contracts';
import type { Fragment } from 'postgres';
import type { Database } from '../database/connect.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from './page.ts';

/** Credits that entered a wallet together. Amounts are micro-credits. */
export interface LotView {
  id: string;
  wallet: string;
  kind: LotKind;
  /** `upcoming` before it is effective; `frozen` while the organization that allocated it suspends the person. */
  state: 'live' | 'upcoming' | 'frozen' | 'expired' | 'spent';
  priority: number;
  amount: bigint;
  remaining: bigint;
  held: bigint;
  /** Millionths of a minor unit of `costCurrency` paid for one credit. */
  unitCost: bigint;
  costCurrency: string | null;
  effectiveAt: Date;
  /** `null` never expires. */
  expiresAt: Date | null;
  createdAt: Date;
  /** The transaction that brought these credits. */
  transaction: string;
  parentLot: string | null;
  /** The organization that handed these credits out, as `org:<id>`. */
  allocatedBy: string | null;
  purchase: string | null;
}

/** One page of a wallet's lots, spent and expired ones included; empty for an unknown wallet. */
export const readLots = (db: Database, owner: string, page: Page): Promise<PageOf<LotView>> =>
  newestLots(db, owner, page, db``);

/** One page of the lots of a wallet that are spent or expired. */
export const readPastLots = (db: Database, owner: string, page: Page): Promise<PageOf<LotView>> =>
  newestLots(db, owner, page, db`and (l.closed or l.expires_at <= clock_timestamp())`);

async function newestLots(
  db: Database,
  owner: string,
  page: Page,
  which: Fragment,
): Promise<PageOf<LotView>> {
  const found = await db<LotView[]>`
    ${columns(db, owner)}
    from (
      select l.*
      from bursar.lots l
      where l.wallet_id = (select x.id from bursar.wallets x where x.owner = ${owner})
        ${which}
        ${page.before === undefined ? db`` : db`and l.id < ${page.before}::uuid`}
      order by l.id desc
      limit ${rowsToFetch(page)}
    ) l
    ${walletsOf(db)}
    order by l.id desc`;
  return toPage(found, page, (lot) => lot.id);
}

/**
 * One page of the lots that a wallet still has something of, in burn order: the one that is spent next
 * comes first. Those frozen or not yet effective keep the place that they will have.
 */
export async function readLotsToSpend(
  db: Database,
  owner: string,
  page: Page,
): Promise<PageOf<LotView>> {
  const order = db`l.priority, l.expires_at, l.unit_cost, l.effective_at, l.created_at, l.id`;
  const found = await db<LotView[]>`
    ${columns(db, owner)}
    from (
      select l.*
      from bursar.lots l
      where l.wallet_id = (select x.id from bursar.wallets x where x.owner = ${owner})
        and not l.closed
        and (l.expires_at > clock_timestamp() or l.held > 0)
        ${
          page.before === undefined
            ? db``
            : db`and (${order}) > (select ${order} from bursar.lots l where l.id = ${page.before}::uuid)`
        }
      order by ${order}
      limit ${rowsToFetch(page)}
    ) l
    ${walletsOf(db)}
    order by ${order}`;
  return toPage(found, page, (lot) => lot.id);
}

const columns = (db: Database, owner: string) => db`
    select
      l.id,
      ${owner}::text as wallet,
      l.kind,
      case
        when l.closed then 'spent'
        when l.expires_at <= clock_timestamp() then 'expired'
        when l.allocated_by = any (w.frozen_by) then 'frozen'
        when l.effective_at > clock_timestamp() then 'upcoming'
        else 'live'
      end as state,
      l.priority,
      l.amount,
      l.remaining,
      l.held,
      l.unit_cost as "unitCost",
      l.cost_currency as "costCurrency",
      l.effective_at as "effectiveAt",
      nullif(l.expires_at, 'infinity') as "expiresAt",
      l.created_at as "createdAt",
      l.transaction_id as transaction,
      l.parent_lot as "parentLot",
      o.owner as "allocatedBy",
      case when l.kind <> 'subscription' then l.purchase_id end as purchase`;

const walletsOf = (db: Database) => db`
    join bursar.wallets w on w.id = l.wallet_id
    left join bursar.wallets o on o.id = l.allocated_by`;
