import { chmodSync, statSync } from 'node:fs';
import path from 'node:path';
import type { StoredAnswer } from '../src/core/answer-store.ts';
import type { JsonObject } from '../src/core/json-object.ts';
import type { Logger } from '../src/core/logger.ts';
import { openAccessTokens } from '../src/host/open-access-tokens.ts';
import { createId } from '../src/server/responses/create-id.ts';
import { openAnswerStore } from '../src/storage/open-answer-store.ts';

/** An access token, and whom its answers belong to. */
export interface Owner {
  readonly id: string;
  readonly token: string;
}

/** How many answers lie in a store. */
export interface StoreSize {
  readonly answers: number;
  /** Answers that go on from the same first one, as the last one of the thread at that time. */
  readonly perThread: number;
}

/** A stored answer, as its client knows it. */
export interface Stored {
  readonly id: string;
  readonly owner: Owner;
}

/** What would only be logged is no measurement any more. */
const STRICT_LOGGER: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn(message) {
    throw new Error(message);
  },
  error(message) {
    throw new Error(message);
  },
};

/** Makes the access tokens of a folder that no server uses yet. */
export const createOwners = (folder: string, count: number): readonly Owner[] => {
  chmodSync(folder, 0o700);
  const tokens = openAccessTokens({ folder, logger: STRICT_LOGGER, ownToken: null });
  const owners = Array.from({ length: count }, (_owner, index) => {
    const { info, token } = tokens.create(`owner ${index + 1}`);
    return { id: info.id, token };
  });
  tokens.close();
  return owners;
};

/** Fills the store of a folder as a server would, with answers like `template`, whose texts are of many sizes. */
export const fillStore = (
  folder: string,
  owners: readonly Owner[],
  { size, template }: { readonly size: StoreSize; readonly template: JsonObject },
): { readonly stored: readonly Stored[]; readonly fileBytes: number } => {
  const file = path.join(folder, 'responses.db');
  const store = openAnswerStore(file, STRICT_LOGGER);
  const stored: Stored[] = [];
  const last = new Map<number, { readonly id: string; readonly threadId: string }>();
  const threads = Math.ceil(size.answers / size.perThread);
  for (let index = 0; index < size.answers; index += 1) {
    // Threads grow side by side, so that none lies in one piece.
    const thread = index % threads;
    const owner = owners[thread % owners.length];
    if (owner === undefined) throw new Error('There are no owners.');
    const id = createId('resp');
    const previous = last.get(thread) ?? null;
    const threadId = previous?.threadId ?? id;
    store.add(toAnswer({ id, threadId, previousId: previous?.id ?? null, owner: owner.id, index, template }));
    last.set(thread, { id, threadId });
    stored.push({ id, owner });
  }
  store.close();
  return { stored, fileBytes: statSync(file).size };
};

const toAnswer = ({
  index,
  template,
  ...place
}: Pick<StoredAnswer, 'id' | 'threadId' | 'previousId' | 'owner'> & {
  readonly index: number;
  readonly template: JsonObject;
}): StoredAnswer => {
  const callId = createId('call');
  return {
    ...place,
    kind: 'response',
    model: String(template['model']),
    metadata: {},
    createdAt: Date.now(),
    body: {
      ...template,
      id: place.id,
      previous_response_id: place.previousId,
      output: [
        toMessage('assistant', 'output_text', { text: toText(index, MAX_CHARACTERS), annotations: [], logprobs: [] }),
        {
          id: createId('fc'),
          type: 'function_call',
          status: 'completed',
          call_id: callId,
          name: 'read_file',
          arguments: JSON.stringify({ path: `src/part-${index}.ts` }),
        },
      ],
    },
    input: [
      toMessage('user', 'input_text', { text: toText(index + 1, MAX_CHARACTERS / 2) }),
      {
        id: createId('fco'),
        type: 'function_call_output',
        status: 'completed',
        call_id: callId,
        output: toText(index + 2, MAX_CHARACTERS),
      },
    ],
    processId: null,
  };
};

const toMessage = (role: string, type: string, part: JsonObject): JsonObject => ({
  id: createId('msg'),
  type: 'message',
  status: 'completed',
  role,
  content: [{ type, ...part }],
});

/** Most texts are short, few are as long as this. */
const MAX_CHARACTERS = 16_384;

const SENTENCE = 'The function has its new name, “rename”, and so have its callers.\n';

/** The same one for the same number, between 100 characters and all of `maxCharacters`. */
const toText = (number: number, maxCharacters: number): string => {
  const share = ((number * 7919) % 1000) / 1000;
  const characters = Math.round(100 + (maxCharacters - 100) * share ** 3);
  return SENTENCE.repeat(Math.ceil(characters / SENTENCE.length)).slice(0, characters);
};
