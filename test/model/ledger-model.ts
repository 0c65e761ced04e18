import type { Command, Keyed, KeyedCharge, KeyedCommand } from './command.ts';
import { allocate } from './rules/allocation.ts';
import { charge } from './rules/charge.ts';
import { approve, askForCredits, close } from './rules/credit-request.ts';
import { grant } from './rules/grant.ts';
import { captureHold, extendHold, placeHold, releaseHold } from './rules/hold.ts';
import type { Decision, Ledger, Wallet } from './rules/ledger.ts';
import { leftPools, removeMember } from './rules/membership.ts';
import { deleteOrganization } from './rules/organization-deletion.ts';
import { bringUpToDate } from './rules/posting.ts';
import { undo } from './rules/recall.ts';
import { reverse, walletOf } from './rules/reversal.ts';
import { assignSeat, giveDefault, revokeSeat } from './rules/seat.ts';
import { transfer } from './rules/transfer.ts';

export type Answer =
  | { verdict: 'applied' | 'rejected' | 'replayed' | 'pending'; decision: Decision }
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

/** A batch of commands about holds means the same. */
export function applyHolds(ledger: Ledger, batch: readonly KeyedCommand[]): Answer[] {
  ledger.now += 1;
  bringUpToDate(
    ledger,
    batch.flatMap(({ asked }) => touchedBy(ledger, asked)),
  );
  return batch.map((command) => once(ledger, command, () => decide(ledger, command)));
}

/** A decision is final under its key, whatever it was. */
function once(ledger: Ledger, { key, hash }: Keyed<unknown>, decision: () => Decision): Answer {
  const earlier = ledger.operations.get(key);
  if (earlier !== undefined) {
    if (earlier.hash !== hash) return { verdict: 'conflict' };
    const verdict = isDelayed(earlier.decision) ? 'pending' : 'replayed';
    return { verdict, decision: earlier.decision };
  }
  const made = decision();
  ledger.operations.set(key, { hash, decision: made });
  if (isDelayed(made)) return { verdict: 'pending', decision: made };
  return { verdict: made.ok ? 'applied' : 'rejected', decision: made };
}

/** It waits for credits that a pool does not have yet. */
const isDelayed = (decision: Decision): boolean =>
  decision.ok && decision.result['delayed'] === 'true';

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
      return askForCredits(ledger, key, asked);
    case 'credit_request_approval':
      return approve(ledger, key, asked);
    case 'credit_request_rejection':
      return close(ledger, asked.request, 'rejected');
    case 'credit_request_cancellation':
      return close(ledger, asked.request, 'cancelled');
    case 'allocation_undo':
      return undo(ledger, key, asked.allocation);
    case 'default_allocation':
      return giveDefault(ledger, key, asked);
    case 'seat_assignment':
      return assignSeat(ledger, key, asked);
    case 'seat_revocation':
      return revokeSeat(ledger, asked);
    case 'member_removal':
      return removeMember(ledger, key, asked);
    case 'organization_deletion':
      return deleteOrganization(ledger, key, asked);
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
    case 'organization_deletion':
      return owners(command.organization);
    case 'allocation_undo': {
      const handout =
        command.allocation === null ? undefined : ledger.allocations[command.allocation];
      return handout === undefined ? [] : owners(handout.pool);
    }
    case 'credit_request':
    case 'default_allocation':
    case 'seat_assignment':
    case 'seat_revocation':
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
