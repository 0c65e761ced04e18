import { describe, expect, it } from 'vitest';
import { renderNotice } from '../src/index.ts';
import { brand, facts, render } from './notice-facts.ts';

describe('who is meant', () => {
  const names = { 'org:acme': 'Acme Ltd', 'user:ana': 'Ana Lee' };

  it('is said by name where there is one, and by id where there is none', () => {
    const { subject, text } = render('request-created', { names });
    expect(subject).toBe('Acme Ltd: Ana Lee asks for 500 credits');
    expect(text).toContain('Ana Lee asks Acme Ltd for 500 credits.');
    expect(text).not.toMatch(/org:|user:|acme/);
    expect(render('request-created', { names: { 'org:acme': ' ' } }).text).toContain(
      'ana asks acme',
    );
  });

  it('decides why a mail is sent: for a pool, or for a wallet of their own', () => {
    expect(render('balance-low', { wallet: 'org:acme', names }).text).toContain(
      'because you look after the credits of Acme Ltd at Bursar',
    );
    expect(render('balance-low').text).toContain('because of your wallet at Bursar');
  });

  it('can end mail by a link in both parts, where it may end', () => {
    const unsubscribeUrl = 'https://bursar.example/unsubscribe/x.y';
    const { text, html } = renderNotice(
      'balance-low',
      facts['balance-low'] ?? {},
      { name: null, unsubscribeUrl },
      brand,
    );
    expect(text).toContain(`Stop mail like this: ${unsubscribeUrl}`);
    expect(html).toContain(`href="${unsubscribeUrl}"`);
    expect(render('balance-low').text).not.toContain('Stop mail');
  });
});
