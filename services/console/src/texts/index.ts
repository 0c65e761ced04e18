import { en } from './en/index.ts';
import { inLanguage } from './in-language.ts';

/** The texts that come with the first page. Pages that few people open have more, in parts of their own. */
export const t = inLanguage({ en });
