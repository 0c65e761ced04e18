/**
 * The catalogue in the language that the browser asks for; what nobody translated is English.
 * A translation has every text that English has, which its type demands.
 */
export function inLanguage<Texts>(catalogues: { en: Texts } & Record<string, Texts>): Texts {
  const language = navigator.languages
    .map((tag) => tag.split('-')[0] ?? '')
    .find((tag) => Object.hasOwn(catalogues, tag));
  return catalogues[language ?? 'en'] ?? catalogues.en;
}
