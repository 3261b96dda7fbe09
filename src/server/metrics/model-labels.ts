/** No account has as many models; without the account's list, names come from clients. */
const MAX_MODELS = 100;

/** What all further models are counted as. */
const OTHER = 'other';

/** Gives the label of a model: its id, for so many models that no client can make the list of labels endless. */
export const createModelLabels = (maxModels = MAX_MODELS): ((model: string) => string) => {
  const known = new Set<string>();
  return (model) => {
    if (!known.has(model) && known.size >= maxModels) return OTHER;
    known.add(model);
    return model;
  };
};
