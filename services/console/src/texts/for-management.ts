import { enForManagement } from './en/for-management.ts';
import { inLanguage } from './in-language.ts';
import { t as always } from './index.ts';

/** Every text of pages where people, rules, keys and settings are managed. */
export const t = { ...always, ...inLanguage({ en: enForManagement }) };
