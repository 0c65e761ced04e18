import type { Database } from '../database/connect.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from './page.ts';

export interface NotificationView {
  id: string;
  kind: string;
  data: Record<string, unknown>;
  createdAt: Date;
  readAt: Date | null;
}

/** One page of a person's notices (`user` is the bare id), the newest first. */
export async function listNotifications(
  db: Database,
  user: string,
  page: Page,
): Promise<PageOf<NotificationView>> {
  const found = await db<NotificationView[]>`
    select n.id, n.kind, n.data, n.created_at as "createdAt", n.read_at as "readAt"
    from bursar.notifications n
    where n.user_id = ${user} and n.in_app
      ${page.before === undefined ? db`` : db`and n.id < ${page.before}::uuid`}
    order by n.id desc
    limit ${rowsToFetch(page)}`;
  return toPage(found, page, (notification) => notification.id);
}
