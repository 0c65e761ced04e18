import type { Database } from '../database/connect.ts';
import { timedPage, type Page, type PageOf, type Timed } from './page.ts';

/** A seat; ids are bare. */
export interface SeatView {
  user: string;
  name: string | null;
  status: 'assigned' | 'revoked';
  /** How often it was assigned. */
  assignments: number;
  assignedAt: Date;
  revokedAt: Date | null;
  /** Micro-credits that the pool still has to pay for it. */
  delayed: bigint | null;
}

/** How a person's seat stands; `null` when they never had one. */
export async function readSeat(
  db: Database,
  organization: string,
  user: string,
): Promise<Pick<SeatView, 'status' | 'assignments'> | null> {
  const [seat] = await db<Pick<SeatView, 'status' | 'assignments'>[]>`
    select s.status, s.assignments
    from bursar.seats s
    where s.organization_id = ${organization} and s.user_id = ${user}`;
  return seat ?? null;
}

/** One page of the seats that are assigned, the newest first. */
export async function listSeats(
  db: Database,
  organization: string,
  page: Page,
): Promise<PageOf<SeatView>> {
  return timedPage<Timed<SeatView>>(
    page,
    (row) => row.user,
    (before, limit) => db<Timed<SeatView>[]>`
      select
        s.user_id as user,
        u.name,
        s.status,
        s.assignments,
        s.assigned_at as "assignedAt",
        s.revoked_at as "revokedAt",
        (
          select e.amount from bursar.entitlements e
          where e.organization_id = s.organization_id and e.user_id = s.user_id and e.kind = 'seat' and e.status = 'delayed'
        ) as delayed,
        s.assigned_at::text as position
      from bursar.seats s
      join bursar.users u on u.id = s.user_id
      where s.organization_id = ${organization} and s.status = 'assigned'
        ${before === null ? db`` : db`and (s.assigned_at, s.user_id) < (${before.at}::text::timestamptz, ${before.key})`}
      order by s.assigned_at desc, s.user_id desc
      limit ${limit}`,
  );
}
