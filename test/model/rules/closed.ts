import { refused, type Decision, type Wallet } from './ledger.ts';

/** A wallet whose owner was deleted refuses every command. */
export function refuseClosed(...wallets: readonly Wallet[]): Decision | null {
  const subjects = wallets.filter(({ closed }) => closed !== null).map(({ owner }) => owner);
  return subjects.length > 0 ? refused('wallet_closed', { subjects }) : null;
}
