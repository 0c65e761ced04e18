import type { PastLife, Spent } from './past-life.ts';

/** Of Monday to Sunday. */
const RHYTHM = [1, 1.2, 1.25, 1.1, 0.75, 0.12, 0.06];
const HOURS = [9.6, 13.2, 17.1];
const MICRO_PER_HUNDREDTH = 10_000n;
/** Nobody is charged into debt here. */
const LEFT_MIN = 15;

/** Who uses how many credits on an ordinary day, and what share of it each product takes. */
const HABITS = [
  {
    id: 'ana',
    daily: 46,
    products: { notebooks: 0.6, 'ai-gateway': 0.3, 'tool-marketplace': 0.1 },
  },
  {
    id: 'ben',
    daily: 22,
    products: { notebooks: 0.2, 'ai-gateway': 0.5, 'tool-marketplace': 0.3 },
  },
  {
    id: 'chloe',
    daily: 24,
    products: { notebooks: 0.1, 'ai-gateway': 0.8, 'tool-marketplace': 0.1 },
  },
  {
    id: 'dev',
    daily: 19,
    products: { notebooks: 0.8, 'ai-gateway': 0.1, 'tool-marketplace': 0.1 },
  },
  {
    id: 'emma',
    daily: 19,
    products: { notebooks: 0.5, 'ai-gateway': 0.2, 'tool-marketplace': 0.3 },
  },
] as const;

export type Product = keyof (typeof HABITS)[number]['products'];

const DESCRIPTIONS: Record<Product, readonly string[]> = {
  notebooks: ['Notebook run, 2 CPUs', 'Notebook run, 8 CPUs', 'Scheduled notebook'],
  'ai-gateway': ['Chat completions', 'Embeddings of a data set', 'Batch inference'],
  'tool-marketplace': ['Citation finder', 'Table extraction', 'Speech to text'],
};

/** The past of each installation is the same but for the days of the week: an ordinary generator (mulberry32). */
export function createChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Day {
  /** From 0. */
  number: number;
  /** Its midnight, UTC. */
  starts: Date;
}

/** Which product's key a charge is made with. */
export type Keys = Readonly<Record<Product, string>>;

/** A day's usage: busy in the middle of the week, almost none at its end, a little more each month. */
export async function spendDay(
  life: PastLife,
  day: Day,
  {
    keys,
    chance,
    away,
    until,
  }: {
    keys: Keys;
    chance: () => number;
    /** Who does not work today. */
    away: readonly string[];
    until: Date;
  },
): Promise<void> {
  const busy = (RHYTHM[(day.starts.getUTCDay() + 6) % 7] ?? 1) * (0.75 + day.number / 180);
  for (const hour of HOURS) {
    const at = new Date(day.starts.getTime() + (hour + chance() * 1.5) * 3_600_000);
    if (at > until) return;
    await life.moveTo(at);
    const left = await creditsLeft(life);
    const spent = HABITS.filter(({ id }) => !away.includes(id)).flatMap((habit): Spent[] => {
      if (chance() > Math.min(busy, 0.9)) return [];
      const product = pickProduct(habit.products, chance());
      const whole = habit.daily * Math.max(busy, 0.4) * (0.15 + chance() * 0.5);
      const hundredths = Math.max(5, Math.round(whole * 100));
      if ((left.get(habit.id) ?? 0) < hundredths / 100 + LEFT_MIN) return [];
      const descriptions = DESCRIPTIONS[product];
      return [
        {
          wallet: `user:${habit.id}`,
          amount: (BigInt(hundredths) * MICRO_PER_HUNDREDTH).toString(),
          product,
          description: descriptions[Math.floor(chance() * descriptions.length)] ?? product,
          actor: keys[product],
          // The marketplace is billed to the team, whose budget counts it.
          ...(product === 'tool-marketplace' && { on_behalf_of: 'org:acme' as const }),
        },
      ];
    });
    await life.charge(hour === HOURS[0] ? [...spent, nightly(keys, chance)] : spent);
  }
}

/** What runs every night, whether anybody works or not, and is paid by the pool. */
const nightly = (keys: Keys, chance: () => number): Spent => ({
  wallet: 'org:acme',
  amount: (BigInt(Math.round(3_200 + chance() * 900)) * MICRO_PER_HUNDREDTH).toString(),
  product: 'notebooks',
  description: 'Nightly evaluation of all models',
  actor: keys.notebooks,
});

/** Whole credits, by person. */
async function creditsLeft(life: PastLife): Promise<Map<string, number>> {
  const rows = await life.db<{ id: string; left: number }[]>`
    select substr(w.owner, 6) as id, ((w.credits - w.held) / 1000000)::integer as left
    from bursar.wallets w where w.owner like 'user:%'`;
  return new Map(rows.map(({ id, left }) => [id, left]));
}

function pickProduct(shares: Readonly<Record<Product, number>>, chance: number): Product {
  let upto = 0;
  for (const product of ['notebooks', 'ai-gateway'] as const) {
    upto += shares[product];
    if (chance < upto) return product;
  }
  return 'tool-marketplace';
}
