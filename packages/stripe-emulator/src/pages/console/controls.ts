import { DELIVERY_MODES } from '../../delivery/delivery-engine.ts';
import type { Emulator } from '../../emulator.ts';
import type { PageAnswer } from '../handle-page.ts';
import { html, type Markup } from '../html.ts';

const HOUR_SECONDS = 60 * 60;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const STEPS = [
  { seconds: HOUR_SECONDS, text: 'An hour' },
  { seconds: DAY_SECONDS, text: 'A day' },
  { seconds: 7 * DAY_SECONDS, text: 'A week' },
  { seconds: 31 * DAY_SECONDS, text: '31 days' },
];

/** What the console posts. */
export const CONSOLE_CONTROLS = ['clock', 'deliveries', 'clear-faults'] as const;

/** Moves time on, changes how webhooks are delivered, and shows the failures that were asked for. */
export function consoleControls(emulator: Emulator): Markup {
  return html`<section class="card" aria-labelledby="controls">
    <h2 id="controls">Time, webhooks and faults</h2>
    <form class="control" method="post" action="/console/clock">
      <span>Move time on by</span>
      ${STEPS.map(
        ({ seconds, text }) =>
          html`<button class="secondary" type="submit" name="advance" value="${seconds}">
            ${text}
          </button>`,
      )}
    </form>
    <form class="control" method="post" action="/console/deliveries">
      <label for="mode">Webhook delivery</label>
      <select id="mode" name="mode">
        ${DELIVERY_MODES.map(
          (mode) =>
            html`<option value="${mode}" ${mode === emulator.delivery.mode && html`selected`}>
              ${mode}
            </option>`,
        )}
      </select>
      <button class="secondary" type="submit">Change</button>
      <button class="secondary" type="submit" name="flush" value="true">Send what is held</button>
    </form>
    ${faults(emulator)}
  </section>`;
}

/** Acts on one of the forms and returns to the console. */
export async function answerControl(
  emulator: Emulator,
  control: (typeof CONSOLE_CONTROLS)[number],
  body: string,
): Promise<PageAnswer> {
  const posted = new URLSearchParams(body);
  if (control === 'clock') {
    const step = STEPS.find(({ seconds }) => String(seconds) === posted.get('advance'));
    if (step) await emulator.clock.advance(step.seconds);
    emulator.snapshot.markChanged();
  }
  if (control === 'deliveries') {
    const mode = DELIVERY_MODES.find((one) => one === posted.get('mode'));
    if (mode) emulator.delivery.mode = mode;
    if (posted.get('flush') === 'true') await emulator.delivery.flush();
  }
  if (control === 'clear-faults') emulator.faults.clear();
  return { kind: 'redirect', location: '/' };
}

function faults(emulator: Emulator): Markup {
  const planned = emulator.faults.list();
  if (planned.length === 0)
    return html`<p class="quiet">
      No faults are planned. <code>POST /_emu/faults</code> adds one.
    </p>`;
  return html`<ul class="rows">
      ${planned.map(
        (fault) =>
          html`<li class="row">
            <div>
              <p class="item-name">${fault.kind}</p>
              <p class="quiet">${fault.match}, request ${fault.nth}, ${fault.seen} seen</p>
            </div>
            <span class="tag">${fault.fired ? 'has struck' : 'waits'}</span>
          </li>`,
      )}
    </ul>
    <form class="control" method="post" action="/console/clear-faults">
      <button class="secondary" type="submit">Forget the faults</button>
    </form>`;
}
