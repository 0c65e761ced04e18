import { invitationToMail, markInvitationMailed } from '@bursar/ledger/operations';
import { invitationToken, renderInvitation } from '@bursar/notices';
import type { WorkerContext } from '../worker-context.ts';

/**
 * Sends the mail that asks somebody to join, if this fact wants one. Its link is made here, at the
 * last moment, and is nowhere else: no table, job or log has it.
 */
export async function mailInvitation(context: WorkerContext, fact: string): Promise<void> {
  const due = await invitationToMail(context.db, fact);
  if (due === null) return;
  const token = invitationToken(context.invitationKey, due);
  const { publicUrl } = context.policy;
  const brand = { productName: 'Bursar', publicUrl };
  const message = renderInvitation({ ...due, url: `${publicUrl}/invitations/${token}` }, brand);
  await context.mail.send({
    to: due.email,
    messageId: `${due.id}.${due.round}`,
    unsubscribeUrl: undefined,
    ...message,
  });
  await markInvitationMailed(context.db, due);
}
