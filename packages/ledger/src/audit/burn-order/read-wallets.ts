import type { LedgerTransaction } from '../../database/connect.ts';
import { ByWallet } from './by-wallet.ts';
import { HISTORY, LOTS, PINS, type HistoryRow, type LotRow, type PinRow } from './queries.ts';
import { streamRows } from './stream-rows.ts';
import type { LotState, PinEvent, WalletState } from './wallet-state.ts';

export interface Movement {
  amount: bigint;
  /** Lots and debts of the wallet whose history this is; the other side is not named. */
  fromLot: string | null;
  toLot: string | null;
  fromDebt: boolean;
  toDebt: boolean;
}

/** A transaction as one wallet sees it. */
export interface TransactionRow {
  id: string;
  version: bigint;
  kind: string;
  amount: bigint;
  createdAt: bigint;
  counterparty: string | null;
  onBehalfOf: string | null;
  frozenBy: readonly string[];
  /** The hold that a charge captured, or the allocation that a share belongs to. */
  holder: string | null;
  /** The order that a refund or dispute takes back. */
  purchase: string | null;
  movements: Movement[];
}

/** Every wallet with a history: its lots before anything happened, and what then happened, in order. */
export async function* readWallets(
  tx: LedgerTransaction,
): AsyncGenerator<{ state: WalletState; transactions: AsyncIterable<TransactionRow> }> {
  const lots = new ByWallet(streamRows<LotRow>(tx, 'audit_lots', LOTS));
  const pins = new ByWallet(streamRows<PinRow>(tx, 'audit_pins', PINS));
  const history = new ByWallet(streamRows<HistoryRow>(tx, 'audit_history', HISTORY));
  for (;;) {
    const wallet = await history.nextWallet();
    if (wallet === null) return;
    yield {
      state: await stateOf(wallet, lots, pins),
      transactions: grouped(history.rowsOf(wallet)),
    };
  }
}

async function stateOf(
  wallet: bigint,
  lots: ByWallet<LotRow>,
  pins: ByWallet<PinRow>,
): Promise<WalletState> {
  const byId = new Map<string, LotState>();
  for await (const { wallet_id: _, ...lot } of lots.rowsOf(wallet)) {
    byId.set(lot.id, { ...lot, remaining: 0n, held: 0n });
  }
  const rows: PinRow[] = [];
  for await (const row of pins.rowsOf(wallet)) rows.push(row);
  return {
    id: String(wallet),
    lots: byId,
    open: [],
    pinned: new Map(),
    events: eventsOf(rows),
    finalCaptures: new Map(
      rows.flatMap(({ holder, capturedAt }) => (capturedAt === null ? [] : [[holder, capturedAt]])),
    ),
    freed: [],
    owed: 0n,
  };
}

function eventsOf(rows: readonly PinRow[]): PinEvent[] {
  const events: PinEvent[] = [];
  for (const [holder, slices] of Map.groupBy(rows, (row) => row.holder)) {
    const [first] = slices;
    if (first === undefined) continue;
    // An extension sets more aside, later than the hold began.
    for (const [at, together] of Map.groupBy(slices, (slice) => slice.pinnedAt)) {
      const pin = { by: first.by, prefer: first.prefer, slices: together };
      events.push({ at, type: 'pin', holder, pin });
    }
    if (first.freedAt !== null) events.push({ at: first.freedAt, type: 'free', holder });
  }
  return events.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

async function* grouped(rows: AsyncIterable<HistoryRow>): AsyncGenerator<TransactionRow> {
  let current: TransactionRow | null = null;
  for await (const row of rows) {
    if (current?.version !== row.version) {
      if (current !== null) yield current;
      current = transactionOf(row);
    }
    if (row.moved !== null) {
      current.movements.push({
        amount: row.moved,
        fromLot: row.fromLot,
        toLot: row.toLot,
        fromDebt: row.fromDebt,
        toDebt: row.toDebt,
      });
    }
  }
  if (current !== null) yield current;
}

const transactionOf = (row: HistoryRow): TransactionRow => ({
  id: row.id,
  version: row.version,
  kind: row.kind,
  amount: row.amount,
  createdAt: row.createdAt,
  counterparty: row.counterparty,
  onBehalfOf: row.onBehalfOf,
  frozenBy: row.frozenBy ?? [],
  holder: row.allocation ?? row.hold,
  purchase: row.purchase,
  movements: [],
});
