/** Words that several pages use alike. */
export const words = {
  copy: 'Copy',
  copied: 'Copied',
  cancel: 'Cancel',
  close: 'Close',
  confirm: 'Confirm',
  loading: 'Loading',
  loadMore: 'Show more',
  tryAgain: 'Try again',
  credits: 'credits',
  never: 'never',
  table: 'Table',
  chart: 'Chart',
  showAs: (what: string) => `Show ${what} as`,
  requestId: 'Request',
  retryIn: (seconds: number) => `Try again in ${seconds} s.`,
  unreachable:
    'Bursar cannot be reached. Whatever was accepted goes on; what you sent is repeated under the same key and cannot count twice.',
  preview: 'What this will do',
  typeToConfirm: (text: string) => `Type ${text} to confirm`,
};
