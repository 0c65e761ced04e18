import { layOut, type Brand, type Footer } from './layout.ts';
import { optionalText, partyOf, type NoticeData } from './notice-data.ts';
import type { NoticeContent } from './notice-content.ts';
import { templates, type NoticeKind } from './templates.ts';

export interface RenderedNotice {
  /** One line. */
  subject: string;
  text: string;
  /** A whole document. */
  html: string;
}

/** The kinds of fact that have a template. */
export const noticeKinds: readonly NoticeKind[] = Object.keys(templates).filter(isNoticeKind);

/**
 * Writes the mail for one fact: a subject, plain text, and the same as HTML. Both say the same.
 *
 * @throws when the kind has no template or the fact lacks what its template needs.
 */
export function renderNotice(
  kind: string,
  data: NoticeData,
  recipient: { name: string | null; unsubscribeUrl?: string | undefined },
  brand: Brand,
): RenderedNotice {
  if (!isNoticeKind(kind)) {
    throw new Error(`There is no template for the fact "${kind}"; add one to templates.ts.`);
  }
  const content = aboutPool(templates[kind](data), data);
  const name = recipient.name === null ? '' : oneLine(recipient.name);
  return renderMail(content, name === '' ? 'Hello,' : `Hello ${name},`, brand, {
    reason: reasonFor(data, brand),
    unsubscribeUrl: recipient.unsubscribeUrl,
  });
}

/** Sets a mail as text and as HTML. What people wrote becomes harmless here: one line each. */
export function renderMail(
  written: NoticeContent,
  greeting: string,
  brand: Brand,
  footer: Footer,
): RenderedNotice {
  const content = onOneLine(written);
  const told = { ...footer, reason: oneLine(footer.reason) };
  return {
    subject: content.subject,
    text: asText(content, greeting, { ...told, brand }),
    html: layOut(content, greeting, brand, told),
  };
}

/** People look after several wallets: mail about a pool says whose before anything else. */
function aboutPool(content: NoticeContent, data: NoticeData): NoticeContent {
  const isPool = optionalText(data, 'wallet')?.startsWith('org:') ?? false;
  if (!isPool) return content;
  const name = partyOf(data, 'wallet');
  return content.subject.includes(name)
    ? content
    : { ...content, subject: `${name}: ${content.subject}` };
}

function reasonFor(data: NoticeData, brand: Brand): string {
  const isPool = optionalText(data, 'wallet')?.startsWith('org:') ?? false;
  return isPool
    ? `You get this mail because you look after the credits of ${oneLine(partyOf(data, 'wallet'))} at ${brand.productName}.`
    : `You get this mail because of your wallet at ${brand.productName}.`;
}

function isNoticeKind(kind: string): kind is NoticeKind {
  return Object.hasOwn(templates, kind);
}

/** What people wrote must neither start another header nor pass for another row of the text. */
function onOneLine({ subject, sentences, rows }: NoticeContent): NoticeContent {
  return {
    subject: oneLine(subject),
    sentences: sentences.map(oneLine),
    rows: rows.map(([label, value]) => [oneLine(label), oneLine(value)]),
  };
}

// Control characters, and the marks that turn the direction of the text around them.
const UNSEEN = /[\s\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu;

const oneLine = (text: string): string => text.replace(UNSEEN, ' ').trim();

function asText(
  content: NoticeContent,
  greeting: string,
  { reason, unsubscribeUrl, brand }: Footer & { brand: Brand },
): string {
  const width = Math.max(0, ...content.rows.map(([label]) => label.length));
  const rows = content.rows.map(([label, value]) => `${`${label}:`.padEnd(width + 2)}${value}`);
  return [
    greeting,
    content.sentences.join('\n'),
    rows.join('\n'),
    `${brand.productName}: ${brand.publicUrl}`,
    [
      reason,
      ...(unsubscribeUrl === undefined ? [] : [`Stop mail like this: ${unsubscribeUrl}`]),
    ].join('\n'),
  ]
    .filter((block) => block !== '')
    .join('\n\n')
    .concat('\n');
}
