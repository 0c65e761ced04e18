import type { Database } from '../database/connect.ts';

/** Marks a person's notices as read: those given, or all. Returns how many were unread. */
export async function markNotificationsRead(
  db: Database,
  seen: { user: string; ids?: readonly string[] | undefined },
): Promise<number> {
  const ids = seen.ids === undefined ? null : [...seen.ids];
  const [row] = await db<[{ count: number }]>`
    select bursar.mark_notifications_read(${seen.user}, ${ids}::uuid[]) as count`;
  return row.count;
}
