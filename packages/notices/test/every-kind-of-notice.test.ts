import { globSync, readFileSync } from 'node:fs';
import { NOTICE_KINDS, WEBHOOK_EVENT_TYPES } from '@bursar/contracts';
import { describe, expect, it } from 'vitest';
import { noticeKinds, renderNotice } from '../src/index.ts';
import { ana, brand, facts, render } from './notice-facts.ts';

/** What a person sees of a document. */
const seen = (html: string): string =>
  html
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');

/** Facts for programs: webhooks carry them, and no person gets a notice. Invitations have a mail of their own. */
const TOLD_TO_NOBODY = [
  'hold-expired',
  'invitation-sent',
  'request-cancelled',
  'allocation-completed',
  'member-joined',
  'member-suspended',
  'member-reinstated',
  'organization-deleted',
  'purchase-needs-review',
  'topup-requested',
];

describe('every kind of fact', () => {
  it('that the ledger writes has a template, and no template is without a fact', () => {
    const sql = globSync('packages/ledger/src/**/*.sql').map((file) => readFileSync(file, 'utf8'));
    const written = sql.flatMap((text) =>
      [
        ...text.matchAll(/(?:record_fact|tell_of_member)\('([a-z-]+)'/g),
        ...text.matchAll(/insert into bursar\.outbox [^;]*?select '([a-z-]+)'/g),
      ].map((match) => match[1]),
    );
    expect(written.length).toBeGreaterThan(0);
    expect(new Set<string | undefined>([...noticeKinds, ...TOLD_TO_NOBODY])).toEqual(
      new Set(written),
    );
    expect(new Set<string>(Object.keys(NOTICE_KINDS))).toEqual(new Set(noticeKinds));
    const types = written.map((kind = '') =>
      kind
        .replace(/^request-/, 'credit_request-')
        .replace('-', '.')
        .replaceAll('-', '_'),
    );
    expect(new Set(types)).toEqual(new Set<string>(WEBHOOK_EVENT_TYPES));
  });

  it.each(noticeKinds)('%s says the same in text and in HTML', (kind) => {
    const { subject, text, html } = render(kind);
    const page = seen(html);
    expect(subject).toMatch(/\S/);
    expect(page).toContain(subject);
    const lines = text.split('\n').filter((line) => line !== '');
    const parts = lines.flatMap((line) => line.split(/:\s{1,}/));
    for (const part of parts.filter((one) => !one.startsWith('https:'))) {
      expect(page).toContain(part);
    }
    expect(text).toContain(brand.publicUrl);
    expect(html).toContain(`href="${brand.publicUrl}"`);
  });

  it.each(noticeKinds)('%s loads nothing from anywhere and runs nothing', (kind) => {
    const { html } = render(kind);
    expect(html).not.toMatch(/<(img|script|link|iframe|object)|src=|url\(|@import/i);
    // The page to pay on is part of what a declined top-up says.
    const page = facts[kind]?.['checkout_url'] ?? [];
    expect(html.match(/https?:[^"'\s<]*/g)).toEqual([page, brand.publicUrl].flat());
  });

  it.each(['purchase-refused', '', 'constructor', '__proto__'])('%o has no template', (kind) => {
    expect(() => renderNotice(kind, {}, ana, brand)).toThrow(/no template/);
  });
});
