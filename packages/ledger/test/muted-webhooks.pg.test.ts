import { afterAll, beforeAll, expect, test } from 'vitest';
import { relayFacts } from '../src/operations.ts';
import {
  createWebhook,
  muteNotices,
  muteWebhooks,
  readMutedNotices,
  readMutedWebhooks,
  replayWebhookRange,
  type Database,
} from '../src/reads.ts';
import { bare, openWorlds, type World } from './outcome-world.ts';
import { micro } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
let ingress: Database;
beforeAll(async () => {
  worlds = await openWorlds();
  ingress = worlds.database.connect('bursar_ingress');
});
afterAll(() => worlds.close());

async function endpoint(owner: string | null, eventTypes = ['*']): Promise<string> {
  const made = await createWebhook(ingress, {
    owner,
    url: 'https://hooks.example/',
    description: null,
    eventTypes,
    secret: Buffer.from('secret'),
    most: 100,
  });
  if (!made.ok) throw new Error(made.refusal);
  return made.id;
}

/** The types that were written for an endpoint once all facts are handed on. */
async function heard(w: World, id: string): Promise<string[]> {
  while ((await relayFacts(w.worker, () => Promise.resolve())) > 0);
  const rows = await w.worker<{ type: string }[]>`
    select d.type from bursar.webhook_deliveries d where d.endpoint_id = ${id} order by d.id`;
  return rows.map(({ type }) => type);
}

const send = (w: World) =>
  w.apply({ type: 'transfer', from: w.acme, to: w.ben, amount: micro(1), unrestricted: false });

test('a kind that is switched off reaches no endpoint of that wallet, whatever it chose', async () => {
  const w = await worlds.newWorld();
  const [all, chosen] = [await endpoint(w.ben), await endpoint(w.ben, ['credits.received'])];
  const operators = await endpoint(null, ['credits.received']);
  await muteNotices(ingress, bare(w.ben), [
    { kind: 'credits-received', channel: 'webhook', muted: true },
  ]);
  await send(w);
  expect([await heard(w, all), await heard(w, chosen)]).toEqual([[], []]);
  // An endpoint for every wallet is nobody's to switch off.
  expect(await heard(w, operators)).toEqual(['credits.received']);
  await muteWebhooks(ingress, w.ben, [{ kind: 'credits-received', muted: false }]);
  await send(w);
  expect([await heard(w, all), await heard(w, chosen)]).toEqual([
    ['credits.received'],
    ['credits.received'],
  ]);
});

test('what endpoints chose stays: switched on, they hear no more than that', async () => {
  const w = await worlds.newWorld();
  const narrow = await endpoint(w.ben, ['balance.low']);
  await muteWebhooks(ingress, w.ben, [{ kind: 'credits-received', muted: false }]);
  await send(w);
  expect(await heard(w, narrow)).toEqual([]);
});

test('a person and their organization choose apart, and mail is another matter', async () => {
  const w = await worlds.newWorld();
  const [own, pools] = [await endpoint(w.ben), await endpoint(w.acme)];
  await muteWebhooks(ingress, w.acme, [{ kind: 'credits-taken-back', muted: true }]);
  const given = await w.idFrom(
    'alc',
    { type: 'allocation', from: w.acme, recipients: [w.ben], amount_per_recipient: micro(3) },
    'allocation',
    'id',
  );
  await w.outcome({ type: 'allocation_undo', allocation: given });
  expect(await heard(w, own)).toContain('credits.taken_back');
  expect(await heard(w, pools)).not.toContain('credits.taken_back');
  expect(await heard(w, pools)).toContain('credits.recalled');
  expect(await readMutedWebhooks(ingress, w.acme)).toEqual(['credits-taken-back']);
  expect(await readMutedNotices(ingress, bare(w.ben))).toEqual([]);
  expect(await muteWebhooks(ingress, 'org:nobody', [])).toBe(false);
});

test('what was switched off is not sent by a replay, and holds up nothing that is', async () => {
  const w = await worlds.newWorld();
  const hook = await endpoint(w.ben);
  await worlds.database.db`
    update bursar.webhook_endpoints set status = 'disabled', disabled_reason = 'asked' where id = ${hook}`;
  await muteWebhooks(ingress, w.ben, [{ kind: 'credits-received', muted: true }]);
  for (let n = 0; n < 3; n += 1) await send(w);
  await w.charge({ wallet: w.ben, whole: 10 });
  await heard(w, hook);
  await worlds.database.db`
    update bursar.webhook_endpoints set status = 'enabled', disabled_reason = null where id = ${hook}`;
  const range = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 3_600_000) };
  await replayWebhookRange(ingress, { endpoint: hook, ...range, delivered: false, limit: 2 });
  const types = await heard(w, hook);
  expect(types.length).toBeGreaterThan(0);
  expect(types).not.toContain('credits.received');
});
