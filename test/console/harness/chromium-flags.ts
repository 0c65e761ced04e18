/** Where Chromium is, and how it runs on a machine without a screen. */
export const CHROMIUM: string = process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium';

export const FLAGS: string[] =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  );
