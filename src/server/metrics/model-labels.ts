/** No account has as many models; without the account's list, names come from clients, and Cursor alone says whether there are such. */
const MAX_MODELS = 100;

/** What ids of models are made of. */
const MODEL_ID = /^[a-z0-9][\w.:/@-]{0,63}$/i;

/** What all further models are counted as. */
const OTHER = 'other';

/** Gives the label of a model: its id, where it is one by its form, and for so many models that no client can make the list of labels endless. */
export const createModelLabels = (maxModels = MAX_MODELS): ((model: string) => string) => {
  const known = new Set<string>();
  return (model) => {
    if (!MODEL_ID.test(model) || (!known.has(model) && known.size >= maxModels)) return OTHER;
    known.add(model);
    return model;
  };
};
