import type { Database } from '../database/connect.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from './page.ts';

/** A subscription in the wire's shape, with the wallet it is for. */
export interface SubscriptionView {
  id: string;
  wallet: string;
  customer: string | null;
  summary: Record<string, unknown>;
}

/** One subscription, by its UUID or by the session where it was ordered; null when there is none. */
export async function readSubscription(
  db: Database,
  by: { id: string } | { session: string },
): Promise<SubscriptionView | null> {
  const [row] = await db<SubscriptionView[]>`
    select s.id, w.owner as wallet, s.customer, bursar.subscription_summary(s.id) as summary
    from bursar.subscriptions s
    join bursar.wallets w on w.id = s.wallet_id
    where ${'id' in by ? db`s.id = ${by.id}::uuid` : db`s.checkout_session = ${by.session}`}`;
  return row ?? null;
}

/** The subscription of a wallet: the latest that goes on, else the latest there was; null for none. */
export async function readSubscriptionOf(
  db: Database,
  owner: string,
): Promise<SubscriptionView | null> {
  const [row] = await db<SubscriptionView[]>`
    select s.id, w.owner as wallet, s.customer, bursar.subscription_summary(s.id) as summary
    from bursar.subscriptions s
    join bursar.wallets w on w.id = s.wallet_id
    where w.owner = ${owner}
    order by bursar.goes_on(s.status) desc, (s.duplicate_of is null) desc, s.id desc limit 1`;
  return row ?? null;
}

/** One page of every subscription that a wallet has or had, orders that nobody paid too, newest first. */
export async function readSubscriptions(
  db: Database,
  owner: string,
  page: Page,
): Promise<PageOf<SubscriptionView>> {
  const found = await db<SubscriptionView[]>`
    select s.id, w.owner as wallet, s.customer, bursar.subscription_summary(s.id) as summary
    from bursar.subscriptions s
    join bursar.wallets w on w.id = s.wallet_id
    where w.owner = ${owner} ${page.before === undefined ? db`` : db`and s.id < ${page.before}::uuid`}
    order by s.id desc
    limit ${rowsToFetch(page)}`;
  return toPage(found, page, ({ id }) => id);
}
