export {
  connectMail,
  isTransientMailError,
  MailRefused,
  MailUnavailable,
  type Mail,
  type MailMessage,
} from './connect-mail.ts';
export type { Brand } from './layout.ts';
export type { NoticeData } from './notice-data.ts';
export { noticeKinds, renderNotice, type RenderedNotice } from './render-notice.ts';
export {
  connectWebhooks,
  type WebhookAnswer,
  type WebhookSender,
} from './webhooks/connect-webhooks.ts';
export { judgeAttempt, type AttemptVerdict } from './webhooks/judge-attempt.ts';
export { signWebhook } from './webhooks/sign-webhook.ts';
export { deriveWebhookKey, openWebhookSecret } from './webhooks/webhook-secret.ts';
export { deriveInvitationKey, invitationToken } from './invitation-token.ts';
export { renderInvitation } from './render-invitation.ts';
export { deriveUnsubscribeKey, unsubscribeToken } from './unsubscribe-token.ts';
