/** The tab in which something is paid. */
export interface PaymentTab {
  /** @returns whether it could be led there; else the person has to click once more. */
  leadTo: (url: string) => boolean;
  close: () => void;
}

/**
 * Opens a tab while the click is still fresh: browsers keep windows from opening that come after an
 * answer from the server. What it shows later cannot reach back to this page.
 */
export function openPaymentTab(): PaymentTab {
  const tab = window.open('', '_blank');
  if (tab !== null) tab.opener = null;
  return {
    leadTo: (url) => {
      if (tab === null || tab.closed) return false;
      tab.location.replace(url);
      return true;
    },
    close: () => tab?.close(),
  };
}
