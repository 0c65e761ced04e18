import { en } from './en/index.ts';

/** A translation has every text that English has. */
export type Catalogue = typeof en;

/** By language; what a browser asks for and nobody translated is English. */
const CATALOGUES: Readonly<Record<string, Catalogue>> = { en };

const language = navigator.languages
  .map((tag) => tag.split('-')[0] ?? '')
  .find((tag) => CATALOGUES[tag] !== undefined);

/** Every text of the console. */
export const t: Catalogue = CATALOGUES[language ?? 'en'] ?? en;
