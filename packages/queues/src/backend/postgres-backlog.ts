import type { Pool } from 'pg';
import type { CountedBacklog } from '../backlog/queue-backlog.ts';

/** Counts what waits in each queue, up to a limit, and reads when the next jobs to run were enqueued. */
export async function readPostgresBacklogs(
  pool: Pool,
  queues: readonly string[],
): Promise<CountedBacklog[]> {
  const { rows } = await pool.query<Row>({
    name: 'bursar_backlogs',
    text: QUERY,
    values: [queues],
  });
  return rows.map((row) => ({
    first: { jobs: row.first, headTimes: row.first_heads.map(Number) },
    later: { jobs: row.later, headTimes: row.later_heads.map(Number) },
    delayed: row.delayed,
  }));
}

type Row = {
  first: number;
  later: number;
  delayed: number;
  first_heads: string[];
  later_heads: string[];
};

/** Nobody needs to tell 20,000 waiting jobs from more, and counting them all would cost the more. */
const QUERY = `
  select
    (select count(*)::integer from (select from job j where j.queue = q.name and state = 'waiting' and priority = 0 limit 20000) c) as first,
    (select count(*)::integer from (select from job j where j.queue = q.name and state = 'waiting' and priority > 0 limit 20000) c) as later,
    (select count(*)::integer from (select from job j where j.queue = q.name and state = 'delayed' limit 20000) c) as delayed,
    array(select added_at_ms::text from job j where j.queue = q.name and state = 'waiting' and priority = 0 order by priority, seq limit 3) as first_heads,
    array(select added_at_ms::text from job j where j.queue = q.name and state = 'waiting' and priority > 0 order by priority, seq limit 3) as later_heads
  from unnest($1::text[]) with ordinality as q (name, position)
  order by q.position`;
