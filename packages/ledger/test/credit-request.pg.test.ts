import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bare, grantOf, openWorlds, type World } from './outcome-world.ts';
import { suspendMember } from '../src/reads.ts';
import { credits, micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

type Line = [string, (world: World) => Promise<string>, string];

const askOf = (w: World, member: string) =>
  ({ type: 'credit_request', organization: w.acme, member, amount: micro(20) }) as const;
const approvalOf = (request: string, whole?: number) => ({
  type: 'credit_request_approval' as const,
  request,
  ...(whole === undefined ? {} : { amount: micro(whole) }),
});
const rejectionOf = (request: string) => ({ type: 'credit_request_rejection' as const, request });
const cancelOf = (request: string) => ({ type: 'credit_request_cancellation' as const, request });

test.each<Line>([
  ['by a member', (w) => w.outcome(askOf(w, w.ben)), 'applied'],
  ['by a suspended member', (w) => w.outcome(askOf(w, w.dan)), 'rejected: member_suspended'],
  ['by somebody who was removed', (w) => w.outcome(askOf(w, w.eve)), 'rejected: not_a_member'],
  ['by a stranger', (w) => w.outcome(askOf(w, w.zoe)), 'rejected: not_a_member'],
  [
    'while another waits',
    async (w) => {
      await w.request(w.ben, 5);
      return w.outcome(askOf(w, w.ben));
    },
    'rejected: request_already_pending',
  ],
  [
    'after another was decided',
    async (w) => {
      await w.outcome(rejectionOf(await w.request(w.ben, 5)));
      return w.outcome(askOf(w, w.ben));
    },
    'applied',
  ],
  [
    'again under its key',
    async (w) => {
      const head = newHead();
      await w.outcome(askOf(w, w.ben), head);
      return w.outcome(askOf(w, w.ben), head);
    },
    'replayed',
  ],
  [
    'under a key that asked for another',
    async (w) => {
      const head = newHead();
      await w.outcome(askOf(w, w.ben), head);
      return w.outcome(askOf(w, w.ana), { ...head, hash: randomUUID() });
    },
    'conflict',
  ],
])('request: %s', async (_, act, outcome) => {
  expect(await act(await worlds.newWorld())).toBe(outcome);
});

test.each<Line>([
  ['all of it', async (w) => w.outcome(approvalOf(await w.request(w.ben, 20))), 'applied'],
  ['less of it', async (w) => w.outcome(approvalOf(await w.request(w.ben, 20), 5)), 'applied'],
  [
    'more than it',
    async (w) => w.outcome(approvalOf(await w.request(w.ben, 20), 21)),
    'rejected: amount_exceeds_request',
  ],
  [
    'more than there is',
    async (w) => w.outcome(approvalOf(await w.request(w.ben, 101))),
    'rejected: insufficient_credits',
  ],
  [
    'for a wallet that is full',
    async (w) => {
      for (let times = 0; times < 4; times += 1) {
        await w.outcome(grantOf(w.ben, '999999999999999999'));
      }
      return w.outcome(approvalOf(await w.request(w.ben, 20)));
    },
    'rejected: balance_limit_reached',
  ],
  [
    'of somebody suspended meanwhile',
    async (w) => {
      const request = await w.request(w.ben, 20);
      const organization = bare(w.acme);
      await suspendMember(worlds.database.db, { organization, user: bare(w.ben) });
      return w.outcome(approvalOf(request));
    },
    'rejected: member_suspended',
  ],
  [
    'of somebody removed meanwhile',
    async (w) => {
      const request = await w.request(w.ben, 20);
      await w.outcome({ type: 'member_removal', organization: w.acme, member: w.ben });
      return w.outcome(approvalOf(request));
    },
    'rejected: request_not_pending',
  ],
  [
    'twice',
    async (w) => {
      const request = await w.request(w.ben, 20);
      await w.outcome(approvalOf(request));
      return w.outcome(approvalOf(request));
    },
    'rejected: request_not_pending',
  ],
  ['one that never was', (w) => w.outcome(approvalOf(randomUUID())), 'rejected: not_found'],
])('approval: %s', async (_, act, outcome) => {
  expect(await act(await worlds.newWorld())).toBe(outcome);
});

test.each<Line>([
  ['rejecting it', async (w) => w.outcome(rejectionOf(await w.request(w.ben, 20))), 'applied'],
  ['taking it back', async (w) => w.outcome(cancelOf(await w.request(w.ben, 20))), 'applied'],
  [
    'rejecting it after it was taken back',
    async (w) => {
      const request = await w.request(w.ben, 20);
      await w.outcome(cancelOf(request));
      return w.outcome(rejectionOf(request));
    },
    'rejected: request_not_pending',
  ],
  [
    'taking it back after it was approved',
    async (w) => {
      const request = await w.request(w.ben, 20);
      await w.outcome(approvalOf(request));
      return w.outcome(cancelOf(request));
    },
    'rejected: request_not_pending',
  ],
  [
    'rejecting one that never was',
    (w) => w.outcome(rejectionOf(randomUUID())),
    'rejected: not_found',
  ],
])('decision: %s', async (_, act, outcome) => {
  expect(await act(await worlds.newWorld())).toBe(outcome);
});

test('a refused approval leaves the request pending and moves nothing', async () => {
  const world = await worlds.newWorld();
  const request = await world.request(world.ben, 101);
  await world.outcome(approvalOf(request));
  expect(await world.balance(world.ben)).toMatchObject({ credits: 0n });
  expect(await world.outcome(approvalOf(request, 100))).toBe('applied');
  expect(await world.balance(world.ben)).toMatchObject({ credits: credits(100) });
});
