import { setTimeout as delay } from 'node:timers/promises';

import connect from 'postgres';

import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { ServerProcess, type ServerEnd, type ServerProgram } from './server-process.ts';

export type RunningServer = {
  readonly url: string;
  readonly port: number;
  readonly ended: Promise<ServerEnd>;
  stop(): Promise<void>;
};

type Start = ServerProgram & {
  readonly port: number;
  readonly password: string;
  readonly log: (line: string) => void;
};

/** Replaying the log after a crash may take long; a start without crash takes 20 to 40 ms. */
const readyTimeoutMs = 120_000;
const sayRecoveringAfterMs = 5_000;
const pollEveryMs = 25;

/** Messages of a start that may succeed once a dying server or a stolen port is out of the way. */
const passingFaults = /lock file|shared memory block|could not bind|could not create any TCP/;

/** Spawns the server and waits for its first answered query; throws when it ends before that. */
export async function startServer(start: Start): Promise<RunningServer> {
  const server = new ServerProcess(start);
  const url = `postgres://postgres:${start.password}@127.0.0.1:${start.port}/postgres`;
  try {
    await untilReady(start, server, url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url, port: start.port, ended: server.ended, stop: () => server.stop() };
}

async function untilReady(start: Start, server: ServerProcess, url: string): Promise<void> {
  const startedAt = Date.now();
  let said = false;
  while (!(await answers(url, start))) {
    if (server.hasEnded) throw await endedEarly(start, server);
    const waitedMs = Date.now() - startedAt;
    if (waitedMs > readyTimeoutMs) throw neverReady(start);
    if (waitedMs > sayRecoveringAfterMs && !said) {
      said = true;
      start.log('The database is recovering from an unclean end; this may take a minute.');
    }
    await delay(pollEveryMs);
  }
  if (server.hasEnded) throw await endedEarly(start, server);
}

/** True after an answered query, false while the server is not there yet; throws when it refuses us. */
async function answers(url: string, start: Start): Promise<boolean> {
  const sql = connect(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`select 1 as one`;
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== '28P01') return false;
    throw new EmbeddedPostgresError(
      `The database in ${start.clusterDir} refuses the password in its file bursar.password: restore that file from a backup, or move the folder away to start with an empty database.`,
      { cause: error },
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function endedEarly(start: Start, server: ServerProcess): Promise<EmbeddedPostgresError> {
  const { lastLogLine, exit } = await server.ended;
  const said = lastLogLine === '' ? exit : `it said "${lastLogLine}"`;
  return new EmbeddedPostgresError(
    `The database server in ${start.clusterDir} ended while starting; ${said}: mend that and start again, or see ${start.serverLog.path}.`,
    { passing: passingFaults.test(lastLogLine) },
  );
}

function neverReady(start: Start): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The database server in ${start.clusterDir} did not answer within ${readyTimeoutMs / 1000} s; it last said "${start.serverLog.lastLine()}": see ${start.serverLog.path} and start again.`,
  );
}
