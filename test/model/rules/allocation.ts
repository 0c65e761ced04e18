import type { LotKind } from '@bursar/contracts';
import { nextToBurn, type Part } from './burn-order.ts';
import { applied, membershipOf, refused, type Decision, type Ledger } from './ledger.ts';
import { begin, bringUpToDate, smaller } from './posting.ts';
import { giveCredits, refuseTaking } from './transfer.ts';

export interface Allocation {
  from: string;
  recipients: 'all' | string[];
  amount: bigint;
  kind: LotKind | null;
}

/** All or nothing over a list of recipients, one transaction for each of them. */
export function allocate(ledger: Ledger, key: string, command: Allocation): Decision {
  const pool = ledger.wallets.get(command.from);
  if (pool === undefined) return refused('wallet_not_found', { subjects: [command.from] });
  const recipients =
    command.recipients === 'all' ? activeMembers(ledger, command.from) : command.recipients;
  const sum = command.amount * BigInt(recipients.length);
  const refusal =
    refuseRecipients(ledger, command.from, recipients) ??
    refuseTaking(ledger, pool, sum, command.kind);
  if (refusal !== null) return refusal;
  const setAside = nextToBurn(ledger, pool, sum, { kind: command.kind });
  const wallets = recipients.map((owner) => ledger.wallets.get(owner)!);
  bringUpToDate(ledger, wallets);
  for (const wallet of wallets) {
    giveCredits(ledger, begin('allocation', key), pool, wallet, cut(setAside, command.amount));
  }
  return applied({ recipients: String(recipients.length) });
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
