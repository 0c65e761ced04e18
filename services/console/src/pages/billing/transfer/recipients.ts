import type { Member } from '../../../api/organization.ts';
import type { Command } from '../../../api/run-command.ts';
import { bareId } from '../../../api/organization.ts';
import { readTypedAmount } from '../../../ui/typed-amount.ts';

export type Audience = 'one' | 'selected' | 'all' | 'list';

/** What the form holds, as it was typed. */
export interface Draft {
  audience: Audience;
  member: Member | null;
  members: readonly Member[];
  /** A kind of lots; empty for any. */
  kind: string;
  amount: string;
  message: string;
  csv: string;
}

export const EMPTY_DRAFT: Draft = {
  audience: 'one',
  member: null,
  members: [],
  kind: '',
  amount: '',
  message: '',
  csv: '',
};

/** The command that a draft asks for; `null` while it is not complete. */
export function commandOf(from: string, draft: Draft): Command | null {
  const words = draft.message.trim();
  if (draft.audience === 'list') return listCommand(from, draft, words);
  const typed = readTypedAmount(draft.amount);
  if (!typed.ok) return null;
  const terms = { from, ...(draft.kind !== '' && { kind: draft.kind }) };
  if (draft.audience === 'one') {
    if (draft.member === null) return null;
    const message = words === '' ? {} : { message: words };
    const body = { ...terms, to: draft.member.user, amount: typed.amount, ...message };
    return { path: '/v1/transfers', body };
  }
  if (draft.audience === 'selected' && draft.members.length === 0) return null;
  const recipients = draft.audience === 'all' ? 'all' : draft.members.map(({ user }) => user);
  const reason = words === '' ? {} : { reason: words };
  const body = { ...terms, recipients, amount_per_recipient: typed.amount, ...reason };
  return { path: '/v1/allocations', body };
}

function listCommand(from: string, { csv, kind }: Draft, reason: string): Command | null {
  if (csv.trim() === '') return null;
  const query = new URLSearchParams([
    ...(kind === '' ? [] : [['kind', kind]]),
    ...(reason === '' ? [] : [['reason', reason]]),
  ]).toString();
  const path = `/v1/organizations/${bareId(from)}/allocations/csv`;
  return { path: query === '' ? path : `${path}?${query}`, csv };
}
