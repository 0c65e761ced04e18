export { connectMail, isTransientMailError, type Mail, type MailMessage } from './connect-mail.ts';
export { noticeKinds, renderNotice, type Brand, type RenderedNotice } from './render-notice.ts';
