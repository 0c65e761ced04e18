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
