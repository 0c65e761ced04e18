/** What became of a session: for every page that sells something. */
export type Settled = 'granted' | 'card_saved' | 'waiting' | 'closed' | 'review' | 'not_ours';
