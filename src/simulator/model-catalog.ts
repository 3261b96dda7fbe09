interface CatalogModel {
  readonly id: string;
  readonly displayName: string;
  readonly aliases: readonly string[];
  readonly parameters: readonly {
    readonly id: string;
    readonly displayName: string;
    readonly values: readonly { readonly value: string; readonly displayName: string }[];
  }[];
}

const onOff = (id: string, displayName: string) => ({
  id,
  displayName,
  values: [
    { value: 'false', displayName: 'Off' },
    { value: 'true', displayName: 'On' },
  ],
});

/** The models that every key sees, in the form of `GET /v1/models`. */
export const MODEL_CATALOG: readonly CatalogModel[] = [
  { id: 'composer-2.5', displayName: 'Composer 2.5', aliases: ['composer'], parameters: [onOff('fast', 'Fast')] },
  {
    id: 'claude-sonnet-4.5',
    displayName: 'Claude Sonnet 4.5',
    aliases: ['claude-4.5-sonnet', 'sonnet-4.5'],
    parameters: [onOff('thinking', 'Thinking')],
  },
  {
    id: 'claude-opus-4.5',
    displayName: 'Claude Opus 4.5',
    aliases: ['claude-4.5-opus', 'opus-4.5'],
    parameters: [onOff('thinking', 'Thinking')],
  },
  {
    id: 'claude-haiku-4.5',
    displayName: 'Claude Haiku 4.5',
    aliases: ['claude-4.5-haiku', 'haiku-4.5'],
    parameters: [onOff('thinking', 'Thinking')],
  },
  {
    id: 'gpt-5.1',
    displayName: 'GPT-5.1',
    aliases: ['gpt-5'],
    parameters: [
      {
        id: 'reasoning',
        displayName: 'Reasoning',
        values: [
          { value: 'low', displayName: 'Low' },
          { value: 'medium', displayName: 'Medium' },
          { value: 'high', displayName: 'High' },
        ],
      },
    ],
  },
];

/** The names under which a rule may mean a requested model: what was asked for, and its canonical id. */
export function modelNames(requested: string): readonly string[] {
  const model = MODEL_CATALOG.find((each) => each.id === requested || each.aliases.includes(requested));
  return model === undefined || model.id === requested ? [requested] : [requested, model.id];
}
