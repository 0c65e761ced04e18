/** What a browser says of where a request comes from. */
export interface RequestSource {
  origin: string | undefined;
  /** Sec-Fetch-Site. */
  fetchSite: string | undefined;
}

/**
 * Whether a request was made by a page of our own. Browsers always say so with what changes
 * something; a request that says nothing was made by no page of ours.
 */
export function isSameOrigin({ origin, fetchSite }: RequestSource, publicOrigin: string): boolean {
  if (origin === undefined && fetchSite === undefined) return false;
  const originFits = origin === undefined || origin === publicOrigin;
  const siteFits = fetchSite === undefined || fetchSite === 'same-origin';
  return originFits && siteFits;
}
