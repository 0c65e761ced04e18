import type { Database } from '../database/connect.ts';

/** What a command would have done. Kept for minutes only. */
export interface PreviewView {
  id: string;
  status: 'pending' | 'succeeded' | 'rejected';
  result: Record<string, unknown> | null;
  error: Record<string, unknown> | null;
  createdAt: Date;
}

/** The answer of a preview; `null` until it is there, and again once it was swept. */
export async function readPreview(db: Database, id: string): Promise<PreviewView | null> {
  const [row] = await db<PreviewView[]>`
    select p.id, p.status, p.result, p.error, p.created_at as "createdAt"
    from bursar.previews p
    where p.id = ${id}`;
  return row ?? null;
}
