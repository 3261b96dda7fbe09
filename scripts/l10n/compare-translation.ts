/** Texts by their keys. */
export type Texts = Readonly<Record<string, string>>;

/** What has to be in a translation as it is: placeholders, code, links and their targets, icons, line breaks. */
const FIXED = /\{\d+\}|`[^`]+`|\]\([^)]+\)|\$\([\w~-]+\)|%[sd]|\n/g;

const fixedParts = (text: string): string => JSON.stringify([...(text.match(FIXED) ?? [])].toSorted());

/** What is wrong with a translation, one sentence each; empty where nothing is. */
export const compareTranslation = (original: Texts, translation: Texts): readonly string[] => [
  ...Object.keys(original)
    .filter((key) => !(key in translation))
    .map((key) => `It lacks ${JSON.stringify(key)}.`),
  ...Object.keys(translation)
    .filter((key) => !(key in original))
    .map((key) => `It has ${JSON.stringify(key)}, which is not used.`),
  ...Object.entries(translation).flatMap(([key, text]) => {
    const english = original[key];
    if (english === undefined) return [];
    if (text.trim() === '') return [`${JSON.stringify(key)} is empty.`];
    return fixedParts(english) === fixedParts(text)
      ? []
      : [`${JSON.stringify(key)} has other placeholders, links or code than the original: ${JSON.stringify(text)}`];
  }),
];
