import type { Pool } from 'pg';
import type { CountedBacklog } from '../backlog/queue-backlog.ts';

/** Counts what waits in one queue, up to a limit, and reads when the next jobs to run were enqueued. */
export async function readPostgresBacklog(pool: Pool, queue: string): Promise<CountedBacklog> {
  const { rows } = await pool.query<Row>({ name: 'bursar_backlog', text: QUERY, values: [queue] });
  const [row] = rows;
  if (row === undefined) throw new Error('The backlog query answered no row.');
  return {
    first: { jobs: row.first, headTimes: row.first_heads.map(Number) },
    later: { jobs: row.later, headTimes: row.later_heads.map(Number) },
    delayed: row.delayed,
  };
}

type Row = {
  first: number;
  later: number;
  delayed: number;
  first_heads: string[];
  later_heads: string[];
};

/** Nobody needs to tell 20,000 waiting packs from more, and counting them all would cost the more. */
const QUERY = `
  select
    (select count(*)::integer from (select from job where queue = $1 and state = 'waiting' and priority = 0 limit 20000) j) as first,
    (select count(*)::integer from (select from job where queue = $1 and state = 'waiting' and priority > 0 limit 20000) j) as later,
    (select count(*)::integer from (select from job where queue = $1 and state = 'delayed' limit 20000) j) as delayed,
    array(select added_at_ms::text from job where queue = $1 and state = 'waiting' and priority = 0 order by priority, seq limit 3) as first_heads,
    array(select added_at_ms::text from job where queue = $1 and state = 'waiting' and priority > 0 order by priority, seq limit 3) as later_heads`;
