import { afterAll, beforeAll, expect, it } from 'vitest';
import { grant, newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

describeOnBackends('what can be read', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend });
  });
  afterAll(() => system.stop());

  const charge = (wallet: string, amount: string, more: object = {}) =>
    system.api.run('/v1/charges', { wallet, amount, product: 'render', ...more });
  const transactions = async (wallet: string, query = '') =>
    (await system.api.get(`/v1/wallets/${wallet}/transactions${query}`)).body;

  it('pages neither repeat nor lose anything while the wallet is busy', async () => {
    const ana = await newUser(system.api);
    await grant(system.api, ana, '1000');
    for (let count = 1; count <= 12; count += 1) await charge(ana, String(count));
    const before = (await transactions(ana, '?limit=100')).data;
    const seen: { id: string }[] = [];
    let cursor: string | null = null;
    do {
      const page = await transactions(
        ana,
        `?limit=5${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      expect(page.data.length).toBeLessThanOrEqual(5);
      seen.push(...page.data);
      cursor = page.next_cursor;
      expect(page.has_more).toBe(cursor !== null);
      await charge(ana, '1', { description: 'Meanwhile' });
    } while (cursor !== null);
    expect(seen).toEqual(before);
    expect(before).toHaveLength(13);
    expect((await transactions(ana, '?limit=5&cursor=forged')).code).toBe('invalid_request');
  });

  it('balances chain from the first transaction to the last', async () => {
    const ana = await newUser(system.api);
    await grant(system.api, ana, '10');
    for (const amount of ['4', '9', '0.5']) await charge(ana, amount);
    await grant(system.api, ana, '2');
    const { data } = await transactions(ana);
    expect(data).toMatchObject([
      { kind: 'grant', amount: '2', balance_after: '0', owed_after: '1.5' },
      { kind: 'charge', amount: '-0.5', balance_after: '0', owed_after: '3.5' },
      { kind: 'charge', amount: '-9', balance_after: '0', owed_after: '3' },
      { kind: 'charge', amount: '-4', balance_after: '6', owed_after: '0' },
      { kind: 'grant', amount: '10', balance_after: '10', owed_after: '0' },
    ]);
    expect((await transactions(ana, '?kind=grant')).data).toHaveLength(2);
  });

  it('the CSV has the rows of the list, and no cell runs as a formula', async () => {
    const ana = await newUser(system.api);
    await grant(system.api, ana, '100');
    const evil = ['=HYPERLINK("http://x.test","y")', '+1', '-1', '@SUM(A1)', '\t=1', 'a,"b"\nc'];
    for (const description of evil) await charge(ana, '1', { description });
    const answered = await system.api.get(`/v1/wallets/${ana}/transactions.csv`);
    expect(answered.headers.get('Content-Type')).toMatch(/^text\/csv/);
    const [header = [], ...rows] = parseCsv(answered.text);
    const { data } = await transactions(ana);
    expect(rows).toHaveLength(data.length);
    for (const [index, row] of rows.entries()) {
      const cells = Object.fromEntries(header.map((name, at) => [name, row[at]]));
      const { id, amount, balance_after, description } = data[index];
      expect(cells).toMatchObject({ id, amount, balance_after });
      expect(cells['description']?.replace(/^'/, '')).toBe(description ?? '');
      expect(cells['description']).not.toMatch(/^[=+\-@\t]/);
    }
  });

  it('a wallet tells its credits apart', async () => {
    const ana = await newUser(system.api);
    await grant(system.api, ana, '10', { expires_at: inDays(10) });
    await grant(system.api, ana, '20', { expires_at: inDays(5), kind: 'subscription' });
    await grant(system.api, ana, '30');
    await grant(system.api, ana, '99', { effective_at: inDays(1) });
    await system.api.run('/v1/holds', { wallet: ana, amount: '25', product: 'render' });
    const wallet = await system.api.wallet(ana);
    expect(wallet).toMatchObject({
      balance: '60',
      held: '25',
      frozen: '0',
      available: '35',
      owed: '0',
      by_kind: { promotional: '40', subscription: '20' },
    });
    // What a hold has pinned does not expire.
    expect(wallet.expiring.map(({ amount }: { amount: string }) => amount)).toEqual(['5']);
    const { body } = await system.api.get(`/v1/wallets/${ana}/lots`);
    const states = body.data.map(({ state }: { state: string }) => state);
    expect(states.filter((state: string) => state === 'upcoming')).toHaveLength(1);
  });

  it('the service says what it is and whether it is ready', async () => {
    expect((await system.api.get('/readyz', { apiKey: null })).status).toBe(200);
    expect((await system.api.get('/livez', { apiKey: null })).status).toBe(200);
    const { body } = await system.api.get('/openapi.json', { apiKey: null });
    expect(body.openapi).toMatch(/^3\.1/);
    expect(Object.keys(body.paths)).toContain('/v1/charges');
  });
});

/** RFC 4180, as a spreadsheet reads it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g,
  )) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  return rows.filter((row) => row.length > 1);
}
