/** A parameter that a model takes, with the values it allows, such as `{ id: 'reasoning', values: ['low', 'high'] }`. */
export interface ModelParameter {
  readonly id: string;
  readonly displayName: string | null;
  readonly values: readonly string[];
}

/** A model as the account offers it. `id` and every alias are valid in a request. */
export interface Model {
  readonly id: string;
  readonly displayName: string;
  readonly aliases: readonly string[];
  readonly parameters: readonly ModelParameter[];
}

/** The model of one run: a canonical id and the parameters to set on it. */
export interface ModelSelection {
  readonly id: string;
  readonly parameters: readonly { readonly id: string; readonly value: string }[];
}
