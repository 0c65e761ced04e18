import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../in-turn.ts';
import { WALLETS } from '../stage.ts';
import { bodyFor, type Load } from './load.ts';

/** As many as can be under way; far more than half of the capacity ever needs. */
const SOCKETS_MAX = 512;

/** As `sendOpenLoad`, from this process, which takes about as much of the machine as the ingress does. */
export async function openLoadFromNode(
  port: number,
  key: string,
  perSecond: number,
  seconds: number,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const answers: Promise<number>[] = [];
  const started = performance.now();
  let dueMs = started;
  while (dueMs < started + seconds * 1_000) {
    dueMs += (-Math.log(1 - Math.random()) * 1_000) / perSecond;
    const ahead = dueMs - performance.now();
    if (ahead > 0) await sleep(ahead);
    answers.push(charge(agent, port, key));
  }
  const latenciesMs = await Promise.all(answers);
  agent.destroy();
  return {
    answered: latenciesMs.length,
    perSecond: (latenciesMs.length * 1_000) / (performance.now() - started),
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
  };
}

/** Milliseconds from sending to the answer's end; rejects unless the charge was accepted. */
function charge(agent: Agent, port: number, key: string): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': randomUUID(),
    };
    const sent = request(
      { agent, port, method: 'POST', path: '/v1/charges', headers },
      (answer) => {
        answer.resume();
        answer.once('end', () => {
          if (answer.statusCode === 202) resolve(performance.now() - started);
          else reject(new Error(`A charge was answered with ${answer.statusCode}.`));
        });
      },
    );
    sent.once('error', reject);
    sent.end(bodyFor(Math.floor(Math.random() * WALLETS)));
  });
}
