import { nextToBurn } from './burn-order.ts';
import { monthStart } from './calendar.ts';
import { refuseCapped } from './cap.ts';
import { refuseMember } from './charge.ts';
import {
  applied,
  refused,
  type CreditRequest,
  type Decision,
  type Ledger,
  type Wallet,
} from './ledger.ts';
import { begin } from './posting.ts';
import { giveCredits, refuseReceiving, refuseTaking } from './transfer.ts';

/** Thirty days, which no setting of a scenario changes. */
const LIFETIME_MS = 30 * 86_400_000;

export interface AskForCredits {
  organization: string;
  member: string;
  amount: bigint;
}

export function askForCredits(ledger: Ledger, key: string, command: AskForCredits): Decision {
  const { organization, member, amount } = command;
  const stranger = refuseMember(ledger, organization, member);
  if (stranger !== null) return stranger;
  const theirs = ledger.requests.filter(
    (r) => r.organization === organization && r.member === member,
  );
  for (const request of theirs) expireIfDue(ledger, request);
  if (theirs.some(({ status }) => status === 'pending')) return refused('request_already_pending');
  const request: CreditRequest = {
    organization,
    member,
    amount,
    granted: null,
    status: 'pending',
    expiresAt: ledger.now + LIFETIME_MS,
    byItself: false,
    decidedAt: 0,
  };
  ledger.requests.push(request);
  const itself = approvesItself(ledger, request);
  if (itself) {
    request.byItself = true;
    grantRequest(ledger, key, request, amount);
  }
  return applied({
    request: String(ledger.requests.length - 1),
    status: request.status,
  });
}

/** Small ones, up to a sum per member and month, if the pool can pay. */
function approvesItself(ledger: Ledger, request: CreditRequest): boolean {
  const { autoApproveBelow: below = null, autoApproveMonthly: monthly = null } =
    ledger.settings.get(request.organization) ?? {};
  if (below === null || monthly === null || request.amount >= below) return false;
  const since = monthStart(ledger);
  const sum = ledger.requests
    .filter(
      (r) =>
        r.byItself &&
        r.organization === request.organization &&
        r.member === request.member &&
        r.decidedAt >= since,
    )
    .reduce((all, r) => all + (r.granted ?? 0n), request.amount);
  return sum <= monthly && refuseGranting(ledger, request, request.amount) === null;
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
  if (request === undefined) return refused('not_found');
  if (request.status !== 'pending') return refused('request_not_pending');
  const amount = command.amount ?? request.amount;
  if (amount > request.amount) return refused('amount_exceeds_request');
  const refusal = refuseGranting(ledger, request, amount);
  if (refusal !== null) return refusal;
  grantRequest(ledger, key, request, amount);
  return applied({ granted: String(amount) });
}

function refuseGranting(ledger: Ledger, request: CreditRequest, amount: bigint): Decision | null {
  const [pool, wallet] = partiesOf(ledger, request);
  return (
    refuseMember(ledger, request.organization, request.member) ??
    refuseTaking(ledger, pool, amount, null) ??
    refuseCapped(ledger, pool, [{ wallet, amount }]) ??
    refuseReceiving(wallet, amount)
  );
}

function grantRequest(ledger: Ledger, key: string, request: CreditRequest, amount: bigint): void {
  const [pool, wallet] = partiesOf(ledger, request);
  giveCredits(ledger, begin('transfer', key), pool, wallet, nextToBurn(ledger, pool, amount));
  Object.assign(request, { status: 'approved', granted: amount, decidedAt: ledger.now });
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

/** Whoever looks at a request whose time has come ends it; a sweeper looks at all of them. */
export function expireIfDue(ledger: Ledger, request: CreditRequest): void {
  if (request.status === 'pending' && request.expiresAt <= ledger.now) request.status = 'expired';
}

function requestAt(ledger: Ledger, position: number | null): CreditRequest | undefined {
  const request = position === null ? undefined : ledger.requests[position];
  if (request !== undefined) expireIfDue(ledger, request);
  return request;
}

const partiesOf = (ledger: Ledger, request: CreditRequest): [Wallet, Wallet] => [
  ledger.wallets.get(request.organization)!,
  ledger.wallets.get(request.member)!,
];
