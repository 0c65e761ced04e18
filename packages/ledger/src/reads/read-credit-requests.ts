import type { Database } from '../database/connect.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from './page.ts';

export type CreditRequestStatus = 'pending' | 'approved' | 'rejected' | 'cancelled' | 'expired';

export interface CreditRequestFilter {
  /** `decided` is every status but `pending`. */
  status?: CreditRequestStatus | 'decided' | undefined;
  /** Of one member, by their bare id. */
  user?: string | undefined;
}

/** A member's request for credits. Amounts are micro-credits; ids of people and organizations are bare. */
export interface CreditRequestView {
  id: string;
  organization: string;
  user: string;
  /** Who that is; `null` for people without a name. */
  userName: string | null;
  amount: bigint;
  granted: bigint | null;
  status: CreditRequestStatus;
  reason: string | null;
  decisionReason: string | null;
  decidedBy: string | null;
  createdAt: Date;
  decidedAt: Date | null;
  /** When it expires undecided; `null` for those of before requests could. */
  expiresAt: Date | null;
}

/** One page of an organization's requests, the newest first. */
export async function listCreditRequests(
  db: Database,
  organization: string,
  { status, user }: CreditRequestFilter,
  page: Page,
): Promise<PageOf<CreditRequestView>> {
  const found = await db<CreditRequestView[]>`
    ${selectRequests(db)}
    where r.organization_id = ${organization}
      ${status === undefined ? db`` : withStatus(db, status)}
      ${user === undefined ? db`` : db`and r.user_id = ${user}`}
      ${page.before === undefined ? db`` : db`and r.id < ${page.before}::uuid`}
    order by r.id desc
    limit ${rowsToFetch(page)}`;
  return toPage(found, page, (request) => request.id);
}

const withStatus = (db: Database, status: NonNullable<CreditRequestFilter['status']>) =>
  status === 'decided' ? db`and r.status <> 'pending'` : db`and r.status = ${status}`;

/** One request by its UUID; `null` when there is none. */
export async function readCreditRequest(
  db: Database,
  id: string,
): Promise<CreditRequestView | null> {
  const [request] = await db<CreditRequestView[]>`${selectRequests(db)} where r.id = ${id}`;
  return request ?? null;
}

/** Several requests by their UUIDs; those that do not exist are left out. */
export async function readCreditRequests(
  db: Database,
  ids: readonly string[],
): Promise<Map<string, CreditRequestView>> {
  const found = await db<CreditRequestView[]>`
    ${selectRequests(db)} where r.id = any (${[...ids]}::uuid[])`;
  return new Map(found.map((request) => [request.id, request]));
}

const selectRequests = (db: Database) => db`
  select
    r.id,
    r.organization_id as organization,
    r.user_id as user,
    (select u.name from bursar.users u where u.id = r.user_id) as "userName",
    r.amount,
    r.granted,
    r.status,
    r.reason,
    r.decision_reason as "decisionReason",
    r.decided_by as "decidedBy",
    r.created_at as "createdAt",
    r.decided_at as "decidedAt",
    r.expires_at as "expiresAt"
  from bursar.credit_requests r`;
