import type { ToolDefinition } from '../../core/tool.ts';

/**
 * A tool that Anthropic defines and the client runs: its models know it without a schema, others are told here what it takes.
 * `null` for tools that Anthropic runs, and for those that move a screen: they need a model that was trained on them.
 *
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview
 */
export const toClientTool = (type: string, name: string): ToolDefinition | null => {
  const [, kind = '', date = ''] = /^(bash|text_editor|memory)_(\d{8})$/.exec(type) ?? [];
  if (kind === 'bash') return { name, ...BASH };
  if (kind === 'text_editor') return { name, ...toTextEditor(date) };
  return kind === 'memory' ? { name, ...MEMORY } : null;
};

type Described = Omit<ToolDefinition, 'name'>;

const text = (description: string) => ({ type: 'string', description });
const line = (description: string) => ({ type: 'integer', description });

const VIEW_RANGE = {
  type: 'array',
  items: { type: 'integer' },
  minItems: 2,
  maxItems: 2,
  description: 'For `view` of a file: the first and the last line, counted from 1; -1 for the end of the file.',
};

const BASH: Described = {
  description:
    'Runs a command in a bash session on the machine of the user, and gives its output. The session stays: directories and variables are kept from one command to the next. It cannot answer questions or show a graphical interface.',
  parameters: {
    type: 'object',
    properties: {
      command: text('The command. Needed unless `restart` is set.'),
      restart: { type: 'boolean', description: 'Begins a new session in place of the old one.' },
    },
  },
};

/** Since April 2025 it undoes nothing, and has a field of its own for the text that is inserted. */
const toTextEditor = (date: string): Described => {
  const isOlder = date < '20250429';
  const commands = ['view', 'create', 'str_replace', 'insert', ...(isOlder ? ['undo_edit'] : [])];
  const inserted = isOlder ? 'new_str' : 'insert_text';
  return {
    description: `Views and edits text files on the machine of the user. \`view\` shows a file with numbers of lines, or lists a directory; \`create\` writes \`file_text\` to a new file; \`str_replace\` replaces \`old_str\`, which must occur exactly once, by \`new_str\`; \`insert\` puts \`${inserted}\` after the line \`insert_line\`${isOlder ? '; `undo_edit` takes the last edit of a file back' : ''}.`,
    parameters: {
      type: 'object',
      properties: {
        command: { type: 'string', enum: commands, description: 'What to do.' },
        path: text('The absolute path of the file or directory.'),
        file_text: text('For `create`: the whole content.'),
        old_str: text('For `str_replace`: the text to replace, with enough around it to occur only once.'),
        new_str: text(`For \`str_replace\`: the new text${isOlder ? '; for `insert`: the text to insert' : ''}.`),
        insert_line: line('For `insert`: the number of the line to insert after; 0 for the beginning.'),
        ...(!isOlder && { insert_text: text('For `insert`: the text to insert.') }),
        view_range: VIEW_RANGE,
      },
      required: ['command', 'path'],
    },
  };
};

const MEMORY: Described = {
  description:
    'Keeps notes in files under the directory `/memories`, where later conversations find them again. Look at that directory before you begin a task, and write down progress and what is worth knowing as you go.',
  parameters: {
    type: 'object',
    properties: {
      command: {
        type: 'string',
        enum: ['view', 'create', 'str_replace', 'insert', 'delete', 'rename'],
        description: 'What to do.',
      },
      path: text('The file or directory, under `/memories`. Needed for all commands but `rename`.'),
      view_range: VIEW_RANGE,
      file_text: text('For `create`: the whole content.'),
      old_str: text('For `str_replace`: the text to replace.'),
      new_str: text('For `str_replace`: the new text.'),
      insert_line: line('For `insert`: the number of the line to insert after; 0 for the beginning.'),
      insert_text: text('For `insert`: the text to insert.'),
      old_path: text('For `rename`: what is to be renamed.'),
      new_path: text('For `rename`: its new path.'),
    },
    required: ['command'],
  },
};
