export interface HotWallets {
  /** Counts a charge of this wallet and tells whether the wallet takes far more than its share. */
  count: (wallet: string) => boolean;
}

const WINDOW_MS = 1_000;
/** Fewer charges than this in a window disturb nobody. */
const CHARGES_MIN = 50;
/** A wallet with more than this share of a window's charges is hot. */
const SHARE_MIN = 1 / 20;
/** Beyond this many wallets in one window none of the further ones can be hot. */
const WALLETS_MAX = 20_000;

/** Finds the wallets whose charges would keep those of others waiting, from second to second. */
export function createHotWallets(now: () => number = () => performance.now()): HotWallets {
  let counts = new Map<string, number>();
  let total = 0;
  /** Those of the window before stay hot while they fill the next one. */
  let hotBefore = new Set<string>();
  let endsAt = now() + WINDOW_MS;

  const isHot = (count: number): boolean => count >= CHARGES_MIN && count >= total * SHARE_MIN;

  function turnOver(): void {
    const isStale = now() > endsAt + WINDOW_MS;
    hotBefore = new Set(
      isStale ? [] : [...counts].filter(([, count]) => isHot(count)).map(([wallet]) => wallet),
    );
    counts = new Map();
    total = 0;
    endsAt = now() + WINDOW_MS;
  }

  return {
    count(wallet) {
      if (now() >= endsAt) turnOver();
      total += 1;
      const count = (counts.get(wallet) ?? 0) + 1;
      if (count > 1 || counts.size < WALLETS_MAX) counts.set(wallet, count);
      return hotBefore.has(wallet) || isHot(count);
    },
  };
}
