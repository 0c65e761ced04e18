import type { Database } from '../database/connect.ts';

/**
 * Adds points to the named window, which lasts `seconds` from its first points, and answers what all
 * processes together have put into it.
 */
export async function addRatePoints(
  db: Database,
  window: { name: string; points: number; seconds: number },
): Promise<{ points: number; leftMs: number }> {
  const [row] = await db<[{ points: bigint; leftMs: bigint }]>`
    select w.points, w.left_ms as "leftMs"
    from bursar.add_rate_points(${window.name}, ${window.points}::bigint, make_interval(secs => ${window.seconds}::integer)) w`;
  return { points: Number(row.points), leftMs: Number(row.leftMs) };
}
