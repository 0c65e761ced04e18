import type { CallOptions, Settings } from '../options.ts';
import { issue } from '../resources/issue.ts';
import { ROUTES } from '../routes.ts';
import type { CaptureInput, ExtensionInput, HoldInput } from '../types/inputs.ts';
import type { CaptureResult, ExtensionResult, HoldResult } from '../types/results.ts';
import { ask } from '../resources/issue.ts';
import type { Hold } from '../types/resources.ts';

export const holdCommands = (settings: Settings) => ({
  /** Sets credits aside before work starts. */
  place: issue<[hold: HoldInput], HoldResult>(settings, 1, (body) => ({
    route: ROUTES.createHold,
    body,
  })),
  get: (id: string, options?: CallOptions) =>
    ask<Hold>(settings, { route: ROUTES.getHold, params: { id } }, options),
  extend: issue<[id: string, extension: ExtensionInput], ExtensionResult>(
    settings,
    2,
    (id, body) => ({
      route: ROUTES.extendHold,
      params: { id },
      body,
    }),
  ),
  capture: issue<[id: string, capture: CaptureInput], CaptureResult>(settings, 2, (id, body) => ({
    route: ROUTES.captureHold,
    params: { id },
    body,
  })),
  release: issue<[id: string], HoldResult>(settings, 1, (id) => ({
    route: ROUTES.releaseHold,
    params: { id },
    body: {},
  })),
});

export type HoldCommands = ReturnType<typeof holdCommands>;
