import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../test/harness/until.ts';
import { startWebhookReceiver } from '../../../test/harness/webhook-receiver.ts';
import { startWholeSystem, type WholeSystem } from '../../../test/harness/whole-system.ts';
import { createBursar, type Bursar } from '../src/node.ts';

const MINUTE = 60_000;

let system: WholeSystem;
let bursar: Bursar;
beforeAll(async () => {
  const settings = { WEBHOOK_ALLOW_LOOPBACK: '1' };
  system = await startWholeSystem({ backend: 'postgres', settings });
  bursar = createBursar({ url: system.url, key: system.operatorKey });
  await bursar.organizations.put('acme', { name: 'Acme' });
  for (const user of ['owner', 'ana', 'ben', 'cid', 'dan'])
    await bursar.users.put(user, { name: user });
  await bursar.organizations.members.put('acme', 'owner', { role: 'owner' });
}, MINUTE);
afterAll(() => system.stop());

const as = (person: string): Bursar =>
  createBursar({ url: system.url, key: system.operatorKey, actAs: person });

const mailsTo = (address: string, count: number) =>
  until(`${count} mails`, async () => {
    const mails = await system.mail.to(address);
    return mails.length >= count ? mails : null;
  });

describe('an invitation', () => {
  it(
    'is sent, sent again, accepted by its link, and taken back',
    async () => {
      const owner = as('user:owner');
      const invited = { email: 'guest@example.com', role: 'member' as const };
      const { id } = await owner.invitations.create('acme', invited);
      expect(await owner.invitations.create('acme', invited)).toMatchObject({ id, mails: 1 });
      expect(await owner.invitations.resend('acme', id)).toMatchObject({ mails: 2 });
      const mails = await mailsTo(invited.email, 2);
      const tokens = mails.map(({ text }) => /\/invitations\/([\w-]{48})/.exec(text)?.[1] ?? '');
      // The link of the newer mail works, whichever came first.
      const joined = await Promise.any(
        tokens.map((token) => as('user:ana').invitations.accept(token)),
      );
      expect(joined).toMatchObject({ user: 'user:ana', role: 'member' });

      const other = { email: 'other@example.com', role: 'admin' as const };
      const second = await owner.invitations.create('acme', other);
      expect(await owner.invitations.revoke('acme', second.id)).toMatchObject({
        status: 'revoked',
      });
      const listed = await owner.invitations.list('acme').take(5);
      expect(listed.map(({ status }) => status)).toEqual(['revoked', 'accepted']);
    },
    MINUTE,
  );
});

describe('requests', () => {
  it('are decided together, each with its own outcome', async () => {
    const org = 'org:acme';
    const grant = { wallet: org, amount: '100', kind: 'promotional' as const, reason: 'x' };
    await bursar.grants.create(grant, { wait: true });
    const ask = async (user: string, amount: string) => {
      await bursar.organizations.members.put('acme', user, { role: 'member' });
      const request = { organization: org, amount };
      const asked = as(`user:${user}`).creditRequests.create(request, { wait: true });
      const { result } = await asked;
      return result.credit_request.id;
    };
    const [paid, tooMuch, refused] = [
      await ask('ben', '60'),
      await ask('cid', '70'),
      await ask('dan', '5'),
    ];
    const decisions = {
      approve: [{ id: paid, amount: '50' }, { id: tooMuch }],
      reject: [{ id: refused, reason: 'Next quarter' }],
    };
    const sent = { wait: true, idempotencyKey: 'decisions-1' };
    const outcomes = await as('user:owner').creditRequests.decide(decisions, sent);
    expect(outcomes).toMatchObject([
      { id: paid, decision: 'approve', operation_status: 'succeeded' },
      { id: tooMuch, operation_status: 'rejected', error: { code: 'insufficient_credits' } },
      { id: refused, decision: 'reject', operation_status: 'succeeded' },
    ]);
    const again = await as('user:owner').creditRequests.decide(decisions, sent);
    expect(again.every(({ replayed }) => replayed)).toBe(true);
    expect(await bursar.wallets.get('user:ben')).toMatchObject({ balance: '50' });
  });
});

describe('what people are told', () => {
  it('is chosen by each of them, and for the webhooks of an organization', async () => {
    const { preferences, organizationPreferences } = bursar.notifications;
    const mine = await preferences.put('ana', [{ kind: 'balance-low', mail: false }]);
    const low = { kind: 'balance-low', mail: false, in_app: true, webhook: true };
    expect(mine.find(({ kind }) => kind === 'balance-low')).toMatchObject(low);
    expect(await preferences.get('ana')).toEqual(mine);
    const unwanted = [{ kind: 'credits-received', webhook: false }];
    const theirs = await organizationPreferences.put('acme', unwanted);
    expect(theirs.filter(({ webhook }) => !webhook)).toMatchObject(unwanted);
    expect(await organizationPreferences.get('acme')).toEqual(theirs);
    await expect(
      preferences.put('ana', [{ kind: 'purchase-paid', mail: false }]),
    ).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('a webhook', () => {
  it(
    'is made, tried, changed, replayed, rotated and deleted',
    async () => {
      const receiver = await startWebhookReceiver();
      try {
        const { webhooks } = bursar;
        const wish = { owner: 'org:acme', url: receiver.url, event_types: ['balance.*'] };
        const made = await webhooks.create(wish);
        const { secret, ...webhook } = made;
        expect(secret).toMatch(/^whsec_/);
        expect(await webhooks.get(made.id)).toEqual(webhook);
        expect(await webhooks.list({ owner: 'org:acme' }).take(2)).toEqual([webhook]);

        const { id } = await webhooks.test(made.id);
        const delivered = await until('it is delivered', async () => {
          const delivery = await webhooks.deliveries.get(made.id, id);
          return delivery.status === 'delivered' ? delivery : null;
        });
        expect(delivered).toMatchObject({ type: 'webhook.test', log: [{ status: 204 }] });
        await webhooks.deliveries.replay(made.id, id);
        await until('it came again', () => Promise.resolve(receiver.received.length === 2));
        expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
        await until('it is delivered again', async () => {
          const [latest] = await webhooks.deliveries.list(made.id, { status: 'delivered' }).take(1);
          return latest?.attempts === 2;
        });
        const range = { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
        expect(await webhooks.replay(made.id, range)).toEqual({ resent: 0, recovered: 0 });

        const rotated = await webhooks.rotate(made.id);
        expect(rotated.secret).not.toBe(secret);
        expect(rotated.previous_secret_until).not.toBeNull();
        expect(await webhooks.update(made.id, { enabled: false })).toMatchObject({
          disabled_reason: 'asked',
        });
        await expect(webhooks.test(made.id)).rejects.toMatchObject({ code: 'webhook_disabled' });
        expect(await webhooks.delete(made.id)).toBeNull();
        expect(await webhooks.list({ owner: 'org:acme' }).take(1)).toEqual([]);
      } finally {
        await receiver.close();
      }
    },
    MINUTE,
  );
});
