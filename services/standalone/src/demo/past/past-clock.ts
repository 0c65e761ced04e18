import type { Database } from '@bursar/ledger/operations';

/** A database whose clock can be put back; everything that is done through `db` is one transaction. */
export interface Past {
  db: Database;
  /** What its clock says from now on. It goes on from there, and should only be moved forward. */
  moveTo(at: Date): Promise<void>;
}

/**
 * Runs `work` with the ledger's own functions reading another clock: within this one transaction they
 * find `clock_timestamp` and `now` in a schema that comes before the system's, columns take their times
 * from there, and ids begin with them. Before the commit all of it is put back as it was, so nobody else
 * ever sees a function that reads anything but the true time. When anything fails, nothing has happened.
 *
 * @param owner a pool of one connection, as whoever migrates.
 */
export async function inThePast(
  owner: Database,
  work: (past: Past) => Promise<void>,
): Promise<void> {
  await owner.begin(async (tx) => {
    await tx`set local lock_timeout = 0`;
    await tx.unsafe(PUT_BACK_THE_CLOCK);
    const moveTo = async (at: Date): Promise<void> => {
      const behind = `${Date.now() - at.getTime()} milliseconds`;
      await tx`select set_config('bursar_past.behind', ${behind}, true)`;
    };
    // The operations begin transactions of their own, which are parts of this one.
    const db = new Proxy(tx, {
      get: (target, name): unknown =>
        name === 'begin' ? target.savepoint.bind(target) : Reflect.get(target, name),
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a transaction that can begin others is all that they use
    await work({ db: db as unknown as Database, moveTo });
    await tx.unsafe(PUT_THE_CLOCK_RIGHT);
  });
}

const PUT_BACK_THE_CLOCK = `
  create schema bursar_past;
  create function bursar_past.clock_timestamp() returns timestamptz language sql volatile
  return pg_catalog.clock_timestamp() - current_setting('bursar_past.behind')::interval;
  create function bursar_past.now() returns timestamptz language sql stable
  return pg_catalog.statement_timestamp() - current_setting('bursar_past.behind')::interval;

  create table bursar_past.functions as
  select p.oid::regprocedure::text as name, substr(c.setting, length('search_path=') + 1) as path
  from pg_proc p
  cross join unnest(p.proconfig) c (setting)
  where p.pronamespace = 'bursar'::regnamespace and c.setting like 'search\\_path=%';
  create table bursar_past.columns as
  select a.attrelid::regclass::text as of_table, a.attname as name, pg_get_expr(d.adbin, d.adrelid) as expression
  from pg_attrdef d
  join pg_class c on c.oid = d.adrelid and c.relnamespace = 'bursar'::regnamespace
  join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
  where pg_get_expr(d.adbin, d.adrelid) in ('now()', 'clock_timestamp()');
  create table bursar_past.ids as select pg_get_functiondef('bursar.new_id()'::regprocedure) as definition;

  do $$
  declare v_one record;
  begin
    for v_one in select * from bursar_past.functions loop
      execute format('alter function %s set search_path = bursar_past, pg_catalog, bursar, pg_temp', v_one.name);
    end loop;
    for v_one in select * from bursar_past.columns loop
      execute format('alter table %s alter column %I set default bursar_past.%s', v_one.of_table, v_one.name, v_one.expression);
    end loop;
  end $$;
  create or replace function bursar.new_id() returns uuid language sql volatile
  as $$ select uuidv7(-current_setting('bursar_past.behind')::interval) $$;
  set local search_path = bursar_past, pg_catalog, public`;

const PUT_THE_CLOCK_RIGHT = `
  set local search_path = pg_catalog, public;
  do $$
  declare v_one record;
  begin
    for v_one in select * from bursar_past.functions loop
      execute format('alter function %s set search_path = %s', v_one.name, v_one.path);
    end loop;
    for v_one in select * from bursar_past.columns loop
      execute format('alter table %s alter column %I set default pg_catalog.%s', v_one.of_table, v_one.name, v_one.expression);
    end loop;
    execute (select i.definition from bursar_past.ids i);
  end $$;
  drop schema bursar_past cascade`;
