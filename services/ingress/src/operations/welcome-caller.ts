/**
 * The caller of default allocations. It is one for all, because their keys must depend on
 * organization and member alone, whoever admits the member. Who is given such an operation's id may
 * look it up: the id cannot be guessed.
 */
export const WELCOME_CALLER = 'system/welcome';
