/** Drawn on a grid of 24, two units wide, in the colour of the text. */
const SHAPES = {
  wallet:
    'M3 7a2 2 0 0 1 2-2h12v4M3 7v10a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2V9H5a2 2 0 0 1-2-2zm14 7h.01',
  people:
    'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-7 10v-1a5 5 0 0 1 5-5h4a5 5 0 0 1 5 5v1M16 3.5a4 4 0 0 1 0 7.5M18 15a5 5 0 0 1 4 5v1',
  seat: 'M6 3v9h10l2-5M6 12l-1 5h13M8 17v4M16 17v4',
  rule: 'M4 6h10M4 12h6M4 18h8M17 4v6l3-3M17 20v-6l3 3',
  list: 'M8 6h13M8 12h13M8 18h13M3 6h.01M3 12h.01M3 18h.01',
  chart: 'M4 20V10M10 20V4M16 20v-7M21 20H3',
  bell: 'M6 9a6 6 0 1 1 12 0c0 6 2 7 2 7H4s2-1 2-7zM10 20a2 2 0 0 0 4 0',
  key: 'M14 10a4 4 0 1 1-4-4 4 4 0 0 1 4 4zm-1 3 8 8M17 17l2-2M20 20l1-1',
  hook: 'M9 8a4 4 0 1 1 5 4l-3 5M15 17a4 4 0 1 1-3 4M7 13a4 4 0 1 0 3 6h7',
  gear: 'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 2v3M12 19v3M4.9 4.9 7 7M17 17l2.1 2.1M2 12h3M19 12h3M4.9 19.1 7 17M17 7l2.1-2.1',
  queue: 'M4 5h16v4H4zM4 11h16v4H4zM4 17h16v3H4z',
  scale: 'M12 3v18M7 21h10M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z',
  shield: 'M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM9 12l2 2 4-4',
  gift: 'M4 11h16v10H4zM2 7h20v4H2zM12 7v14M12 7c-2-4-6-4-6-1 0 1 2 1 6 1zM12 7c2-4 6-4 6-1 0 1-2 1-6 1z',
  flag: 'M5 21V4M5 4h13l-3 4 3 4H5',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2',
  check: 'M4 12l5 5L20 6',
  cross: 'M6 6l12 12M18 6 6 18',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M4 12H2M22 12h-2M5 5l1.5 1.5M17.5 17.5 19 19M5 19l1.5-1.5M17.5 6.5 19 5',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5',
  down: 'M6 9l6 6 6-6',
  right: 'M9 6l6 6-6 6',
  download: 'M12 4v11M7 11l5 5 5-5M4 20h16',
  more: 'M4.5 12h1M11.5 12h1M18.5 12h1',
  plus: 'M12 5v14M5 12h14',
  send: 'M4 12h15M13 6l6 6-6 6',
  out: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
} as const;

export type IconName = keyof typeof SHAPES;

/** Decoration beside a text that says the same; silent for who listens. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={SHAPES[name]} />
    </svg>
  );
}
