import type { Emulator } from '../../emulator.ts';
import type { SettingsRecord } from '../../state/billing-records.ts';

const AT_FIRST: SettingsRecord = {
  id: 'settings',
  // Three minutes, as with Stripe's own test accounts.
  bankDebitSeconds: 180,
  settlementSeconds: 0,
  taxPercent: 20,
  presentment: null,
};

export function settingsOf({ state }: Emulator): SettingsRecord {
  return state.settings.get('settings') ?? AT_FIRST;
}

export function changeSettings(
  emulator: Emulator,
  change: Partial<Omit<SettingsRecord, 'id'>>,
): SettingsRecord {
  return emulator.state.settings.put({ ...settingsOf(emulator), ...change });
}
