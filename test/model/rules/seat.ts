import { nextToBurn } from './burn-order.ts';
import { refuseCapped } from './cap.ts';
import { refuseMember } from './charge.ts';
import {
  applied,
  refused,
  type Decision,
  type Entitlement,
  type Ledger,
  type Wallet,
} from './ledger.ts';
import type { Member } from './membership.ts';
import { begin, bringUpToDate } from './posting.ts';
import { giveCredits, refuseReceiving, refuseTaking } from './transfer.ts';

/** What a newcomer gets, once for ever. */
export function giveDefault(
  ledger: Ledger,
  key: string,
  command: Member & { amount: bigint },
): Decision {
  return (
    refuseMember(ledger, command.organization, command.member) ??
    entitle(ledger, key, command, 'default', command.amount)
  );
}

/** A seat and what it brings, once in a calendar month; no scenario is longer than one. */
export function assignSeat(ledger: Ledger, key: string, command: Member): Decision {
  const stranger = refuseMember(ledger, command.organization, command.member);
  if (stranger !== null) return stranger;
  const seat = seatOf(ledger, command);
  if (seat?.status === 'assigned') return applied({ paid: 'nothing' });
  if (seat === undefined) ledger.seats.push({ ...named(command), status: 'assigned' });
  else seat.status = 'assigned';
  const amount = ledger.settings.get(command.organization)?.seatAllocation ?? null;
  return amount === null
    ? applied({ paid: 'nothing' })
    : entitle(ledger, key, command, 'seat', amount);
}

export function revokeSeat(ledger: Ledger, command: Member): Decision {
  if (!vacate(ledger, command)) return refused('seat_not_assigned');
  cancel(ledger, command, 'seat');
  return applied({ status: 'revoked' });
}

export function vacate(ledger: Ledger, command: Member): boolean {
  const seat = seatOf(ledger, command);
  if (seat?.status !== 'assigned') return false;
  seat.status = 'revoked';
  return true;
}

/** Calls off what waits to be paid; answers how much that was. */
export function cancel(ledger: Ledger, command: Member, kind?: Entitlement['kind']): bigint {
  let sum = 0n;
  for (const due of ledger.entitlements) {
    const theirs = due.organization === command.organization && due.member === command.member;
    if (!theirs || due.status !== 'delayed' || (kind ?? due.kind) !== due.kind) continue;
    due.status = 'cancelled';
    finish(ledger, due, 'nothing');
    sum += due.amount;
  }
  return sum;
}

function entitle(
  ledger: Ledger,
  key: string,
  command: Member,
  kind: Entitlement['kind'],
  amount: bigint,
): Decision {
  const before = ledger.entitlements.find(
    (due) =>
      due.organization === command.organization &&
      due.member === command.member &&
      due.kind === kind,
  );
  if (before !== undefined && before.status !== 'cancelled') return applied({ paid: 'nothing' });
  ledger.entitlements = ledger.entitlements.filter((due) => due !== before);
  const due: Entitlement = { operation: key, ...named(command), kind, amount, status: 'delayed' };
  ledger.entitlements.push(due);
  return pay(ledger, due) ? applied({ paid: String(amount) }) : applied({ delayed: 'true' });
}

/** Tries what waits again, what was tried longest ago first. */
export function payDelayed(ledger: Ledger): void {
  for (const due of ledger.entitlements.filter(({ status }) => status === 'delayed')) {
    bringUpToDate(ledger, partiesOf(ledger, due));
    if (pay(ledger, due)) finish(ledger, due, String(due.amount));
  }
}

function pay(ledger: Ledger, due: Entitlement): boolean {
  const [pool, wallet] = partiesOf(ledger, due);
  const refusal =
    refuseMember(ledger, due.organization, due.member) ??
    refuseTaking(ledger, pool, due.amount, null) ??
    refuseCapped(ledger, pool, [{ wallet, amount: due.amount }]) ??
    refuseReceiving(wallet, due.amount);
  if (refusal !== null) return false;
  const parts = nextToBurn(ledger, pool, due.amount);
  giveCredits(ledger, begin('transfer', due.operation), pool, wallet, parts);
  due.status = 'paid';
  return true;
}

/** Whoever asks for the operation again is told how it ended. */
function finish(ledger: Ledger, due: Entitlement, paid: string): void {
  const operation = ledger.operations.get(due.operation);
  if (operation !== undefined) operation.decision = applied({ paid });
}

const partiesOf = (ledger: Ledger, due: Entitlement): [Wallet, Wallet] => [
  ledger.wallets.get(due.organization)!,
  ledger.wallets.get(due.member)!,
];

const seatOf = (ledger: Ledger, { organization, member }: Member) =>
  ledger.seats.find((seat) => seat.organization === organization && seat.member === member);

const named = ({ organization, member }: Member): Member => ({ organization, member });
