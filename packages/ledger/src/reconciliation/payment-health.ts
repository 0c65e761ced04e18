import type { Database } from '../database/connect.ts';

/** What an operator watches of payments. */
export interface PaymentHealth {
  /** Of the events that were received and are not handled yet; null when none waits. */
  oldestWaitingEventSeconds: number | null;
  /** Open cases by class. */
  openCases: { class: string; severity: string; count: number }[];
  /** Seconds since a run of the timetable, or an asked one, last ended complete; null: never. */
  lastCompleteSeconds: number | null;
}

/** Reads it in one round trip; all of it stands in indexes. */
export async function readPaymentHealth(db: Database): Promise<PaymentHealth> {
  const [row] = await db<[PaymentHealth]>`
    select
      (select extract(epoch from now() - min(e.received_at))::float8 from bursar.stripe_events e
        where e.status = 'received') as "oldestWaitingEventSeconds",
      coalesce((select jsonb_agg(to_jsonb(c)) from (
        select c.class, c.severity, count(*)::integer as count from bursar.reconciliation_cases c
        where c.state = 'open' group by c.class, c.severity order by c.class) c), '[]') as "openCases",
      (select extract(epoch from now() - max(r.finished_at))::float8 from bursar.reconciliation_runs r
        where r.state = 'complete') as "lastCompleteSeconds"`;
  return row;
}
