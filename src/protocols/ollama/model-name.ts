/** The model that a client means: Ollama's names have a tag, which is `latest` where nobody chose another. */
export const toModelId = (name: string): string => name.replace(/:latest$/, '');
