/** What both doors of the package offer beside `createBursar`. */
export type { Bursar } from './create-bursar.ts';
export { Credits, type CreditsInput } from './credits.ts';
export { BursarConnectionError, BursarError, BursarRejection, type Problem } from './errors.ts';
export type { OpenHold, OpenOptions } from './holds/open-hold.ts';
export type { MeteredCharge } from './meter/metered-charge.ts';
export type { MeterOptions, RejectedCharge } from './meter/meter-options.ts';
export type { Meter, MeterStats } from './meter/meter.ts';
export type { BursarOptions, CallOptions, ClientLogger, CommandOptions } from './options.ts';
export type { Listing, Page } from './transport/listing.ts';
export type * from './types/inputs.ts';
export type * from './types/operation.ts';
export type * from './types/payment-inputs.ts';
export type * from './types/payments.ts';
export type * from './types/reports.ts';
export type * from './types/resources.ts';
export type * from './types/results.ts';
export type * from './types/vocabulary.ts';
