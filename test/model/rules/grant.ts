import type { LotKind } from '@bursar/contracts';
import { applied, refused, type Decision, type Ledger, type LotTerms } from './ledger.ts';
import { refuseClosed } from './closed.ts';
import { begin, moveIn, post } from './posting.ts';

/** No wallet holds more: four million million credits. */
export const BALANCE_LIMIT = 4n * 10n ** 18n;

export interface Grant {
  wallet: string;
  amount: bigint;
  kind: Extract<LotKind, 'promotional' | 'adjustment' | 'subscription'>;
  expiresAt: number;
  /** `null`: at once. */
  effectiveAt: number | null;
  priority: number;
}

/** Credits that nobody paid for. */
export function grant(ledger: Ledger, key: string, command: Grant): Decision {
  const wallet = ledger.wallets.get(command.wallet);
  if (wallet === undefined) return refused('wallet_not_found', { subjects: [command.wallet] });
  const closed = refuseClosed(wallet);
  if (closed !== null) return closed;
  const effectiveAt = command.effectiveAt ?? ledger.now;
  if (command.expiresAt <= Math.max(ledger.now, effectiveAt)) return refused('invalid_request');
  if (wallet.credits + command.amount > BALANCE_LIMIT) return refused('balance_limit_reached');
  const transaction = begin(command.kind === 'adjustment' ? 'adjustment' : 'grant', key);
  const source = { system: `issued:${command.kind}` };
  const settled = moveIn(ledger, transaction, wallet, command.amount, source, {
    ...FREE,
    kind: command.kind,
    priority: command.priority,
    effectiveAt,
    expiresAt: command.expiresAt,
  });
  post(transaction, wallet);
  return applied({ settled: String(settled) });
}

/** Terms of credits without a price and without a history. */
export const FREE: Omit<LotTerms, 'kind' | 'effectiveAt' | 'expiresAt'> = {
  priority: 50,
  unitCost: 0n,
  currency: null,
  parent: null,
  allocatedBy: null,
  purchase: null,
};
