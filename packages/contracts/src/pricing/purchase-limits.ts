/** Major units; what one purchase may cost where the settings name no other limits. */
export const PURCHASE_MIN_MAJOR = 5n;
export const PURCHASE_MAX_MAJOR = 10_000n;
