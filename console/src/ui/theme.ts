/** Colours, type and defaults of the console. Contrast of text on every surface is at least 4.5 : 1, light and dark. */
import { createTheme, type MantineColorsTuple } from '@mantine/core';
import i18next from 'i18next';

const indigo: MantineColorsTuple = [
  '#eef1ff',
  '#dce1fb',
  '#b6c0f3',
  '#8e9dec',
  '#6c7fe6',
  '#566ce2',
  '#4b62e1',
  '#3b4fd8',
  '#3347c0',
  '#273aa8',
];

const slate: MantineColorsTuple = [
  '#f6f7f9',
  '#eceef2',
  '#d9dde4',
  '#bfc5d0',
  '#9aa3b2',
  '#6b7585',
  '#535d6e',
  '#3f4857',
  '#2a313d',
  '#1a1f28',
];

const dark: MantineColorsTuple = [
  '#d6dae2',
  '#b4bac6',
  '#98a0af',
  '#6d7686',
  '#3c4452',
  '#2b323e',
  '#20262f',
  '#191e26',
  '#13171e',
  '#0e1116',
];

/** Mantine's yellow with a last shade dark enough for text on the first. */
const yellow: MantineColorsTuple = [
  '#fff9db',
  '#fff3bf',
  '#ffec99',
  '#ffe066',
  '#ffd43b',
  '#fcc419',
  '#fab005',
  '#f59f00',
  '#f08c00',
  '#8a5a00',
];

/** The cross of dialogs, named in the reader's language at the time it is shown. */
const closeButtonProps = {
  get 'aria-label'() {
    return i18next.t('common:close');
  },
};
const dialogStyles = { title: { fontWeight: 600 } };

export const theme = createTheme({
  colors: { indigo, slate, dark, gray: slate, yellow },
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 5 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: '"Inter Variable", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif',
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.125rem' }, h3: { fontSize: '1rem' } },
  },
  components: {
    Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 500 } },
    Tooltip: {
      defaultProps: { openDelay: 300, withArrow: true, events: { hover: true, focus: true, touch: true } },
    },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 }, closeButtonProps },
      styles: dialogStyles,
    },
    Drawer: { defaultProps: { closeButtonProps }, styles: dialogStyles },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Table: { defaultProps: { verticalSpacing: 'sm', highlightOnHover: true } },
  },
});
