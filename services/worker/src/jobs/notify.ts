import { isNoticeKind, NOTICE_KINDS, type JobPayload } from '@bursar/contracts';
import { deliverFact, markMailed, type Notice } from '@bursar/ledger/operations';
import { MailRefused, renderNotice, unsubscribeToken } from '@bursar/notices';
import { mailInvitation } from './mail-invitation.ts';
import type { WorkerContext } from '../worker-context.ts';

/**
 * Tells everybody whom a fact concerns: in the app by a row that exists once per person, by mail
 * under a message id that stays the same should a crash make us send it again.
 */
export async function notifyPeople(
  context: WorkerContext,
  job: JobPayload<'notify'>,
): Promise<void> {
  const refusals: MailRefused[] = [];
  const notices = await deliverFact(context.db, job.fact);
  // An invitation is told to nobody else, so only facts without notices can be one.
  if (notices.length === 0) await mailInvitation(context, job.fact);
  for (const notice of notices) {
    try {
      await mailOne(context, notice);
      await markMailed(context.db, notice.notification);
    } catch (error) {
      // One wrong address must not keep the others from their mail.
      if (!(error instanceof MailRefused)) throw error;
      refusals.push(error);
    }
  }
  if (refusals[0] !== undefined) throw refusals[0];
}

async function mailOne(context: WorkerContext, notice: Notice): Promise<void> {
  const unsubscribeUrl = unsubscribeUrlFor(context, notice);
  const recipient = { name: notice.name, unsubscribeUrl };
  const brand = { productName: 'Bursar', publicUrl: context.policy.publicUrl };
  const message = renderNotice(notice.kind, notice.data, recipient, brand);
  await context.mail.send({
    to: notice.email,
    messageId: notice.notification,
    unsubscribeUrl,
    ...message,
  });
}

/** Receipts and what concerns access cannot be switched off, so their mail offers no way to. */
function unsubscribeUrlFor(context: WorkerContext, { kind, userId }: Notice): string | undefined {
  if (!isNoticeKind(kind) || NOTICE_KINDS[kind].mail !== 'optional') return undefined;
  const token = unsubscribeToken(context.unsubscribeKey, { user: userId, kind });
  return `${context.policy.publicUrl}/unsubscribe/${token}`;
}
