import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { SECTIONS } from './sections.ts';
import { buildStage } from './stage.ts';

/**
 * `npm run bench`: how fast charges are applied, each path beside its reference in the same run on
 * the same machine. Absolute figures drift with the machine; only the ratios are worth quoting.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    jobs: { type: 'string', default: '20000' },
    transactions: { type: 'string', default: '10000000' },
    only: { type: 'string' },
  },
});
const names = values.only?.split(',') ?? Object.keys(SECTIONS);
const sections = names.map((name) => {
  const section = SECTIONS[name];
  if (section !== undefined) return section;
  throw new Error(
    `There is no section "${name}". Write --only ${Object.keys(SECTIONS).join(' or ')}.`,
  );
});

console.log(
  `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; server, clients and queue share them. fsync on, synchronous_commit on.`,
);
const stage = await buildStage();
try {
  for (const section of sections) {
    await section({
      stage,
      seconds: Number(values.seconds),
      jobs: Number(values.jobs),
      transactions: Number(values.transactions),
    });
  }
} finally {
  await stage.stop();
}
