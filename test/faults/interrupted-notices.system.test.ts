import { afterAll, beforeAll, expect, it } from 'vitest';
import { holdLock, untilBlocked } from '../harness/held-lock.ts';
import { newOrganization, newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

describeOnBackends('notices that are interrupted', (backend) => {
  let system: WholeSystem;
  let addresses = 0;
  beforeAll(async () => {
    system = await startWholeSystem({ backend, worker: 'process' });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  /** Somebody who is owed a notice: they went into debt. */
  const indebted = async () => {
    addresses += 1;
    const address = `bo${addresses}@example.com`;
    const wallet = await newUser(system.api, address);
    return { wallet, address };
  };
  const goIntoDebt = (wallet: string) =>
    system.api.run('/v1/charges', { wallet, amount: '5', product: 'render' });
  const mails = (address: string) => system.mail.to(address);
  const expectOneNotice = async (wallet: string, address: string) => {
    await until('the mail arrives', async () => (await mails(address)).length > 0);
    await untilQuiet(system);
    // A crash after the server took a mail may repeat it, under the same id.
    const sent = (await mails(address)).map(({ headers }) => headers['message-id']);
    expect(new Set(sent).size).toBe(1);
    const { body } = await system.api.get('/v1/notifications', { actAs: wallet });
    expect(body.data).toMatchObject([{ kind: 'balance-owed' }]);
    expect(body.data).toHaveLength(1);
    return sent;
  };

  it('by a mail server that is away arrive once when it is back', async () => {
    const { wallet, address } = await indebted();
    await system.mail.goDown();
    await goIntoDebt(wallet);
    await until('the first try has failed', async () => {
      const { notices } = await system.queues.counts();
      return (notices?.delayed ?? 0) > 0;
    });
    // The person is told in the app meanwhile.
    const { body } = await system.api.get('/v1/notifications', { actAs: wallet });
    expect(body.data).toHaveLength(1);
    await system.mail.comeBack();
    expect(await expectOneNotice(wallet, address)).toHaveLength(1);
  });

  it('by the relay’s death after it handed them over are told once', async () => {
    const { wallet, address } = await indebted();
    await system.killWorker('SIGTERM');
    await system.startWorker('process', { WORKER_ROLES: 'ledger' });
    await goIntoDebt(wallet);
    await system.killWorker('SIGKILL');
    // The relay can read facts and enqueue them, but not mark them.
    const lock = await holdLock(system.database.db, 'lock table bursar.outbox in share mode');
    await system.startWorker('process');
    await untilBlocked(system.database.db, 'bursar-worker', 'mark_relayed');
    await system.killWorker('SIGKILL');
    await lock.release();
    await system.startWorker('process');
    await expectOneNotice(wallet, address);
  });

  it('by jobs that come twice are told once', async () => {
    const { org, members } = await newOrganization(system.api, { members: 2, credits: '10' });
    const [, member = ''] = members;
    await system.api.put(`/v1/users/${member.slice(5)}`, { email: 'twice@example.com' });
    await system.api.run('/v1/transfers', { from: org, to: member, amount: '5' });
    await until('the mail arrives', async () => (await mails('twice@example.com')).length > 0);
    const facts = await system.database.db<{ id: bigint }[]>`select id from bursar.outbox`;
    for (const { id } of [...facts, ...facts]) {
      await system.queues.enqueue('notify', { fact: String(id) });
    }
    await untilQuiet(system);
    expect(await mails('twice@example.com')).toHaveLength(1);
    const { body } = await system.api.get('/v1/notifications', { actAs: member });
    expect(body.data).toHaveLength(1);
  });

  it('reach the others when one address is refused', async () => {
    const { org, members } = await newOrganization(system.api, { members: 3, credits: '1' });
    for (const [index, member] of members.entries()) {
      await system.api.put(`/v1/users/${member.slice(5)}`, { email: `admin${index}@example.com` });
      await system.api.put(`/v1/organizations/${org.slice(4)}/members/${member.slice(5)}`, {
        role: 'owner',
      });
    }
    await system.database.db`
      update bursar.users set email = 'not an address' where id = ${members[0]?.slice(5) ?? ''}`;
    await goIntoDebt(org);
    for (const address of ['admin1@example.com', 'admin2@example.com']) {
      await until('the mail arrives', async () => (await mails(address)).length > 0);
    }
  });
});
