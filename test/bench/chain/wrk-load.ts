import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { WALLETS } from '../stage.ts';
import { bodyFor, type Load } from './load.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('charges.lua', import.meta.url));

/** So many that one more charge can always be sent, however many are still unanswered. */
const OPEN_CONNECTIONS = 512;

/** As `sendLoad`, with a tenth of the CPU time that a client in Node takes. */
export const loadWithWrk = (
  port: number,
  key: string,
  connections: number,
  seconds: number,
): Promise<Load> => charge(port, key, connections, seconds, []);

/** As `sendOpenLoad`, with a tenth of the CPU time that a client in Node takes. */
export const openLoadWithWrk = (
  port: number,
  key: string,
  perSecond: number,
  seconds: number,
): Promise<Load> => {
  const restMs = (OPEN_CONNECTIONS * 1_000) / perSecond;
  return charge(port, key, OPEN_CONNECTIONS, seconds, [String(restMs)]);
};

async function charge(
  port: number,
  key: string,
  connections: number,
  seconds: number,
  rest: string[],
): Promise<Load> {
  const options = `-t 1 -c ${connections} -d ${seconds}s --timeout 30s`.split(' ');
  const target = ['-s', SCRIPT, `http://127.0.0.1:${port}/v1/charges`, '--'];
  const given = [key, randomUUID(), bodyFor('%d'), String(WALLETS), ...rest];
  const { stdout } = await run('wrk', options.concat(target, given));
  const line = /^result=(.*)$/m.exec(stdout)?.[1];
  if (line === undefined) throw new Error(`wrk did not tell its result: ${stdout}`);
  const result: Result = JSON.parse(line);
  if (result.failed > 0) throw new Error(`${result.failed} of ${result.requests} requests failed.`);
  return {
    answered: result.requests,
    perSecond: (result.requests * 1_000_000) / result.micros,
    p50Ms: result.p50 / 1_000,
    p99Ms: result.p99 / 1_000,
  };
}

/** As charges.lua writes it; times in microseconds. */
interface Result {
  requests: number;
  micros: number;
  failed: number;
  p50: number;
  p99: number;
}
