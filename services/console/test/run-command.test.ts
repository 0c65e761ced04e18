import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { carryOut, type GivenCommand } from '../src/api/given-command.ts';
import { ApiProblem, OutcomeUnknown } from '../src/api/problem.ts';
import { runCommand, type Command } from '../src/api/run-command.ts';

/** What the network does with one request after the other; the last goes on for ever. */
type Reply = 'cut' | 'torn' | { status: number; body: object; headers?: Record<string, string> };

let keys: (string | null)[] = [];
let asked: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  [keys, asked] = [[], []];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** An answer that breaks off. */
const torn = (): ReadableStream =>
  new ReadableStream({ start: (controller) => controller.error(new TypeError('torn')) });

function network(...replies: Reply[]): void {
  vi.stubGlobal('fetch', (path: string, { headers }: { headers: Record<string, string> }) => {
    asked.push(path);
    if ('Idempotency-Key' in headers) keys.push(headers['Idempotency-Key'] ?? null);
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    if (reply === undefined || reply === 'cut') return Promise.reject(new TypeError('cut'));
    if (reply === 'torn') return Promise.resolve(new Response(torn(), { status: 200 }));
    const { status, body, headers: answered = {} } = reply;
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: answered }));
  });
}

const operation = (status: string) => ({ id: 'op_1', type: 'transfer', status, error: null });
const accepted: Reply = { status: 202, body: operation('pending') };
const done: Reply = { status: 200, body: operation('succeeded') };
const refused = (status: number, headers = {}): Reply => ({
  status,
  body: { type: '', title: '', status, detail: 'No.', code: 'no' },
  headers,
});

/** Another one for each test, because what is not settled is remembered. */
let count = 0;
const fresh = (): Command => ({ path: '/v1/transfers', body: { count: (count += 1) } });

const outcomeOf = async (command: Command): Promise<unknown> => {
  const run = runCommand(command, () => undefined).catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return run;
};

it('the same command goes out under the same key until it is known how it ended', async () => {
  const command = fresh();
  network('cut');
  expect(await outcomeOf(command)).toBeInstanceOf(OutcomeUnknown);
  network(done);
  expect(await outcomeOf(command)).toMatchObject({ status: 'succeeded' });
  expect(new Set(keys).size).toBe(1);
  await outcomeOf(command);
  expect(new Set(keys).size).toBe(2);
});

it('what had succeeded when it was given before is not said to be done again', async () => {
  const headers = { 'Idempotent-Replayed': 'true' };
  const replayed: Reply = { status: 200, body: operation('succeeded'), headers };
  const command = fresh();
  network('cut');
  await outcomeOf(command);
  network(replayed);
  expect(await outcomeOf(command)).toMatchObject({ status: 'succeeded', repeated: true });
  // Sent twice for one wish, it is that wish that succeeded.
  network('cut', replayed);
  expect(await outcomeOf(fresh())).not.toHaveProperty('repeated');
});

it('a refused command goes out under a new key when it is given again', async () => {
  const command = fresh();
  network(refused(422));
  expect(await outcomeOf(command)).toBeInstanceOf(ApiProblem);
  expect(await outcomeOf(command)).toBeInstanceOf(ApiProblem);
  expect(new Set(keys).size).toBe(2);
});

it('another command never goes out under the key of one that is not settled', async () => {
  network('cut');
  await outcomeOf(fresh());
  await outcomeOf(fresh());
  expect(new Set(keys).size).toBe(2);
});

it('what is asked of the same thing later takes the place of what was lost', async () => {
  const to = (verb: string): Command => ({
    path: `/v1/subscriptions/sbs_1/${verb}`,
    sets: 'sbs_1',
  });
  network('cut');
  await outcomeOf(to('cancel'));
  network(done);
  await outcomeOf(to('resume'));
  await outcomeOf(to('cancel'));
  expect(new Set(keys).size).toBe(3);
});

it('what adds to a thing keeps its key until it is known, whatever is done beside it', async () => {
  const [lost, other] = [fresh(), fresh()];
  network('cut');
  await outcomeOf(lost);
  network(done);
  await outcomeOf(other);
  await outcomeOf({ path: '/v1/subscriptions/sbs_2/cancel', sets: 'sbs_2' });
  await outcomeOf(lost);
  expect(new Set(keys).size).toBe(3);
});

it('too many questions do not end the following of what was accepted', async () => {
  network(accepted, refused(429, { 'Retry-After': '7' }), refused(429), done);
  const begun = Date.now();
  expect(await outcomeOf(fresh())).toMatchObject({ status: 'succeeded' });
  expect(Date.now() - begun).toBeGreaterThan(7_000);
  expect(asked).toHaveLength(4);
});

it('an answer that breaks off is none, to what was sent as to what was asked', async () => {
  network('torn', accepted, 'torn', done);
  expect(await outcomeOf(fresh())).toMatchObject({ status: 'succeeded' });
  expect(asked).toHaveLength(4);
  expect(new Set(keys).size).toBe(1);
});

it.each([401, 403, 404, 500])('a %i while following says nothing about the command', async (no) => {
  network(accepted, refused(no));
  expect(await outcomeOf(fresh())).toBeInstanceOf(OutcomeUnknown);
});

it('a refusal of what was sent before may be of the repetition alone', async () => {
  const command = fresh();
  network('cut', refused(429));
  expect(await outcomeOf(command)).toBeInstanceOf(OutcomeUnknown);
  network(refused(401));
  expect(await outcomeOf(command)).toBeInstanceOf(OutcomeUnknown);
  expect(new Set(keys).size).toBe(1);
});

/** How the API answers who waits for an operation that was rejected. */
const rejected = (status: number): Reply => ({
  status,
  body: { type: '', title: '', status, detail: 'No.', code: 'no', operation: 'op_1' },
});

it.each([422, 503])(
  'a rejected operation (%i) is a refusal, however often it had to be sent, and may be given anew',
  async (status) => {
    const command = fresh();
    network('cut', rejected(status));
    expect(await outcomeOf(command)).toMatchObject({ name: 'ApiProblem', status });
    network(done);
    expect(await outcomeOf(command)).toMatchObject({ status: 'succeeded' });
    expect(new Set(keys).size).toBe(2);
  },
);

it('a rejection that only a later sending is told of ends what was not known', async () => {
  const command = fresh();
  network('cut');
  expect(await outcomeOf(command)).toBeInstanceOf(OutcomeUnknown);
  network(rejected(422));
  expect(await outcomeOf(command)).toBeInstanceOf(ApiProblem);
  network(done);
  await outcomeOf(command);
  expect(new Set(keys).size).toBe(2);
});

it('a rejection that is heard of by asking is one, too', async () => {
  const error = { type: '', title: '', status: 422, detail: 'Too little.', code: 'too_little' };
  network('cut', accepted, { status: 200, body: { ...operation('rejected'), error } });
  expect(await outcomeOf(fresh())).toMatchObject({ name: 'ApiProblem', code: 'too_little' });
});

it('a key that was used for something else says nothing of what it was used for', async () => {
  const { status, body } = rejected(422) as Exclude<Reply, string>;
  network('cut', { status, body: { ...body, code: 'idempotency_key_reused' } });
  expect(await outcomeOf(fresh())).toBeInstanceOf(OutcomeUnknown);
});

it('is shown as not known what may have been accepted, as refused only what was', async () => {
  network(accepted, refused(401));
  expect(await shownOf(fresh())).toEqual(['unknown']);
  network(refused(403));
  expect(await shownOf(fresh())).toEqual(['rejected']);
});

it('whoever gave a command is answered before all the rest was looked at again', async () => {
  network(done);
  expect(await shownOf(fresh())).toEqual(['succeeded']);
});

/** Settles although nothing that is looked at again ever arrives. */
async function shownOf(command: Command): Promise<string[]> {
  let all: readonly GivenCommand[] = [];
  const never = { invalidateQueries: () => new Promise<void>(() => undefined) };
  const given = carryOut(
    { title: 'Transfer', owners: ['org:acme'], ...command },
    (change) => (all = change(all)),
    never,
  ).then(
    () => 'ended',
    () => 'ended',
  );
  await vi.runAllTimersAsync();
  await Promise.race([given, vi.advanceTimersByTimeAsync(60_000)]);
  expect(await Promise.race([given, Promise.resolve('still waiting')])).toBe('ended');
  return all.map(({ state }) => state);
}

it('what succeeded and waits for a payment is told as such, at no time as done', async () => {
  const said: (string | null)[] = [];
  let all: readonly GivenCommand[] = [];
  network(done);
  const given = carryOut(
    { title: 'Buy', owners: ['user:ana'], awaits: () => 'Not paid yet', ...fresh() },
    (change) => {
      all = change(all);
      for (const { state, awaits } of all) if (state === 'succeeded') said.push(awaits);
    },
    { invalidateQueries: () => Promise.resolve() },
  );
  await vi.runAllTimersAsync();
  await given;
  expect(said).toEqual(['Not paid yet']);
});
