import { startEmbeddedPostgres, type EmbeddedPostgres } from '@bursar/embedded/postgres';
import type { Boot } from '../boot.ts';
import { sentenceOf } from '../cannot-start.ts';
import { createRestartLimit } from '../restart-limit.ts';

/**
 * Runs our own PostgreSQL and, should it die, starts it again on the same port, where the services
 * reconnect by themselves. Gives up when it keeps dying. Answers with the server's URL.
 */
export async function runEmbeddedPostgres({
  settings,
  running,
  say,
  giveUp,
}: Boot): Promise<string> {
  const options = { dataDir: settings.BURSAR_DATA_DIR, durable: true, log: say };
  const mayRestart = createRestartLimit();
  let server = await startEmbeddedPostgres(options);
  let stopping = false;
  let restarting = Promise.resolve();
  const { port, url } = server;

  const restart = async (end: Awaited<EmbeddedPostgres['ended']>): Promise<void> => {
    const why = end.lastLogLine === '' ? end.exit : `${end.exit}: ${end.lastLogLine}`;
    if (!mayRestart()) {
      giveUp(`PostgreSQL keeps ending (${why}), so everything stops.`);
      return;
    }
    say(`PostgreSQL ended by itself (${why}); starting it again.`);
    try {
      server = await startEmbeddedPostgres({ ...options, port });
      watch();
    } catch (error) {
      giveUp(
        `PostgreSQL ended and does not start again, so everything stops: ${sentenceOf(error)}`,
      );
    }
  };
  const watch = (): void => {
    void server.ended.then((end) => {
      if (!stopping) restarting = restart(end);
    });
  };
  watch();
  running({
    name: 'PostgreSQL',
    stop: async () => {
      stopping = true;
      await restarting;
      await server.stop();
    },
  });
  return url;
}
