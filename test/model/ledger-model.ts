import type { Command, Keyed, KeyedCharge, KeyedCommand } from './command.ts';
import { allocate } from './rules/allocation.ts';
import { charge } from './rules/charge.ts';
import { approve, askForCredits, close } from './rules/credit-request.ts';
import { grant } from './rules/grant.ts';
import { captureHold, extendHold, placeHold, releaseHold } from './rules/hold.ts';
import type { Decision, Ledger, Wallet } from './rules/ledger.ts';
import { leftPools, removeMember } from './rules/membership.ts';
import { bringUpToDate } from './rules/posting.ts';
import { reverse, walletOf } from './rules/reversal.ts';
import { transfer } from './rules/transfer.ts';

export type Answer =
  | { verdict: 'applied' | 'rejected' | 'replayed'; decision: Decision }
  | { verdict: 'conflict' };

/** A batch means exactly: one after the other, in the order given. */
export function applyCharges(ledger: Ledger, batch: readonly KeyedCharge[]): Answer[] {
  ledger.now += 1;
  const wallets = batch.map(({ asked }) => ledger.wallets.get(asked.wallet));
  bringUpToDate(
    ledger,
    wallets.filter((wallet) => wallet !== undefined),
  );
  return batch.map((item) => once(ledger, item, () => charge(ledger, item.key, item.asked)));
}

/** Applies one command exactly once for its key. */
export function applyCommand(ledger: Ledger, command: KeyedCommand): Answer {
  ledger.now += 1;
  bringUpToDate(ledger, touchedBy(ledger, command.asked));
  return once(ledger, command, () => decide(ledger, command));
}

/** A decision is final under its key, whatever it was. */
function once(ledger: Ledger, { key, hash }: Keyed<unknown>, decision: () => Decision): Answer {
  const earlier = ledger.operations.get(key);
  if (earlier !== undefined) {
    return earlier.hash === hash
      ? { verdict: 'replayed', decision: earlier.decision }
      : { verdict: 'conflict' };
  }
  const made = decision();
  ledger.operations.set(key, { hash, decision: made });
  return { verdict: made.ok ? 'applied' : 'rejected', decision: made };
}

function decide(ledger: Ledger, { key, asked }: KeyedCommand): Decision {
  switch (asked.type) {
    case 'grant':
      return grant(ledger, key, asked);
    case 'transfer':
      return transfer(ledger, key, asked);
    case 'allocation':
      return allocate(ledger, key, asked);
    case 'reversal':
      return reverse(ledger, key, asked);
    case 'hold':
      return placeHold(ledger, asked);
    case 'hold_extension':
      return extendHold(ledger, asked);
    case 'hold_capture':
      return captureHold(ledger, key, asked);
    case 'hold_release':
      return releaseHold(ledger, asked.hold);
    case 'credit_request':
      return askForCredits(ledger, asked);
    case 'credit_request_approval':
      return approve(ledger, key, asked);
    case 'credit_request_rejection':
      return close(ledger, asked.request, 'rejected');
    case 'credit_request_cancellation':
      return close(ledger, asked.request, 'cancelled');
    case 'member_removal':
      return removeMember(ledger, key, asked);
  }
}

/** The wallets that a command touches, and so brings up to date, even when it is refused. */
function touchedBy(ledger: Ledger, command: Command): Wallet[] {
  const owners = (...names: string[]): Wallet[] =>
    names.map((name) => ledger.wallets.get(name)).filter((wallet) => wallet !== undefined);
  switch (command.type) {
    case 'grant':
      return owners(command.wallet);
    case 'hold':
      return owners(command.wallet).flatMap((wallet) => withLeftPools(ledger, wallet));
    case 'transfer':
      return owners(command.from, command.to);
    case 'allocation':
      return owners(command.from);
    case 'member_removal':
      return owners(command.organization, command.member);
    case 'reversal': {
      const undone = command.charge === null ? undefined : ledger.charges[command.charge];
      return undone === undefined ? [] : withLeftPools(ledger, walletOf(undone));
    }
    case 'hold_capture':
    case 'hold_release':
    case 'hold_extension': {
      const hold = command.hold === null ? undefined : ledger.holds[command.hold];
      return hold === undefined ? [] : withLeftPools(ledger, hold.wallet);
    }
    case 'credit_request_approval': {
      const request = command.request === null ? undefined : ledger.requests[command.request];
      return request === undefined ? [] : owners(request.organization, request.member);
    }
    case 'credit_request':
    case 'credit_request_rejection':
    case 'credit_request_cancellation':
      return [];
  }
}

/** Where credits may return to is touched with the wallet that they return from. */
const withLeftPools = (ledger: Ledger, wallet: Wallet): Wallet[] => [
  wallet,
  ...leftPools(ledger, wallet),
];
