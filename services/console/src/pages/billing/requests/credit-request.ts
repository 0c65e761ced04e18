import { formatAmount, parseAmount } from '@bursar/contracts/amounts';
import { bareId } from '../../../api/organization.ts';
import { usePages, type Pages } from '../../../api/use-pages.ts';

export interface CreditRequest {
  id: string;
  organization: string;
  member: string;
  member_name: string | null;
  amount: string;
  granted: string | null;
  status: 'pending' | 'approved' | 'rejected' | 'cancelled' | 'expired';
  reason: string | null;
  decision_reason: string | null;
  created_at: string;
  decided_at: string | null;
  expires_at: string | null;
}

/** Requests move no credits until they are decided, so no stream tells of new ones. */
const LOOK_EVERY_MS = 4_000;

interface RequestFilters {
  /** One of them, or `decided`. */
  status?: string | undefined;
  /** Whose, with prefix. */
  member?: string;
}

/** An organization's requests, newest first; a plain member gets their own. */
export const useCreditRequests = (owner: string, filters: RequestFilters): Pages<CreditRequest> =>
  usePages<CreditRequest>({
    queryKey: ['of', owner, 'requests'],
    path: `/v1/organizations/${bareId(owner)}/credit-requests`,
    filters: { ...filters },
    everyMs: LOOK_EVERY_MS,
  });

export const askerOf = ({ member, member_name }: CreditRequest): string =>
  member_name ?? bareId(member);

/** The credits of several requests together. */
export const sumOf = (requests: readonly CreditRequest[]): string =>
  formatAmount(
    requests.reduce((sum, { amount }) => {
      const parsed = parseAmount(amount);
      return sum + (parsed.ok ? parsed.micro : 0n);
    }, 0n),
  );
