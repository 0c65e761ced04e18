import type { Database } from '../database/connect.ts';
import { timedPage, type Page, type PageOf, type Timed } from './page.ts';

/** Money that was asked for: an order, a top-up or a bill of a subscription. Money in minor units. */
export interface PaymentView {
  id: string;
  kind: 'order' | 'top_up' | 'invoice';
  status: string;
  /** What it was asked for, discounts off; with tax for bills. */
  total: bigint;
  paid: bigint;
  currency: string;
  number: string | null;
  /** Micro-credits it brought, and those taken back since. */
  credits: bigint;
  takenBack: bigint;
  /** What Stripe knows it by: an invoice, or a payment intent. */
  invoice: string | null;
  paymentIntent: string | null;
  outOfBand: boolean;
  subscription: string | null;
  createdAt: Date;
}

/** One page of everything that was paid or is to be paid for a wallet, the newest first. */
export async function readPayments(
  db: Database,
  owner: string,
  page: Page,
): Promise<PageOf<PaymentView>> {
  return timedPage<Timed<PaymentView>>(
    page,
    (row) => row.id,
    (before, limit) => db<Timed<PaymentView>[]>`
      select x.*, x."createdAt"::text as position
      from (${selectPayments(db, owner)}) x
      ${before === null ? db`` : db`where (x."createdAt", x.id) < (${before.at}::text::timestamptz, ${before.key}::uuid)`}
      order by x."createdAt" desc, x.id desc
      limit ${limit}`,
  );
}

/** One payment of a wallet by its UUID; null when the wallet has no such payment. */
export async function readPayment(
  db: Database,
  owner: string,
  id: string,
): Promise<PaymentView | null> {
  const [row] = await db<PaymentView[]>`
    select x.* from (${selectPayments(db, owner)}) x where x.id = ${id}::uuid`;
  return row ?? null;
}

const selectPayments = (db: Database, owner: string) => db`
  select p.id, case when t.id is null then 'order' else 'top_up' end as kind, p.status::text as status,
    coalesce(p.paid_total, p.subtotal - p.discount) as total, coalesce(p.paid_total, 0) as paid, p.currency,
    null::text as number, case when p.transaction_id is null then 0 else p.credits end as credits,
    p.taken_back as "takenBack", null::text as invoice, p.payment_intent as "paymentIntent", false as "outOfBand",
    null::uuid as subscription, p.created_at as "createdAt"
  from bursar.purchases p
  join bursar.wallets w on w.id = p.wallet_id
  left join bursar.top_up_attempts t on t.id = p.id
  where w.owner = ${owner}
  union all
  select i.id, 'invoice', i.status, i.total, i.paid, i.currency, i.number, coalesce(g.credits, 0), coalesce(g.taken_back, 0),
    i.invoice, null, i.out_of_band, i.subscription_id, i.invoiced_at
  from bursar.subscription_invoices i
  join bursar.wallets w on w.id = i.wallet_id
  left join lateral (
    select sum(x.credits)::bigint as credits, sum(x.taken_back)::bigint as taken_back
    from bursar.subscription_periods x where x.invoice_id = i.id
  ) g on true
  where w.owner = ${owner}`;
