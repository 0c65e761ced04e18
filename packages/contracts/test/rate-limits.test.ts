import { expect, test } from 'vitest';
import { parseRateLimit, RateLimitBody } from '../src/index.ts';

test('a limit is so many in so many seconds, or none', () => {
  expect(parseRateLimit('600/60s')).toEqual({ points: 600, seconds: 60 });
  expect(parseRateLimit('1/86400s')).toEqual({ points: 1, seconds: 86_400 });
  expect(parseRateLimit('off')).toBeNull();
});

test.each(['', '600', '600/60', '0/60s', '600/0s', '1/86401s', '-1/1s', '1.5/1s', 'OFF', ' 1/1s'])(
  '%j is no limit',
  (text) => {
    expect(parseRateLimit(text)).toBeUndefined();
    expect(RateLimitBody.safeParse({ writes: text }).success).toBe(false);
  },
);

test('what is left out of a key’s limits stays left out', () => {
  expect(RateLimitBody.parse({ burst: '5/1s' })).toEqual({ burst: '5/1s' });
  expect(RateLimitBody.safeParse({ bursts: '5/1s' }).success).toBe(false);
});
