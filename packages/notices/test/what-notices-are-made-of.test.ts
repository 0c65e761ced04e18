import { describe, expect, it } from 'vitest';
import { renderNotice, type NoticeData } from '../src/index.ts';
import { ana, facts, render } from './notice-facts.ts';

describe('what people wrote', () => {
  it('stays text in HTML, in every place it can reach', () => {
    const attack = `<script>alert("1")</script>&'`;
    const html = [
      render('credits-received', { message: attack }, { name: attack }).html,
      render('request-created', { reason: attack, member: attack }).html,
      renderNotice('balance-low', facts['balance-low'] ?? {}, ana, {
        productName: attack,
        publicUrl: `https://bursar.example/"onload="alert(1)`,
      }).html,
    ];
    for (const page of html) {
      expect(page).not.toMatch(/<script|"onload/);
      expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;');
    }
  });

  it('is one line: it starts neither a header nor a row of the receipt', () => {
    const { subject, text } = render('request-created', {
      member: 'user:ana\r\nBcc: all@example.org',
      reason: 'Because\nCredits:   9,999\u2028Request: req_2\u202E',
    });
    expect(subject).toBe('acme: ana Bcc: all@example.org asks for 500 credits');
    expect(text).toMatch(/^Reason: +Because Credits: 9,999 Request: req_2$/m);
  });
});

describe('a fact and a template that have come apart', () => {
  it.each<[string, NoticeData]>([
    ['balance-low', { balance: undefined }],
    ['balance-low', { balance: 12.5 }],
    ['balance-low', { balance: '1e3' }],
    ['purchase-paid', { total: null }],
    ['purchase-paid', { total: { amount: 12.5, currency: 'usd' } }],
    ['purchase-paid', { total: { amount: 100 } }],
    ['purchase-paid', { settled_at: null }],
    ['purchase-paid', { settled_at: 'yesterday' }],
    ['credits-expiring', { days: '7' }],
  ])('%s with %o is an error, never a mail with a hole', (kind, changes) => {
    expect(() => render(kind, changes)).toThrow(/come apart/);
  });
});
