import { runProcess, SettingsError, unknownSettings, type Part } from '@bursar/service-host';
import { sentenceOf } from './cannot-start.ts';
import { readStandaloneSettings } from './settings/read-standalone-settings.ts';
import { StandaloneSettings } from './settings/standalone-settings.ts';
import { start } from './start.ts';
import { outliveTerminal, say } from './terminal/terminal.ts';

function settingsOrExit(): StandaloneSettings {
  try {
    const settings = readStandaloneSettings(process.env);
    for (const name of unknownSettings(process.env, Object.keys(StandaloneSettings.shape))) {
      say(`Note: nothing reads ${name}; is it misspelt?`);
    }
    return settings;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

let stopping = false;

/** Every failure is said in one sentence; there is nothing in a stack trace for who starts this. */
const log = {
  info: (fields: { reason?: string }, message: string): void => {
    if (message !== 'Stopping') return;
    stopping = true;
    if (fields.reason !== 'the start failed') say('Stopping…');
  },
  error: (fields: { error?: unknown; part?: string }, message: string): void => {
    const why = fields.error === undefined ? message : sentenceOf(fields.error);
    if (fields.part !== undefined) say(`The ${fields.part} did not stop cleanly: ${why}`);
    else if (fields.error === undefined) say(`${message}.`);
    // A start that is stopped half-way breaks off somewhere; nobody asks why.
    else if (!stopping) process.stderr.write(`\n  Bursar did not start: ${why}\n`);
  },
};

function giveUp(sentence: string): void {
  process.stderr.write(`\n  ${sentence}\n`);
  // Stopping succeeds, and yet something failed.
  process.once('exit', () => {
    process.exitCode = 1;
  });
  process.kill(process.pid, 'SIGTERM');
}

outliveTerminal();
const settings = settingsOrExit();
await runProcess(log, (handIn) => {
  const running = (part: Part): void => {
    // Stopping has begun without this part: the start breaks off here, and our end ends the part.
    if (stopping) throw new Error(`Stopped before the ${part.name} ran.`);
    handIn(part);
  };
  return start({ settings, env: process.env, running, say, giveUp });
});
