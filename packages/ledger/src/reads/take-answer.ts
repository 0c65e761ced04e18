import type { Database } from '../database/connect.ts';
import type { PreviewView } from './read-preview.ts';

/** What a worker answered to a question; it is forgotten with this reading. Null until it is there. */
export async function takeAnswer(
  db: Database,
  id: string,
): Promise<Pick<PreviewView, 'status' | 'result' | 'error'> | null> {
  const [row] = await db<Pick<PreviewView, 'status' | 'result' | 'error'>[]>`
    select a.status, a.result, a.error from bursar.take_answer(${id}::uuid) a`;
  return row ?? null;
}
