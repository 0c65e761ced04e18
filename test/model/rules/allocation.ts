import type { LotKind } from '@bursar/contracts';
import { nextToBurn, type Part } from './burn-order.ts';
import { refuseCapped } from './cap.ts';
import {
  applied,
  membershipOf,
  refused,
  type Decision,
  type Ledger,
  type Wallet,
} from './ledger.ts';
import { refuseClosed } from './closed.ts';
import { begin, bringUpToDate, smaller } from './posting.ts';
import { giveCredits, refuseTaking } from './transfer.ts';

export interface Allocation {
  from: string;
  recipients: 'all' | string[];
  amount: bigint;
  /** Everybody gets a micro-credit more than the one before. */
  rising: boolean;
  kind: LotKind | null;
}

/** All or nothing over a list of recipients, one transaction for each of them. */
export function allocate(ledger: Ledger, key: string, command: Allocation): Decision {
  const pool = ledger.wallets.get(command.from);
  if (pool === undefined) return refused('wallet_not_found', { subjects: [command.from] });
  const closed = refuseClosed(pool);
  if (closed !== null) return closed;
  const recipients =
    command.recipients === 'all' ? activeMembers(ledger, command.from) : command.recipients;
  const amountAt = (index: number) => command.amount + (command.rising ? BigInt(index) : 0n);
  const strangers = refuseRecipients(ledger, command.from, recipients);
  if (strangers !== null) return strangers;
  const gifts = recipients.map((owner, index) => ({
    wallet: ledger.wallets.get(owner)!,
    amount: amountAt(index),
  }));
  const refusal =
    refuseTaking(ledger, pool, sumOf(gifts), command.kind) ?? refuseCapped(ledger, pool, gifts);
  if (refusal !== null) return refusal;
  handOut(ledger, key, pool, gifts, command.kind);
  return applied({ recipients: String(recipients.length), total: String(sumOf(gifts)) });
}

export interface Gift {
  wallet: Wallet;
  amount: bigint;
}

export const sumOf = (gifts: readonly Gift[]): bigint =>
  gifts.reduce((sum, gift) => sum + gift.amount, 0n);

/** The pool has as much. What each one got is kept, should it be undone. */
export function handOut(
  ledger: Ledger,
  key: string,
  pool: Wallet,
  gifts: readonly Gift[],
  kind: LotKind | null,
): void {
  const setAside = nextToBurn(ledger, pool, sumOf(gifts), { kind });
  bringUpToDate(
    ledger,
    gifts.map(({ wallet }) => wallet),
  );
  const parts = gifts.map(({ wallet, amount }) => {
    const before = wallet.lots.length;
    giveCredits(ledger, begin('allocation', key), pool, wallet, cut(setAside, amount));
    return { wallet, lots: wallet.lots.slice(before) };
  });
  ledger.allocations.push({ pool: pool.owner, parts });
}

function activeMembers(ledger: Ledger, organization: string): string[] {
  return ledger.memberships
    .filter((m) => m.organization === organization && m.status === 'active')
    .toSorted((a, b) => a.joinedAt - b.joinedAt || (a.member < b.member ? -1 : 1))
    .map((m) => m.member);
}

function refuseRecipients(
  ledger: Ledger,
  organization: string,
  recipients: string[],
): Decision | null {
  if (recipients.length === 0) return refused('not_a_member');
  const twice = recipients.filter((owner, index) => recipients.indexOf(owner) !== index);
  if (twice.length > 0) {
    return refused('duplicate_recipient', { subjects: [...new Set(twice)].toSorted() });
  }
  const status = (owner: string) => membershipOf(ledger, organization, owner)?.status ?? 'removed';
  const strangers = recipients.filter((owner) => status(owner) === 'removed');
  if (strangers.length > 0) return refused('not_a_member', { subjects: strangers });
  const suspended = recipients.filter((owner) => status(owner) === 'suspended');
  return suspended.length > 0 ? refused('member_suspended', { subjects: suspended }) : null;
}

/** Takes the next `amount` off the front of what was set aside. */
function cut(setAside: Part[], amount: bigint): Part[] {
  const parts: Part[] = [];
  let left = amount;
  while (left > 0n) {
    const next = setAside[0]!;
    const part = smaller(next.amount, left);
    parts.push({ lot: next.lot, amount: part });
    next.amount -= part;
    left -= part;
    if (next.amount === 0n) setAside.shift();
  }
  return parts;
}
