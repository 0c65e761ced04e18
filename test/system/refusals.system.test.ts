import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grant, newOrganization, newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import type { Answered, CallOptions } from '../harness/system-api.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

interface Scene {
  system: WholeSystem;
  ana: string;
  org: string;
  owner: string;
  member: string;
  suspended: string;
  stranger: string;
  productKey: string;
  charge: string;
}

type Attempt = (scene: Scene) => Promise<Answered>;

const post =
  (
    path: string,
    body: (scene: Scene) => object,
    options?: (scene: Scene) => CallOptions,
  ): Attempt =>
  (scene) =>
    scene.system.api.post(path, body(scene), options?.(scene));
const charge = (change: object): Attempt =>
  post('/v1/charges', ({ ana }) => ({ wallet: ana, amount: '1', product: 'x', ...change }));
const allocate = (recipients: (scene: Scene) => unknown, amount = '1', kind?: string): Attempt =>
  post('/v1/allocations', (scene) => ({
    from: scene.org,
    recipients: recipients(scene),
    amount_per_recipient: amount,
    ...(kind !== undefined && { kind }),
  }));
const buy = (body: object): Attempt =>
  post('/v1/purchases', ({ ana }) => ({ wallet: ana, ...body }));

/** What is refused, with which status and code, and what else the problem says. */
const REFUSALS: readonly [string, Attempt, number, string, object?][] = [
  [
    'no key',
    ({ system }) => system.api.get('/v1/wallets/user:x', { apiKey: null }),
    401,
    'unauthenticated',
  ],
  [
    'a wrong key',
    ({ system }) => system.api.get('/v1/wallets/user:x', { apiKey: 'bsk_no' }),
    401,
    'unauthenticated',
  ],
  [
    'a body that is no JSON',
    ({ system }) => system.api.post('/v1/charges', '{'),
    400,
    'invalid_request',
  ],
  [
    'an unknown field',
    charge({ amuont: '1' }),
    400,
    'invalid_request',
    { errors: [{ message: expect.any(String) }] },
  ],
  [
    'a missing field',
    charge({ product: undefined }),
    400,
    'invalid_request',
    { errors: [{ pointer: '/product' }] },
  ],
  [
    'a nonsense wallet',
    charge({ wallet: 'ana' }),
    400,
    'invalid_request',
    { errors: [{ pointer: '/wallet' }] },
  ],
  [
    'too precise an amount',
    charge({ amount: '0.0000001' }),
    422,
    'invalid_amount',
    { errors: [{ pointer: '/amount' }] },
  ],
  ['zero', charge({ amount: 0 }), 422, 'invalid_amount'],
  ['a negative amount', charge({ amount: '-1' }), 422, 'invalid_amount'],
  ['a fraction as a number', charge({ amount: 1.5 }), 422, 'invalid_amount'],
  ['an amount beyond all bounds', charge({ amount: '1000000000000' }), 422, 'invalid_amount'],
  ['an exponent', charge({ amount: '1e3' }), 422, 'invalid_amount'],
  ['a charge to nobody', charge({ wallet: 'user:nobody-at-all' }), 404, 'wallet_not_found'],
  [
    'a charge for no member',
    post('/v1/charges', ({ stranger, org }) => ({
      wallet: stranger,
      amount: '1',
      product: 'x',
      on_behalf_of: org,
    })),
    422,
    'not_a_member',
  ],
  [
    'a charge for a suspended member',
    post('/v1/charges', ({ suspended, org }) => ({
      wallet: suspended,
      amount: '1',
      product: 'x',
      on_behalf_of: org,
    })),
    409,
    'member_suspended',
  ],
  [
    'a charge beyond the overdraft',
    post('/v1/charges', ({ member }) => ({ wallet: member, amount: '5', product: 'x' })),
    409,
    'insufficient_credits',
    { required: '5', available: '0' },
  ],
  [
    'more reversed than charged',
    (scene) =>
      scene.system.api.post(`/v1/charges/${scene.charge}/reverse`, { amount: '2', reason: 'x' }),
    409,
    'reversal_exceeds_charge',
  ],
  [
    'a reversal of nothing',
    post('/v1/charges/txn_00000000000000000000000000/reverse', () => ({ reason: 'x' })),
    404,
    'not_found',
  ],
  [
    'a hold beyond what is there',
    post('/v1/holds', ({ ana }) => ({ wallet: ana, amount: '1000', product: 'x' })),
    409,
    'insufficient_credits',
    { required: '1000' },
  ],
  [
    'a capture of nothing',
    post('/v1/holds/hold_00000000000000000000000000/capture', () => ({})),
    404,
    'not_found',
  ],
  [
    'a transfer beyond the pool',
    post('/v1/transfers', ({ org, member }) => ({ from: org, to: member, amount: '101' })),
    409,
    'insufficient_credits',
    { required: '101', available: '100' },
  ],
  [
    'a transfer of a kind that is not there',
    post('/v1/transfers', ({ org, member }) => ({
      from: org,
      to: member,
      amount: '1',
      kind: 'purchased',
    })),
    409,
    'lot_kind_unavailable',
  ],
  [
    'a transfer to a stranger',
    post(
      '/v1/transfers',
      ({ org, stranger }) => ({ from: org, to: stranger, amount: '1' }),
      ({ owner }) => ({ actAs: owner }),
    ),
    422,
    'not_a_member',
  ],
  [
    'a transfer from person to person',
    post(
      '/v1/transfers',
      ({ ana, member }) => ({ from: member, to: ana, amount: '1' }),
      ({ member }) => ({ actAs: member }),
    ),
    403,
    'forbidden',
  ],
  [
    'an allocation beyond the pool',
    allocate(({ owner, member }) => [owner, member], '51'),
    409,
    'insufficient_credits',
    { required: '102', available: '100' },
  ],
  [
    'an allocation to somebody twice',
    allocate(({ member }) => [member, member]),
    422,
    'duplicate_recipient',
  ],
  [
    'an allocation to a stranger',
    allocate(({ member, stranger }) => [member, stranger]),
    422,
    'not_a_member',
  ],
  [
    'an allocation to a suspended member',
    allocate(({ suspended }) => [suspended]),
    409,
    'member_suspended',
  ],
  [
    'an allocation of a kind that is not there',
    allocate(({ member }) => [member], '1', 'purchased'),
    409,
    'lot_kind_unavailable',
  ],
  [
    'a request by a suspended member',
    post(
      '/v1/credit-requests',
      ({ org }) => ({ organization: org, amount: '1' }),
      ({ suspended }) => ({ actAs: suspended }),
    ),
    409,
    'member_suspended',
  ],
  [
    'a request by a stranger',
    post(
      '/v1/credit-requests',
      ({ org }) => ({ organization: org, amount: '1' }),
      ({ stranger }) => ({ actAs: stranger }),
    ),
    404,
    'not_found',
  ],
  [
    'a purchase that is too small',
    buy({ price: { amount: 1, currency: 'usd' } }),
    422,
    'purchase_too_small',
  ],
  [
    'a purchase that is too large',
    buy({ price: { amount: 99_999_999, currency: 'usd' } }),
    422,
    'purchase_too_large',
  ],
  [
    'a purchase in another currency',
    buy({ price: { amount: 5000, currency: 'eur' } }),
    400,
    'invalid_request',
  ],
  ['a purchase of two things', buy({ pack: 'pro', credits: '5' }), 400, 'invalid_request'],
  ['an unknown code', buy({ pack: 'pro', promotion_code: 'NOPE' }), 422, 'promotion_invalid'],
  [
    'a purchase for nobody',
    post('/v1/purchases', () => ({ wallet: 'user:nobody-at-all', pack: 'pro' })),
    404,
    'wallet_not_found',
  ],
  [
    'a purchase for somebody else',
    post(
      '/v1/purchases',
      ({ ana }) => ({ wallet: ana, pack: 'pro' }),
      ({ stranger }) => ({ actAs: stranger }),
    ),
    404,
    'not_found',
  ],
  [
    'a grant with a product key',
    post(
      '/v1/grants',
      ({ ana }) => ({ wallet: ana, amount: '1', kind: 'promotional', reason: 'x' }),
      ({ productKey }) => ({ apiKey: productKey }),
    ),
    403,
    'forbidden',
  ],
  [
    'a charge by a person',
    post(
      '/v1/charges',
      ({ ana }) => ({ wallet: ana, amount: '1', product: 'x' }),
      ({ ana }) => ({ actAs: ana }),
    ),
    403,
    'forbidden',
  ],
  [
    'another’s wallet',
    ({ system, ana, stranger }) => system.api.get(`/v1/wallets/${ana}`, { actAs: stranger }),
    404,
    'not_found',
  ],
  ['an address that is not there', ({ system }) => system.api.get('/v1/nothing'), 404, 'not_found'],
  [
    'a body that is too large',
    charge({ description: 'x'.repeat(2_000_000) }),
    413,
    'payload_too_large',
  ],
];

describeOnBackends('what is refused', (backend) => {
  let scene: Scene;
  beforeAll(async () => {
    const system = await startWholeSystem({ backend });
    const { api } = system;
    const ana = await newUser(api);
    const { org, owner, members } = await newOrganization(api, { members: 3, credits: '100' });
    const [, member = '', suspended = ''] = members;
    await api.post(`/v1/organizations/${org.slice(4)}/members/${suspended.slice(5)}/suspend`, {});
    await api.patch(`/v1/wallets/${member}`, { overdraft_limit: '0' });
    await grant(api, ana, '50');
    const { charge: made } = await api.run('/v1/charges', {
      wallet: ana,
      amount: '1',
      product: 'x',
    });
    const key = await api.post('/v1/api-keys', { name: 'Farm', scopes: ['charges:write'] });
    const stranger = await newUser(api);
    scene = {
      system,
      ana,
      org,
      owner,
      member,
      suspended,
      stranger,
      productKey: key.body.key,
      charge: made.transaction,
    };
  });
  afterAll(async () => {
    await expectSoundLedger(scene.system.database);
    await scene.system.stop();
  });

  describe('is a problem document with its code, and moves nothing', () => {
    it.each(REFUSALS)('%s', async (_name, attempt, status, code, more = {}) => {
      const { api } = scene.system;
      const versions = async () =>
        Promise.all(
          [scene.ana, scene.org, scene.member].map(
            async (owner) => (await api.wallet(owner)).version,
          ),
        );
      const before = await versions();
      const answered = await attempt(scene);
      expect(answered).toMatchObject({ status, body: { code, status, ...more } });
      expect(answered.headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
      expect(answered.body).toMatchObject({
        type: expect.stringContaining(code),
        title: expect.any(String),
        detail: expect.stringMatching(/\S/),
      });
      expect(await versions()).toEqual(before);
    });
  });
});
