import { expect, it } from 'vitest';
import { createHotWallets } from '../src/overload/hot-wallets.ts';

const clocked = () => {
  let nowMs = 0;
  const wallets = createHotWallets(() => nowMs);
  return {
    count: wallets.count,
    /** How many of so many charges of this wallet counted as hot. */
    send: (wallet: string, times: number): number =>
      Array.from({ length: times }, () => wallets.count(wallet)).filter(Boolean).length,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
};

it('calls no wallet hot that sends little, even when it is alone', () => {
  const { send, pass } = clocked();
  for (let second = 0; second < 5; second += 1) {
    expect(send('user:ana', 49)).toBe(0);
    pass(1_000);
  }
});

it('calls a wallet hot from its fiftieth charge in a second on, and in the next second at once', () => {
  const { send, pass } = clocked();
  expect(send('user:hot', 500)).toBe(451);
  expect(send('user:ana', 20)).toBe(0);
  pass(1_000);
  expect(send('user:hot', 10)).toBe(10);
});

it('forgets that a wallet was hot when it calms down or falls silent', () => {
  const { send, pass } = clocked();
  send('user:hot', 500);
  pass(1_000);
  send('user:hot', 10);
  pass(1_000);
  expect(send('user:hot', 10)).toBe(0);
  send('user:hot', 500);
  pass(60_000);
  expect(send('user:hot', 10)).toBe(0);
});

it('calls nobody hot where many send alike, however much', () => {
  const { send } = clocked();
  let hot = 0;
  for (let round = 0; round < 500; round += 1) {
    for (let wallet = 0; wallet < 40; wallet += 1) hot += send(`user:${wallet}`, 1);
  }
  expect(hot).toBe(0);
});
