// What the measured conversation is made of: about what a coding agent's is, but with a small set of tools.

/** Of a user's message, and of an answer. */
const TEXT_CHARACTERS = 2_048;

/** About as many as come in one piece from a fast model. */
const CHUNK_CHARACTERS = 64;

const repeat = (text: string, characters: number): string =>
  text.repeat(Math.ceil(characters / text.length)).slice(0, characters);

export const SYSTEM_PROMPT = repeat(
  'You are a careful programmer who explains each change in a sentence. ',
  TEXT_CHARACTERS,
);

const toTool = (name: string, description: string, properties: readonly string[]) => ({
  name,
  description,
  parameters: {
    type: 'object',
    properties: Object.fromEntries(
      properties.map((property) => [property, { type: 'string', description: `The ${property}, as in the project.` }]),
    ),
    required: [...properties],
    additionalProperties: false,
  },
});

export const CONVERSATION_TOOLS = [
  toTool('read_file', 'Reads a text file of the project.', ['path']),
  toTool('write_file', 'Writes a text file of the project.', ['path', 'content']),
  toTool('search', 'Searches the files of the project for a pattern.', ['pattern', 'folder']),
  toTool('run_command', 'Runs a command in the project’s folder.', ['command', 'folder']),
];

/** What the user says in a turn; nothing that was said before in any conversation. */
export const toUserText = (conversation: string, turn: number): string =>
  `[${conversation}.${turn}] ${repeat('Now rename this function too, and mend what calls it. ', TEXT_CHARACTERS)}`;

/** What the model says to each message, for the simulator: as long, and no two answers are the same. */
export const toAnswerScenario = () => ({
  rules: [
    {
      when: { prompt: String.raw`.*(\[[\w.-]+\])` },
      then: [
        {
          text: `{{match.1}} ${repeat('The function has its new name, and so have its callers. ', TEXT_CHARACTERS)}`,
          chunk: CHUNK_CHARACTERS,
        },
      ],
    },
  ],
});
