import type { LotKind } from '@bursar/contracts';
import { available, nextToBurn, total, type Part } from './burn-order.ts';
import { refuseCapped } from './cap.ts';
import { refuseMember } from './charge.ts';
import { BALANCE_LIMIT } from './grant.ts';
import {
  applied,
  membershipOf,
  refused,
  type Decision,
  type Ledger,
  type Lot,
  type LotTerms,
  type Transaction,
  type Wallet,
} from './ledger.ts';
import { refuseClosed } from './closed.ts';
import { begin, moveIn, post } from './posting.ts';

export interface Transfer {
  from: string;
  to: string;
  amount: bigint;
  kind: LotKind | null;
  /** An operator asks. */
  unrestricted: boolean;
}

/** Available credits go from one wallet to another; never creates debt. */
export function transfer(ledger: Ledger, key: string, command: Transfer): Decision {
  const from = ledger.wallets.get(command.from);
  const to = ledger.wallets.get(command.to);
  if (from === undefined) return refused('wallet_not_found', { subjects: [command.from] });
  if (to === undefined) return refused('wallet_not_found', { subjects: [command.to] });
  const refusal =
    refuseClosed(...inOrder(ledger, [from, to])) ??
    refuseParties(ledger, command) ??
    refuseTaking(ledger, from, command.amount, command.kind) ??
    (command.unrestricted
      ? null
      : refuseCapped(ledger, from, [{ wallet: to, amount: command.amount }])) ??
    refuseReceiving(to, command.amount);
  if (refusal !== null) return refusal;
  const parts = nextToBurn(ledger, from, command.amount, { kind: command.kind });
  giveCredits(ledger, begin('transfer', key), from, to, parts);
  return applied({ amount: String(command.amount) });
}

const inOrder = (ledger: Ledger, wallets: readonly Wallet[]): Wallet[] =>
  [...ledger.wallets.values()].filter((wallet) => wallets.includes(wallet));

const isOrganization = (owner: string): boolean => owner.startsWith('org:');

function refuseParties(ledger: Ledger, command: Transfer): Decision | null {
  const { from, to, unrestricted } = command;
  if (from === to) return refused('invalid_request');
  if (isOrganization(from) === isOrganization(to))
    return unrestricted ? null : refused('forbidden');
  const [organization, member] = isOrganization(from) ? [from, to] : [to, from];
  const stranger = membershipOf(ledger, organization, member) === undefined;
  return stranger && unrestricted ? null : refuseMember(ledger, organization, member);
}

export function refuseTaking(
  ledger: Ledger,
  wallet: Wallet,
  required: bigint,
  kind: LotKind | null,
): Decision | null {
  const free = available(ledger, wallet);
  if (free < required) return refused('insufficient_credits', { required, available: free });
  const ofKind = available(ledger, wallet, kind);
  return ofKind < required
    ? refused('lot_kind_unavailable', { required, available: ofKind })
    : null;
}

export const refuseReceiving = (wallet: Wallet, amount: bigint): Decision | null =>
  wallet.credits + amount > BALANCE_LIMIT ? refused('balance_limit_reached') : null;

/** Splits each lot: what arrives keeps expiry and cost basis, and pays the receiver's debt first. */
export function giveCredits(
  ledger: Ledger,
  transaction: Transaction,
  from: Wallet,
  to: Wallet,
  parts: readonly Part[],
): void {
  for (const { lot, amount } of parts) {
    moveIn(ledger, transaction, to, amount, { lot }, termsOnArrival(lot, to));
  }
  post(transaction, from);
  post(transaction, to);
  if (transaction.kind !== 'return') {
    const amount = total(parts);
    ledger.receipts.push({ pool: from.owner, wallet: to, amount, at: ledger.now });
  }
}

/** What returns to the organization that had handed it out becomes again what it was there. */
function termsOnArrival(lot: Lot, to: Wallet): LotTerms {
  const { unitCost, currency, effectiveAt, expiresAt } = lot;
  const kept = { unitCost, currency, effectiveAt, expiresAt, parent: lot };
  if (lot.allocatedBy === to.owner) {
    const { kind, priority, allocatedBy, purchase } = originIn(to, lot);
    return { ...kept, kind, priority, allocatedBy, purchase };
  }
  const giver = lot.wallet.owner;
  return {
    ...kept,
    kind: 'allocated',
    priority: lot.priority,
    allocatedBy: isOrganization(giver) ? giver : null,
    purchase: null,
  };
}

/** A grace lot descends from another lot of the same wallet, so the pool's lot may be further up. */
function originIn(pool: Wallet, lot: Lot): Lot {
  if (lot.parent === null) throw new Error('Allocated credits come from a lot of the pool.');
  return lot.parent.wallet === pool ? lot.parent : originIn(pool, lot.parent);
}
