import type { Database } from '../database/connect.ts';

/** Throws when the database does not answer. */
export async function pingDatabase(db: Database): Promise<void> {
  await db`select 1`;
}

/** Age of the oldest fact that was not handed to the queue yet, in milliseconds; 0 when none waits. */
export async function oldestUnrelayedFactAgeMs(db: Database): Promise<number> {
  const [row] = await db<{ age: number }[]>`
    select greatest(0, extract(epoch from clock_timestamp() - o.created_at) * 1000)::float8 as age
    from bursar.outbox o
    where o.relayed_at is null
    order by o.id
    limit 1`;
  return row?.age ?? 0;
}
