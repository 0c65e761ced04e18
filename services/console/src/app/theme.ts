import { createTheme, type CSSVariablesResolver, type MantineThemeOverride } from '@mantine/core';
import { t } from '../texts/index.ts';

export const theme: MantineThemeOverride = createTheme({
  primaryColor: 'indigo',
  // White on the seventh shade reads well in both schemes; the default sixth does not in light.
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: '650' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Badge: { defaultProps: { tt: 'none', radius: 'sm' } },
    Table: { defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md' } },
    Card: { defaultProps: { withBorder: true, padding: 'lg', radius: 'lg' } },
    // A page has one banner, and it is not the head of a dialog.
    ModalHeader: { defaultProps: { component: 'div' } },
    DrawerHeader: { defaultProps: { component: 'div' } },
    Modal: {
      defaultProps: {
        centered: true,
        padding: 'lg',
        radius: 'lg',
        closeButtonProps: { 'aria-label': t.words.close },
      },
    },
  },
});

/** Texts of lesser weight must still have a contrast of 4.5 to 1 on every surface. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#566069',
    '--mantine-color-placeholder': '#616b74',
    '--mantine-color-body': '#f7f8fa',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-anchor': '#364fc7',
    '--mantine-color-indigo-light-color': '#2f44ad',
    '--mantine-color-green-light-color': '#1d6b2c',
    '--mantine-color-teal-light-color': '#08664c',
    '--mantine-color-red-light-color': '#b02525',
    '--mantine-color-orange-light-color': '#9a3d00',
    '--mantine-color-yellow-light-color': '#7a5200',
    '--mantine-color-gray-light-color': '#414a53',
    '--mantine-color-blue-light-color': '#175c9e',
    '--mantine-color-grape-light-color': '#86279a',
    '--bursar-surface': '#ffffff',
    '--bursar-inset': '#f4f6f9',
    '--bursar-line': '#dfe3e8',
  },
  dark: {
    '--mantine-color-dimmed': '#b4b9bf',
    '--mantine-color-placeholder': '#a2a8af',
    '--mantine-color-body': '#14161a',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#a5b8ff',
    '--mantine-color-indigo-light-color': '#b3c2ff',
    '--mantine-color-green-light-color': '#8ce99a',
    '--mantine-color-teal-light-color': '#7fe7c4',
    '--mantine-color-red-light-color': '#ffa8a8',
    '--mantine-color-orange-light-color': '#ffc078',
    '--mantine-color-yellow-light-color': '#ffe066',
    '--mantine-color-gray-light-color': '#d5d9de',
    '--mantine-color-blue-light-color': '#a5d8ff',
    '--mantine-color-grape-light-color': '#eebefa',
    '--bursar-surface': '#1c1f25',
    '--bursar-inset': '#16191e',
    '--bursar-line': '#31363f',
  },
});
