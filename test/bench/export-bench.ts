import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Database } from '@bursar/ledger/administration';
import { OPERATOR_KEY, startChild } from './chain/child.ts';
import { printTable, rate } from './measure.ts';
import { watchMemory } from './overload/memory.ts';
import type { Stage } from './stage.ts';

const SIZES = [1_000, 100_000, 1_000_000];
/** Each of so many charges has a description that a spreadsheet would run. */
const FORMULA_EVERY = 10;
const MICRO = 1_000_000n;

/**
 * Streams all transactions of one wallet through an ingress of its own: every row once, in order,
 * each balance following from the one before, their sum the balance; and the most memory that the
 * ingress held, which must not depend on how many rows there are.
 */
export async function benchExport(stage: Stage): Promise<void> {
  await stage.reset();
  const rows: string[][] = [];
  for (const size of SIZES) {
    const owner = await walletOf(stage.owner, size);
    const ingress = await startChild('ingress', {
      databaseUrl: stage.url,
      redisUrl: undefined,
      prefix: `export-${size}`,
    });
    const memory = watchMemory([ingress.pid]);
    const started = performance.now();
    const seen = await readExport(ingress.port, owner);
    const seconds = (performance.now() - started) / 1_000;
    const [megabytes = 0] = memory.stop();
    await ingress.stop();
    await agree(stage.owner, owner, size, seen);
    rows.push([
      rate(size),
      (seen.bytes / 1e6).toFixed(0),
      seconds.toFixed(1),
      rate(size / seconds),
      megabytes.toFixed(0),
    ]);
  }
  printTable(
    'Transactions as CSV through one ingress, every row checked',
    ['rows', 'MB', 'seconds', 'rows/s', 'ingress MB at most'],
    rows,
  );
}

interface Seen {
  rows: number;
  bytes: number;
  formulas: number;
  /** Micro-credits: the sum of the amounts, and the balance after the newest row. */
  sum: bigint;
  balance: bigint;
}

/** Reads an export and checks each row against the one before: newest first, no gap, none twice. */
async function readExport(port: number, wallet: string): Promise<Seen> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/wallets/${wallet}/transactions.csv`, {
    headers: { Authorization: `Bearer ${OPERATOR_KEY}` },
  });
  if (response.status !== 200 || response.body === null) throw new Error(await response.text());
  const lines = createInterface({ input: Readable.fromWeb(response.body) });
  const seen: Seen = { rows: 0, bytes: 0, formulas: 0, sum: 0n, balance: 0n };
  const next = { id: '~', balance: null as bigint | null };
  for await (const line of lines) {
    seen.bytes += line.length + 2;
    if (seen.bytes === line.length + 2) continue;
    const cells = line.split(',');
    const [id = '', , , , amountText = '', balanceText = ''] = cells;
    const description = cells[9] ?? '';
    const [amount, balance] = [micro(amountText), micro(balanceText)];
    if (id >= next.id) throw new Error(`${id} comes after ${next.id}.`);
    if (next.balance !== null && next.balance !== balance) {
      throw new Error(`${id} ends at ${balance}, and the next one began at ${next.balance}.`);
    }
    if (/^[=+@-]/.test(description)) throw new Error(`A spreadsheet would run ${description}.`);
    if (description.startsWith("'=")) seen.formulas += 1;
    if (seen.rows === 0) seen.balance = balance;
    seen.rows += 1;
    seen.sum += amount;
    Object.assign(next, { id, balance: balance - amount });
  }
  if (next.balance !== 0n) throw new Error(`The first row began at ${next.balance}.`);
  return seen;
}

/** The rows against the wallet: as many as its version says, and adding up to its balance. */
async function agree(db: Database, wallet: string, size: number, seen: Seen): Promise<void> {
  const [row] = await db<{ credits: bigint; version: bigint }[]>`
    select credits, version from bursar.wallets where owner = ${wallet}`;
  const right =
    row?.credits === seen.sum &&
    row.credits === seen.balance &&
    Number(row.version) === seen.rows &&
    seen.rows === size &&
    seen.formulas === size / FORMULA_EVERY;
  if (!right)
    throw new Error(
      `The export is not the wallet: ${String(row?.credits)} ${JSON.stringify({ ...seen, sum: String(seen.sum), balance: String(seen.balance) })}`,
    );
}

/** Credits with six decimals at most as micro-credits. */
function micro(text: string): bigint {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const size = BigInt(whole) * MICRO + BigInt(fraction.padEnd(6, '0'));
  return sign === '-' ? -size : size;
}

/** A wallet that received much and was charged a little each time since, with a row for each. */
async function walletOf(owner: Database, size: number): Promise<string> {
  const name = `user:export-${size}`;
  await owner`insert into bursar.users (id) values (${name.slice(5)})`;
  await owner`
    with wallet as (
      insert into bursar.wallets (owner, credits, version)
      values (${name}, 5000000 * ${size}::bigint - 1234567 * (${size}::bigint - 1), ${size}) returning id
    )
    insert into bursar.transactions (
      wallet_id, version, id, kind, amount, balance_after, owed_after, actor, product, description, occurred_at, created_at)
    select w.id, n, bursar.new_id(), case n when 1 then 'grant' else 'charge' end::bursar.transaction_kind,
      case n when 1 then 5000000 * ${size}::bigint else -1234567 end,
      5000000 * ${size}::bigint - 1234567 * (n::bigint - 1), 0, 'user:bench', 'notebooks',
      case when n % ${FORMULA_EVERY}::integer = 0 then '=1+A1' else 'Rendering of a page' end,
      clock_timestamp(), clock_timestamp()
    from wallet w, generate_series(1, ${size}::integer) n
    order by n`;
  await owner`vacuum analyze bursar.transactions`.simple();
  return name;
}
