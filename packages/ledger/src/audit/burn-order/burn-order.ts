import { VIOLATIONS_SHOWN, type Check, type Violation } from '../check.ts';
import { checkTransaction } from './check-transaction.ts';
import { applyMovements } from './apply-movements.ts';
import { dueEvents, justFreed, runEvents, withPinned } from './pin-events.ts';
import { readWallets, type TransactionRow } from './read-wallets.ts';
import type { WalletState } from './wallet-state.ts';

/**
 * Rebuilds every wallet's lots from its movements, one transaction after the other, and asks at each
 * step which lots the burn order would have taken. One wallet is in memory at a time: its lots, its
 * slices and one transaction. Two things are not recorded and therefore taken on trust: whether a
 * transfer or allocation was limited to the one kind that it took, and whether a hold passed over
 * allocated lots because they were frozen.
 */
export const burnOrder: Check = {
  name: 'burn-order',
  statement:
    'Every charge, transfer, settlement, refund and hold took the lots that the burn order names.',
  async run(tx) {
    const violations: Violation[] = [];
    let covered = 0n;
    let count = 0n;
    const report = (subject: string, detail: string): void => {
      count += 1n;
      if (violations.length < VIOLATIONS_SHOWN) violations.push({ subject, detail });
    };
    for await (const { state, transactions } of readWallets(tx)) {
      for await (const transaction of transactions) {
        covered += 1n;
        const fault = replay(state, transaction, report);
        if (fault !== null) {
          report(transaction.id, `wallet ${state.id} version ${transaction.version}: ${fault}`);
        }
      }
      finish(state, report);
    }
    return { covered, count, violations };
  },
};

type Report = (subject: string, detail: string) => void;

/**
 * Holds do not belong to a wallet's versions, only to its time: whatever shares a moment with the
 * begin of a hold came before it, and what closely follows the end of one may have come before that.
 */
function replay(state: WalletState, transaction: TransactionRow, report: Report): string | null {
  runEvents(state, dueEvents(state, transaction.createdAt), report);
  const fault = checkTransaction(state, transaction);
  const right =
    fault === null ||
    justFreed(state, transaction.createdAt).some(
      (freed) => withPinned(state, freed, () => checkTransaction(state, transaction)) === null,
    );
  return applyMovements(state, transaction) ?? (right ? null : fault);
}

function finish(state: WalletState, report: Report): void {
  runEvents(state, state.events.splice(0), report);
  for (const [holder, slices] of state.pinned) {
    const wrong = slices.find((slice) => slice.pinned !== slice.pinnedNow);
    if (wrong === undefined) continue;
    report(
      holder,
      `slice of lot ${wrong.lot} pins ${wrong.pinnedNow}, its history leaves ${wrong.pinned}`,
    );
  }
}
