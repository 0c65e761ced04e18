import type { Settings } from '../options.ts';
import type { HoldInput } from '../types/inputs.ts';
import { holdCommands } from './hold-commands.ts';
import { openHold, type OpenHold, type OpenOptions } from './open-hold.ts';

export const holds = (settings: Settings) => {
  const commands = holdCommands(settings);
  const open = (input: HoldInput, options?: OpenOptions): Promise<OpenHold> =>
    openHold(settings, commands, input, options);
  return {
    ...commands,
    /** `await using hold = await bursar.holds.open({…})`: leaving the scope frees what was not captured. */
    open,
    /** The same for a runtime without `using`: the hold ends with the function. */
    async with<Value>(
      input: HoldInput,
      work: (hold: OpenHold) => Promise<Value> | Value,
      options?: OpenOptions,
    ): Promise<Value> {
      const hold = await open(input, options);
      try {
        return await work(hold);
      } finally {
        await hold.close();
      }
    },
  };
};
