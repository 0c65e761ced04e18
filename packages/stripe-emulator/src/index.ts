export { startStripeEmulator } from './start-stripe-emulator.ts';
export type { StripeEmulator, StripeEmulatorOptions } from './start-stripe-emulator.ts';
