import type { Allocation } from './rules/allocation.ts';
import type { Charge } from './rules/charge.ts';
import type { AskForCredits, Approval } from './rules/credit-request.ts';
import type { Grant } from './rules/grant.ts';
import type { Capture, Extension, PlaceHold } from './rules/hold.ts';
import type { Member } from './rules/membership.ts';
import type { OrganizationDeletion } from './rules/organization-deletion.ts';
import type { Reversal } from './rules/reversal.ts';
import type { Transfer } from './rules/transfer.ts';

/** What can be asked of both ledgers, under an idempotency key. */
export type Command =
  | ({ type: 'grant' } & Grant)
  | ({ type: 'transfer' } & Transfer)
  | ({ type: 'allocation' } & Allocation)
  | ({ type: 'reversal' } & Reversal)
  | ({ type: 'hold' } & PlaceHold)
  | ({ type: 'hold_capture' } & Capture)
  | { type: 'hold_release'; hold: number | null }
  | ({ type: 'hold_extension' } & Extension)
  | ({ type: 'credit_request' } & AskForCredits)
  | ({ type: 'credit_request_approval' } & Approval)
  | { type: 'credit_request_rejection'; request: number | null }
  | { type: 'credit_request_cancellation'; request: number | null }
  | { type: 'allocation_undo'; allocation: number | null }
  | ({ type: 'default_allocation'; amount: bigint } & Member)
  | ({ type: 'seat_assignment' } & Member)
  | ({ type: 'seat_revocation' } & Member)
  | ({ type: 'member_removal' } & Member)
  | ({ type: 'organization_deletion' } & OrganizationDeletion);

/** A command with the key that names it; another hash under the same key asks for something else. */
export interface Keyed<Asked> {
  key: string;
  hash: string;
  asked: Asked;
}

export type KeyedCharge = Keyed<Charge>;
export type KeyedCommand = Keyed<Command>;
