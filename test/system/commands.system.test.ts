import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';
import { grant, newOrganization, newUser } from '../harness/people.ts';

describeOnBackends('commands over HTTP', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  it('an accepted charge is found by polling until it is applied', async () => {
    const ana = await newUser(system.api);
    await grant(system.api, ana, '10');
    const charge = { wallet: ana, amount: '2.5', product: 'render', description: 'Frame 1' };
    const accepted = await system.api.post('/v1/charges', charge, { wait: null });
    expect(accepted).toMatchObject({
      status: 202,
      body: { object: 'operation', type: 'charge', status: 'pending', result: null, error: null },
    });
    expect(accepted.headers.get('Location')).toBe(`/v1/operations/${accepted.body.id}`);
    const done = await until('the charge is applied', async () => {
      const { body } = await system.api.get(accepted.headers.get('Location') ?? '');
      return body.status !== 'pending' && body;
    });
    expect(done).toMatchObject({
      id: accepted.body.id,
      status: 'succeeded',
      result: { charge: { wallet: ana, amount: '2.5', owed: '0', lots: [{ amount: '2.5' }] } },
    });
    expect(await system.api.wallet(ana)).toMatchObject({ balance: '7.5', version: 2 });
  });

  it('a charge can be waited for and reversed in parts, but not beyond itself', async () => {
    const ana = await newUser(system.api);
    await grant(system.api, ana, '100');
    const { charge } = await system.api.run('/v1/charges', {
      wallet: ana,
      amount: 40,
      product: 'render',
    });
    const reverse = (amount?: string) =>
      system.api.post(`/v1/charges/${charge.transaction}/reverse`, {
        reason: 'Wrong frame',
        ...(amount !== undefined && { amount }),
      });
    expect(await reverse('15')).toMatchObject({ status: 200, body: { type: 'reversal' } });
    expect(await reverse('25.000001')).toMatchObject({
      status: 409,
      body: { code: 'reversal_exceeds_charge' },
    });
    expect((await reverse()).status).toBe(200);
    expect(await system.api.wallet(ana)).toMatchObject({ balance: '100', owed: '0' });
  });

  it('credits move from an organization to a member and back', async () => {
    const { org, members } = await newOrganization(system.api, { members: 1, credits: '500' });
    const [member = ''] = members;
    const there = await system.api.run('/v1/transfers', {
      from: org,
      to: member,
      amount: '200',
      message: 'For the trailer',
    });
    expect(there.transfer).toMatchObject({ from: org, to: member, amount: '200' });
    expect(await system.api.wallet(member)).toMatchObject({
      balance: '200',
      by_kind: { allocated: '200' },
    });
    await system.api.run('/v1/transfers', { from: member, to: org, amount: '50' });
    expect(await system.api.wallet(org)).toMatchObject({ balance: '350' });
    const { body } = await system.api.get(`/v1/wallets/${member}/transactions`);
    expect(body.data).toMatchObject([
      { kind: 'transfer', amount: '-50', balance_after: '150', counterparty: org },
      { kind: 'transfer', amount: '200', balance_after: '200', message: 'For the trailer' },
    ]);
  });

  it('an allocation reaches every member and shows its progress', async () => {
    const { org, members } = await newOrganization(system.api, { members: 5, credits: '1000' });
    const accepted = await system.api.post('/v1/allocations', {
      from: org,
      recipients: 'all',
      amount_per_recipient: '100',
      reason: 'Monthly',
    });
    expect(accepted).toMatchObject({
      status: 200,
      body: {
        status: 'succeeded',
        progress: { done: 5, total: 5 },
        result: { allocation: { recipients: 5, amount_per_recipient: '100', total: '500' } },
      },
    });
    for (const member of members) {
      expect(await system.api.wallet(member)).toMatchObject({ balance: '100' });
    }
    expect(await system.api.wallet(org)).toMatchObject({ balance: '500' });
  });

  it('a hold keeps credits apart until it is captured or released', async () => {
    const ana = await newUser(system.api);
    await grant(system.api, ana, '100');
    const hold = async (amount: string) =>
      (await system.api.run('/v1/holds', { wallet: ana, amount, product: 'render' })).hold;
    const first = await hold('60');
    expect(first).toMatchObject({ wallet: ana, amount: '60', captured: '0', status: 'open' });
    expect(await system.api.wallet(ana)).toMatchObject({
      balance: '100',
      held: '60',
      available: '40',
    });
    const part = await system.api.run(`/v1/holds/${first.id}/capture`, {
      amount: '10',
      final: false,
    });
    expect(part.hold).toMatchObject({ captured: '10', status: 'open' });
    const rest = await system.api.run(`/v1/holds/${first.id}/capture`, {});
    expect(rest.hold).toMatchObject({ captured: '60', status: 'captured' });
    const second = await hold('40');
    expect((await system.api.run(`/v1/holds/${second.id}/release`, {})).hold.status).toBe(
      'released',
    );
    expect(await system.api.wallet(ana)).toMatchObject({ balance: '40', held: '0' });
    const { body } = await system.api.get(`/v1/wallets/${ana}/holds`);
    expect(body.data.map((one: { status: string }) => one.status)).toEqual([
      'released',
      'captured',
    ]);
  });

  it('a credit request is decided by whoever may, and its reason is told', async () => {
    const { org, owner, members } = await newOrganization(system.api, {
      members: 2,
      credits: '900',
    });
    const [, member = ''] = members;
    const ask = async () =>
      (
        await system.api.run(
          '/v1/credit-requests',
          { organization: org, amount: '500', reason: 'The trailer' },
          { actAs: member },
        )
      ).credit_request;
    const first = await ask();
    expect(first).toMatchObject({ status: 'pending' });
    const again = await system.api.post(
      '/v1/credit-requests',
      { organization: org, amount: '1' },
      { actAs: member },
    );
    expect(again).toMatchObject({ status: 409, body: { code: 'request_already_pending' } });
    const decide = (id: string, verdict: string, body: object, actAs: string) =>
      system.api.post(`/v1/credit-requests/${id}/${verdict}`, body, { actAs });
    expect(await decide(first.id, 'approve', { amount: '501' }, owner)).toMatchObject({
      status: 422,
      body: { code: 'amount_exceeds_request' },
    });
    const approved = await decide(first.id, 'approve', {}, owner);
    expect(approved.body.result).toMatchObject({
      credit_request: { status: 'approved' },
      transfer: { to: member, amount: '500' },
    });
    const second = await ask();
    await decide(second.id, 'reject', { reason: 'Next quarter' }, owner);
    const third = await ask();
    expect((await decide(third.id, 'cancel', {}, member)).status).toBe(200);
    for (const { id } of [first, second, third]) {
      expect(await decide(id, 'approve', {}, owner)).toMatchObject({
        status: 409,
        body: { code: 'request_not_pending' },
      });
    }
    expect(await system.api.wallet(member)).toMatchObject({ balance: '500' });
  });

  it('a removed member gives back what is unspent and keeps their own', async () => {
    const { org, members } = await newOrganization(system.api, { members: 2, credits: '300' });
    const [, member = ''] = members;
    await grant(system.api, member, '7');
    await system.api.run('/v1/transfers', { from: org, to: member, amount: '100' });
    await system.api.run('/v1/charges', {
      wallet: member,
      amount: '30',
      product: 'render',
      on_behalf_of: org,
    });
    const path = `/v1/organizations/${org.slice(4)}/members/${member.slice(5)}`;
    const removed = await system.api.delete(path);
    expect(removed).toMatchObject({
      status: 200,
      body: { type: 'member_removal', result: { returned: { amount: '70' } } },
    });
    expect(await system.api.wallet(org)).toMatchObject({ balance: '270' });
    expect(await system.api.wallet(member)).toMatchObject({ balance: '7' });
    expect((await system.api.delete(path)).headers.get('Idempotent-Replayed')).toBe('true');
  });

  describe('a preview', () => {
    it('says what each command would do and changes nothing', async () => {
      const { org, members } = await newOrganization(system.api, { members: 2, credits: '100' });
      const [, member = ''] = members;
      const before = await system.api.wallet(org);
      const previews: [string, object, object][] = [
        ['/v1/charges', { wallet: org, amount: '5', product: 'x' }, { charge: { amount: '5' } }],
        ['/v1/transfers', { from: org, to: member, amount: '5' }, { transfer: { amount: '5' } }],
        [
          '/v1/allocations',
          { from: org, recipients: 'all', amount_per_recipient: '5' },
          { allocation: { recipients: 2, total: '10' } },
        ],
        [
          '/v1/purchases',
          { wallet: org, pack: 'starter', promotion_code: 'WELCOME10' },
          { purchase: { credits: '500', discount: { amount: 50 }, total: { amount: 450 } } },
        ],
      ];
      for (const [path, body, result] of previews) {
        const seen = await system.api.post(path, { ...body, preview: true }, { key: null });
        expect(seen).toMatchObject({
          status: 200,
          body: { object: 'preview', would: 'succeed', result, error: null },
        });
        // What was made was taken back: nothing in the answer names it.
        expect(JSON.stringify(seen.body.result)).not.toMatch(/"(id|transaction)":|(txn|alc)_/);
      }
      const removal = `/v1/organizations/${org.slice(4)}/members/${member.slice(5)}`;
      expect(await system.api.delete(removal, { preview: true })).toMatchObject({
        body: { would: 'succeed', result: { returned: { amount: '0' } } },
      });
      expect({ ...(await system.api.wallet(org)), as_of: '' }).toEqual({ ...before, as_of: '' });
    });

    it('tells the truth: the command then does just that', async () => {
      const ana = await newUser(system.api);
      await grant(system.api, ana, '30');
      const charge = { wallet: ana, amount: '50', product: 'render' };
      const seen = await system.api.post('/v1/charges', { ...charge, preview: true });
      const { charge: foretold } = seen.body.result;
      const { charge: done } = await system.api.run('/v1/charges', charge);
      expect(done).toMatchObject({ amount: foretold.amount, owed: '20', lots: foretold.lots });
      expect(foretold.owed).toBe('20');
      const refused = await system.api.post('/v1/transfers', {
        from: ana,
        to: 'user:nobody-there',
        amount: '1',
        preview: true,
      });
      expect(refused).toMatchObject({
        status: 200,
        body: { would: 'be_rejected', error: { code: 'wallet_not_found', status: 404 } },
      });
    });
  });
});
