import { adjust, admit, refuseOverBudget, type Spending } from './budget.ts';
import { available, nextToBurn } from './burn-order.ts';
import {
  applied,
  membershipOf,
  refused,
  type Decision,
  type Ledger,
  type Transaction,
  type Wallet,
} from './ledger.ts';
import { refuseClosed } from './closed.ts';
import { begin, move, post } from './posting.ts';

/** "Any amount" ends at a million million credits owed. */
export const DEBT_LIMIT = 10n ** 18n;

export type Charge = Spending;

/** Burns in burn order; what no lot covers is owed, as far as the limit allows. All or nothing. */
export function charge(ledger: Ledger, key: string, command: Charge): Decision {
  const wallet = ledger.wallets.get(command.wallet);
  if (wallet === undefined) return refused('wallet_not_found', { subjects: [command.wallet] });
  const stranger = refuseOnBehalf(ledger, command.wallet, command.onBehalfOf);
  const refusal = refuseClosed(wallet) ?? stranger ?? refuseOverBudget(ledger, command);
  if (refusal !== null) return refusal;
  const room = overdraftRoom(ledger, wallet);
  const free = available(ledger, wallet);
  if (command.amount > free + room) {
    return refused('insufficient_credits', { required: command.amount, available: free + room });
  }
  const transaction = begin('charge', key);
  transaction.quantity = command.quantity;
  burn(ledger, transaction, wallet, command.amount, command.onBehalfOf);
  post(transaction, wallet);
  ledger.charges.push(transaction);
  transaction.counts = admit(ledger, command);
  adjust(ledger, transaction.counts, { spent: command.amount });
  return applied();
}

/** Lots first, then debt. */
export function burn(
  ledger: Ledger,
  transaction: Transaction,
  wallet: Wallet,
  amount: bigint,
  onBehalfOf: string | null,
): void {
  let left = amount;
  for (const part of nextToBurn(ledger, wallet, amount, { onBehalfOf })) {
    move(transaction, part.amount, { lot: part.lot }, { system: 'consumed' });
    left -= part.amount;
  }
  move(transaction, left, { debtOf: wallet }, { system: 'consumed' });
}

/** How much more the wallet may owe. */
export function overdraftRoom(ledger: Ledger, wallet: Wallet): bigint {
  const room = (limitOf(ledger, wallet) ?? DEBT_LIMIT) - wallet.owed;
  return room > 0n ? room : 0n;
}

/** The wallet's own limit, or the installation's; `null`: any amount. */
export const limitOf = ({ rules }: Ledger, wallet: Wallet): bigint | null =>
  wallet.overdraftLimit ?? rules.defaultOverdraft;

/** Only an active member may spend on behalf of an organization. */
export function refuseOnBehalf(
  ledger: Ledger,
  owner: string,
  organization: string | null,
): Decision | null {
  return organization === null ? null : refuseMember(ledger, organization, owner);
}

export function refuseMember(ledger: Ledger, organization: string, owner: string): Decision | null {
  const status = membershipOf(ledger, organization, owner)?.status;
  if (status === 'active') return null;
  return refused(status === 'suspended' ? 'member_suspended' : 'not_a_member', {
    subjects: [owner],
  });
}
