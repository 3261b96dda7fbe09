/** The arguments of a call for wires that have them as an object; `{}` for none, and what is no JSON has no better place than in it. */
export const readArguments = (text: string): unknown => {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return { arguments: text };
  }
};
