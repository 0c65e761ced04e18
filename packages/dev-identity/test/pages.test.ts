import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { choosePage, contentSecurityPolicy, signOutPage } from '../src/pages.ts';

const hashOf = (page: string, tag: string): string => {
  const text = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? '';
  expect(text).not.toBe('');
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
};

describe('the policy of the development provider', () => {
  const policy = contentSecurityPolicy([]);

  test('lets its pages look as they were meant to', () => {
    expect(policy).toContain(`style-src ${hashOf(choosePage('/choose', []), 'style')}`);
  });

  test('lets signing out go on by itself', () => {
    expect(policy).toContain(`script-src ${hashOf(signOutPage('<form></form>'), 'script')}`);
  });
});
