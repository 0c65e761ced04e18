import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LedgerCommandOf } from '@bursar/contracts';
import { connectDatabase, type Database } from '@bursar/ledger/administration';
import { applyCommand } from '@bursar/ledger/operations';
import { printTable, rate } from './measure.ts';
import type { Stage } from './stage.ts';

const SIZES = [1_000, 10_000];
const MONTHS = 12;
const CHARGES_A_MONTH = 8;
const SAMPLE_EVERY_MS = 20;

type Rule = LedgerCommandOf<'rule_simulation'>['rule'];

const RULES: readonly Rule[] = [
  { kind: 'refill', every: 'month', amount: '10000000' },
  { kind: 'sweep', every: 'month', idle_days: 60 },
  { kind: 'cap', every: 'month', share_percent: 1 },
];

/**
 * Replays rules over a year in which every member received credits each month and spent most of
 * them in eight charges: how long it takes, and the most memory of its own that the server's process
 * and this one held. Both must not grow with the members.
 */
export async function benchSimulations(stage: Stage): Promise<void> {
  await stage.reset();
  const db = connectDatabase({ url: stage.url, role: 'bursar_worker', max: 1, name: 'bench' });
  const rows: string[][] = [];
  for (const size of SIZES) {
    await aYearOf(stage.owner, size);
    for (const rule of RULES) rows.push(await run(db, size, rule));
  }
  await db.end({ timeout: 5 });
  printTable(
    `Simulating rules over ${MONTHS} months, one worker`,
    ['rule', 'members', 'transactions', 'seconds', 'server MB', 'worker grew MB', 'members moved'],
    rows,
  );
}

async function run(db: Database, size: number, rule: Rule): Promise<string[]> {
  const [backend] = await db<[{ pid: number }]>`select pg_backend_pid() as pid`;
  const own = process.memoryUsage().rss;
  const peak = { server: 0, worker: 0 };
  const sampling = setInterval(() => {
    peak.server = Math.max(peak.server, anonymousBytes(backend.pid));
    peak.worker = Math.max(peak.worker, process.memoryUsage().rss - own);
  }, SAMPLE_EVERY_MS);
  const started = performance.now();
  const head = {
    key: randomUUID(),
    hash: randomUUID(),
    caller: 'key_bench',
    actor: 'user:bench',
    accepted_at: new Date().toISOString(),
  };
  const organization = `org:s${size}`;
  const command = { type: 'rule_simulation', organization, rule, periods: MONTHS } as const;
  const outcome = await applyCommand(db, head, command, { graceDays: 7 });
  clearInterval(sampling);
  if (outcome.verdict !== 'applied') throw new Error(JSON.stringify(outcome));
  const seconds = (performance.now() - started) / 1_000;
  const moved = JSON.stringify(outcome.result).match(/"members":\d+/g) ?? [];
  return [
    rule.kind,
    rate(size),
    rate(size * MONTHS * (CHARGES_A_MONTH + 2)),
    seconds.toFixed(1),
    megabytes(peak.server),
    megabytes(peak.worker),
    moved.map((text) => text.slice('"members":'.length)).join(' '),
  ];
}

/** What a process holds beside the memory that the server's processes share. */
function anonymousBytes(pid: number): number {
  const found = /RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? 0) * 1_024;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

/**
 * So many members who received ten credits at the beginning of each month and were charged eight of
 * them, one at a time; written straight into the tables, with ids of their time.
 */
async function aYearOf(owner: Database, size: number): Promise<void> {
  const org = `s${size}`;
  await owner`insert into bursar.organizations (id, name) values (${org}, ${org})`;
  await owner`
    with people as (
      insert into bursar.users (id) select ${org} || '-' || i from generate_series(1, ${size}::integer) i returning id
    ), wallets as (
      insert into bursar.wallets (owner, credits, version)
      select 'user:' || p.id, 2000000 * ${MONTHS}::integer, ${MONTHS * (CHARGES_A_MONTH + 1)} from people p
    ), pool as (
      insert into bursar.wallets (owner, credits, version) values ('org:' || ${org}, 1000000000000000, ${size * MONTHS})
    )
    insert into bursar.memberships (organization_id, user_id, role, joined_at)
    select ${org}, p.id, 'member', now() - interval '3 years' from people p`;
  await owner`
    create temp table gifts as
    select w.id as wallet_id, pool.id as pool_id, k as month, md5(w.id || ' ' || k)::uuid as lot_id,
      row_number() over (order by k, w.id) as pool_version,
      (date_trunc('month', now() at time zone 'UTC') - make_interval(months => ${MONTHS - 1} - k) + interval '1 day') at time zone 'UTC' as at
    from bursar.wallets pool
    join bursar.memberships m on m.organization_id = ${org}
    join bursar.wallets w on w.owner = 'user:' || m.user_id
    cross join generate_series(0, ${MONTHS - 1}) k
    where pool.owner = 'org:' || ${org}`;
  await owner`
    insert into bursar.lots (id, wallet_id, kind, amount, remaining, effective_at, expires_at, created_at, transaction_id, allocated_by)
    select g.lot_id, g.wallet_id, 'allocated', 10000000, 2000000, g.at, g.at + interval '3 years', g.at, ${idAt(owner, 0)}, g.pool_id
    from gifts g`;
  await owner`
    insert into bursar.movements (transaction_id, from_lot, to_lot, amount, from_wallet, to_wallet, position, from_account, to_account)
    select ${idAt(owner, 0)}, g.lot_id, g.lot_id, 10000000, g.pool_id, g.wallet_id, 1, 'credits', 'credits' from gifts g`;
  await owner`
    insert into bursar.transactions (wallet_id, version, amount, balance_after, owed_after, occurred_at, created_at, id, kind, actor, counterparty)
    select g.pool_id, g.pool_version, -10000000, 1000000000000000, 0, g.at, g.at, ${idAt(owner, 0)}, 'allocation'::bursar.transaction_kind, 'user:bench', g.wallet_id
    from gifts g
    union all
    select g.wallet_id, g.month * ${CHARGES_A_MONTH + 1} + 1, 10000000, g.month * 2000000 + 10000000, 0, g.at, g.at,
      ${idAt(owner, 0)}, 'allocation'::bursar.transaction_kind, 'user:bench', g.pool_id
    from gifts g`;
  await owner`
    insert into bursar.transactions (wallet_id, version, amount, balance_after, owed_after, occurred_at, created_at, id, kind, actor, product, sole_lot)
    select g.wallet_id, g.month * ${CHARGES_A_MONTH + 1} + 1 + n, -1000000, g.month * 2000000 + (10 - n) * 1000000, 0,
      g.at + n * interval '1 hour', g.at + n * interval '1 hour', ${idAt(owner, 1)}, 'charge', 'user:bench', 'notebooks', g.lot_id
    from gifts g
    cross join generate_series(1, ${CHARGES_A_MONTH}) n`;
  await owner`drop table gifts`;
  await owner`vacuum analyze`.simple();
}

/** An id of a gift's own time, or of its nth charge's. */
const idAt = (owner: Database, charge: 0 | 1) =>
  charge === 0
    ? owner`overlay(bursar.id_at(g.at)::text placing substr(md5('gift ' || g.lot_id), 1, 12) from 25)::uuid`
    : owner`overlay(bursar.id_at(g.at + n * interval '1 hour')::text placing substr(md5('charge ' || n || ' ' || g.lot_id), 1, 12) from 25)::uuid`;
