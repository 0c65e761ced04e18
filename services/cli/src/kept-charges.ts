import type { ChargeItem } from '@bursar/contracts';
import {
  connectDatabase,
  listRejectedOperations,
  readOperations,
  readWallet,
  type Database,
  type OperationView,
  type RejectedOperationView,
} from '@bursar/ledger/reads';
import { readKeptCharge, standingReplays } from '@bursar/queues';
import { CommandFailed } from './command-failed.ts';

const PAGE_ROWS = 100;

/** A charge to a wallet that did not exist when it came. */
export interface KeptCharge {
  charge: ChargeItem;
  refusedAt: string;
  /** What charges it, unless it is refused again. */
  replay: ChargeItem;
  /** Why the last replay was refused; `null` when there was none. */
  refusedAgain: string | null;
  walletExists: boolean;
}

/** Every kept charge that no replay has charged yet, the latest refusal first. */
export async function readKeptCharges(databaseUrl: string): Promise<KeptCharge[]> {
  const db = connectDatabase({ url: databaseUrl, role: 'bursar_ingress', max: 1 });
  try {
    const kept: KeptCharge[] = [];
    let before: string | undefined;
    do {
      const page = await listRejectedOperations(db, { limit: PAGE_ROWS, before });
      kept.push(...(await notReplayed(db, page.rows)));
      before = page.next ?? undefined;
    } while (before !== undefined);
    return kept;
  } finally {
    await db.end({ timeout: 5 });
  }
}

async function notReplayed(
  db: Database,
  rows: readonly RejectedOperationView[],
): Promise<KeptCharge[]> {
  const kept = rows.flatMap((row) =>
    row.command === null ? [] : [{ charge: chargeOf(row), refusedAt: refusalOf(row) }],
  );
  const standing = await standingReplays(
    kept.map(({ charge }) => charge),
    (keys) => readOperations(db, keys),
  );
  const open = kept.flatMap((one, nth) => {
    const found = standing[nth];
    if (found === undefined || found.operation !== null) return [];
    return [{ ...one, replay: found.replay, refusedAgain: reasonOf(found.refused) }];
  });
  const wallets = new Map<string, boolean>();
  for (const wallet of new Set(open.map(({ charge }) => charge.wallet))) {
    wallets.set(wallet, (await readWallet(db, wallet)) !== null);
  }
  return open.map((one) => ({ ...one, walletExists: wallets.get(one.charge.wallet) ?? false }));
}

const reasonOf = (refused: OperationView | null): string | null =>
  refused === null ? null : String(refused.error?.['code']);

const refusalOf = (row: RejectedOperationView): string => row.completedAt?.toISOString() ?? '';

function chargeOf(row: RejectedOperationView): ChargeItem {
  const charge = readKeptCharge(row.command ?? {});
  if (charge !== null) return charge;
  throw new CommandFailed(
    `The kept charge ${row.key} cannot be read; this version is older than the one that kept it, so use a newer one.`,
    2,
  );
}
