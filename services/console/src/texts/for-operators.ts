import { enForOperators } from './en/for-operators.ts';
import { inLanguage } from './in-language.ts';
import { t as always } from './index.ts';

/** Every text of the operator's pages. */
export const t = { ...always, ...inLanguage({ en: enForOperators }) };
