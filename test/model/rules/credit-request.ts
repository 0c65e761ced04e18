import { nextToBurn } from './burn-order.ts';
import { refuseMember } from './charge.ts';
import { applied, refused, type CreditRequest, type Decision, type Ledger } from './ledger.ts';
import { begin } from './posting.ts';
import { giveCredits, refuseReceiving, refuseTaking } from './transfer.ts';

export interface AskForCredits {
  organization: string;
  member: string;
  amount: bigint;
}

export function askForCredits(ledger: Ledger, command: AskForCredits): Decision {
  const { organization, member, amount } = command;
  const stranger = refuseMember(ledger, organization, member);
  if (stranger !== null) return stranger;
  const pending = ledger.requests.some(
    (r) => r.organization === organization && r.member === member && r.status === 'pending',
  );
  if (pending) return refused('request_already_pending');
  ledger.requests.push({ organization, member, amount, granted: null, status: 'pending' });
  return applied({ request: String(ledger.requests.length - 1) });
}

export interface Approval {
  /** Position in the ledger's list of requests; `null` for a request that never was. */
  request: number | null;
  /** `null`: what was requested. */
  amount: bigint | null;
}

/** The transfer and the change of state in one. */
export function approve(ledger: Ledger, key: string, command: Approval): Decision {
  const request = requestAt(ledger, command.request);
  const pool = ledger.wallets.get(request?.organization ?? '');
  const wallet = ledger.wallets.get(request?.member ?? '');
  if (!request || !pool || !wallet) return refused('not_found');
  if (request.status !== 'pending') return refused('request_not_pending');
  const amount = command.amount ?? request.amount;
  if (amount > request.amount) return refused('amount_exceeds_request');
  const refusal =
    refuseMember(ledger, request.organization, request.member) ??
    refuseTaking(ledger, pool, amount, null) ??
    refuseReceiving(wallet, amount);
  if (refusal !== null) return refusal;
  giveCredits(ledger, begin('transfer', key), pool, wallet, nextToBurn(ledger, pool, amount));
  Object.assign(request, { status: 'approved', granted: amount });
  return applied({ granted: String(amount) });
}

/** Rejected by an administrator or taken back by its author; moves nothing. */
export function close(
  ledger: Ledger,
  position: number | null,
  status: Extract<CreditRequest['status'], 'rejected' | 'cancelled'>,
): Decision {
  const request = requestAt(ledger, position);
  if (request === undefined) return refused('not_found');
  if (request.status !== 'pending') return refused('request_not_pending');
  request.status = status;
  return applied({ status });
}

const requestAt = (ledger: Ledger, position: number | null): CreditRequest | undefined =>
  position === null ? undefined : ledger.requests[position];
