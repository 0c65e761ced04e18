import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followWallet, type WalletFollower } from '../src/api/follow-wallet.ts';

/** What a browser gives to follow a stream with; the test says what comes over it. */
class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static opened: Stream[] = [];
  readyState = 1;
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = url;
    Stream.opened.push(this);
  }
  close(): void {
    this.readyState = Stream.CLOSED;
  }
  says(event: string, data: unknown = {}): void {
    this.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }));
  }
}

const news = {
  liveness: vi.fn<(liveness: string) => void>(),
  balance: vi.fn<(wallet: unknown) => void>(),
  opened: vi.fn<() => void>(),
  anew: vi.fn<() => void>(),
  tryAgain: vi.fn<() => void>(),
};
const isNow = (): unknown => news.liveness.mock.lastCall?.[0];
const latest = (): Stream => {
  const stream = Stream.opened.at(-1);
  if (stream === undefined) throw new Error('Nothing follows the wallet.');
  return stream;
};

let follower: WalletFollower;
beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  Stream.opened = [];
  vi.stubGlobal('EventSource', Stream);
  follower = followWallet('user:ana', news);
  follower.follow();
});
afterEach(() => {
  follower.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('is live while the other side says that it looks, and stale when two signs were missed', () => {
  latest().says('balance', { available: '5' });
  expect(news.balance).toHaveBeenCalledWith({ available: '5' });
  for (let beats = 0; beats < 6; beats += 1) {
    vi.advanceTimersByTime(10_000);
    latest().says('beat');
  }
  expect(isNow()).toBe('live');
  expect(Stream.opened).toHaveLength(1);
  vi.advanceTimersByTime(24_999);
  expect(isNow()).toBe('live');
  vi.advanceTimersByTime(1);
  expect(isNow()).toBe('stale');
});

it('leaves a silent stream for another one, and is live again when that one speaks', () => {
  const silent = latest();
  silent.says('balance');
  vi.advanceTimersByTime(25_000);
  expect(silent.readyState).toBe(Stream.CLOSED);
  expect(Stream.opened).toHaveLength(2);
  vi.advanceTimersByTime(25_000);
  expect(isNow()).toBe('stale');
  expect(Stream.opened).toHaveLength(3);
  latest().says('beat');
  expect(isNow()).toBe('live');
});

it('does not take a connection that opened for one over which something was said', () => {
  latest().says('open');
  expect(news.opened).toHaveBeenCalledTimes(1);
  expect(isNow()).toBeUndefined();
  vi.advanceTimersByTime(25_000);
  expect(isNow()).toBe('stale');
});

it('overlooks a short interruption, and comes back by itself after a refusal', () => {
  latest().says('balance');
  latest().says('error');
  vi.advanceTimersByTime(3_000);
  latest().says('balance');
  vi.advanceTimersByTime(10_000);
  expect(isNow()).toBe('live');
  latest().close();
  latest().says('error');
  vi.advanceTimersByTime(4_000);
  expect(isNow()).toBe('stale');
  expect(Stream.opened).toHaveLength(1);
  vi.advanceTimersByTime(6_000);
  expect(Stream.opened).toHaveLength(2);
});

it('renews lists at most every two seconds and previews at most every ten', () => {
  latest().says('balance');
  for (let count = 0; count < 100; count += 1) {
    latest().says('transaction');
    vi.advanceTimersByTime(100);
  }
  expect(news.anew).toHaveBeenCalledTimes(6);
  expect(news.tryAgain).toHaveBeenCalledTimes(2);
});

it('says nothing while it rests, and follows again afterwards', () => {
  latest().says('balance');
  follower.rest();
  expect(latest().readyState).toBe(Stream.CLOSED);
  vi.advanceTimersByTime(60_000);
  expect(isNow()).toBe('live');
  expect(Stream.opened).toHaveLength(1);
  follower.follow();
  follower.follow();
  expect(Stream.opened).toHaveLength(2);
  expect(latest().url).toBe('/v1/wallets/user:ana/events');
});
