import { isDeepStrictEqual } from 'node:util';
import type {
  ResponseEvent,
  ResponseItem,
  ResponseObject,
} from '../../src/protocols/openai-responses/response-object.ts';

interface StreamEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly response: ResponseObject;
  readonly output_index: number;
  readonly item_id: string;
  readonly item: ResponseItem & { readonly id: string };
  readonly part: { readonly text: string };
  readonly delta: string;
}

/** A kind of text that is told in pieces. */
interface TextKind {
  /** The item that has it. */
  readonly itemType: string;
  /** Where the item has it, as a list of parts or as one text. */
  readonly field: string;
  /** What its parts are counted by; `null` where it is one text without parts. */
  readonly indexField: string | null;
  /** Where the event that ends it has the whole text. */
  readonly doneField: string;
}

const TEXT_KINDS: Readonly<Record<string, TextKind>> = {
  'response.output_text': { itemType: 'message', field: 'content', indexField: 'content_index', doneField: 'text' },
  'response.reasoning_summary_text': {
    itemType: 'reasoning',
    field: 'summary',
    indexField: 'summary_index',
    doneField: 'text',
  },
  'response.function_call_arguments': {
    itemType: 'function_call',
    field: 'arguments',
    indexField: null,
    doneField: 'arguments',
  },
  'response.custom_tool_call_input': {
    itemType: 'custom_tool_call',
    field: 'input',
    indexField: null,
    doneField: 'input',
  },
};
const PART_KINDS: Readonly<Record<string, string>> = {
  'response.content_part': 'response.output_text',
  'response.reasoning_summary_part': 'response.reasoning_summary_text',
};
const TERMINAL_STATUSES: Readonly<Record<string, readonly string[]>> = {
  'response.completed': ['completed'],
  // OpenAI has no event of its own for a cancelled response.
  'response.incomplete': ['incomplete', 'cancelled'],
  'response.failed': ['failed'],
};

interface OpenText {
  readonly kind: string;
  text: string;
  isDone: boolean;
}

interface OpenItem {
  readonly item: StreamEvent['item'];
  /** The texts that are whole. */
  readonly texts: string[];
  open: OpenText | null;
}

/**
 * Throws where the events of a response's stream break their grammar, and says what is wrong: they are numbered from 0; the
 * stream is opened by `response.created`, then `response.queued`, `response.in_progress` or both; items are told one after the
 * other, each added, filled and done, with one id; texts are opened, told in deltas, and done as the sum of these; then comes
 * exactly one terminal event, whose output is what was told. `isComplete: false` allows for a stream that was cut off.
 */
export const checkResponseEvents = (events: readonly ResponseEvent[], { isComplete = true } = {}): void => {
  const told: StreamEvent[] = JSON.parse(JSON.stringify(events));
  const done: ResponseItem[] = [];
  const usedIds = new Set<string>();
  let phase: 'unopened' | 'created' | 'queued' | 'in progress' | 'over' = 'unopened';
  let open: OpenItem | null = null;
  let first: ResponseObject | null = null;

  for (const [index, event] of told.entries()) {
    const fail = (problem: string): never => {
      throw new Error(`Event ${index} (${JSON.stringify(event)}) ${problem}`);
    };
    const requireOpenItem = (): OpenItem => {
      if (open === null) return fail('belongs to no open item.');
      if (event.output_index !== done.length) fail('has the index of another item.');
      return open;
    };
    const checkOpening = (status: string): void => {
      if (event.response.status !== status) fail(`has a response that is not ${status}.`);
      const { output, usage, error, completed_at: completedAt } = event.response;
      if (output.length > 0 || usage !== null || error !== null || completedAt !== null) fail('knows the end already.');
    };

    if (event.sequence_number !== index) fail(`has not the number ${index}.`);
    if (phase === 'over') fail('comes after the end.');
    if (phase === 'unopened' && event.type !== 'response.created') fail('comes before response.created.');
    if ('response' in event) {
      first ??= event.response;
      if (event.response.id !== first.id) fail('is about another response.');
      if (event.response.created_at !== first.created_at) fail('has another time of creation.');
    }

    const text = /^(.*)\.(delta|done)$/.exec(event.type);
    const part = /^(.*_part)\.(added|done)$/.exec(event.type);
    if (event.type === 'keepalive') continue;
    if (event.type === 'response.created') {
      if (phase !== 'unopened') fail('comes twice.');
      checkOpening(event.response.status === 'queued' ? 'queued' : 'in_progress');
      phase = 'created';
    } else if (event.type === 'response.queued') {
      if (phase !== 'created') fail('does not follow response.created.');
      checkOpening('queued');
      if (first?.status !== 'queued') fail('follows a response.created that is in progress.');
      phase = 'queued';
    } else if (event.type === 'response.in_progress') {
      if (phase !== 'queued' && phase !== 'created') fail('comes twice.');
      checkOpening('in_progress');
      if (phase === 'created' && first?.status === 'queued') fail('comes without response.queued.');
      phase = 'in progress';
    } else if (event.type === 'response.output_item.added') {
      if (phase !== 'in progress') fail('comes before response.in_progress.');
      if (open !== null) fail('adds an item while another is open.');
      if (event.output_index !== done.length) fail(`has not the index ${done.length}.`);
      if (!event.item.id || usedIds.has(event.item.id)) fail('has no id of its own.');
      usedIds.add(event.item.id);
      checkEmpty(event.item, fail);
      open = { item: event.item, texts: [], open: null };
    } else if (event.type === 'response.output_item.done') {
      const { item, texts, open: unfinished } = requireOpenItem();
      if (unfinished !== null) fail('comes while a text of the item is open.');
      checkDone(item, event.item, texts, fail);
      done.push(event.item);
      open = null;
    } else if (part?.[1] !== undefined && PART_KINDS[part[1]] !== undefined) {
      checkPart(requireOpenItem(), event, PART_KINDS[part[1]] ?? '', part[2] === 'added', fail);
    } else if (text?.[1] !== undefined && TEXT_KINDS[text[1]] !== undefined) {
      checkText(requireOpenItem(), event, text[1], text[2] === 'delta', fail);
    } else if (TERMINAL_STATUSES[event.type] !== undefined) {
      if (phase === 'created') fail('comes before the stream is open.');
      if (phase === 'queued' && event.type === 'response.completed') fail('ends what has not begun.');
      if (open !== null) fail('comes while an item is open.');
      checkEnd(event, done, fail);
      phase = 'over';
    } else {
      fail('has an unknown type.');
    }
  }
  if (isComplete && phase !== 'over') throw new Error(`There is no end after ${events.length} events.`);
};

type Fail = (problem: string) => never;

const checkEmpty = (item: ResponseItem, fail: Fail): void => {
  const kind = Object.values(TEXT_KINDS).find(({ itemType }) => itemType === item.type);
  if (kind === undefined) return;
  if (item['status'] !== 'in_progress') fail('adds an item that is not in progress.');
  const content = item[kind.field];
  if (kind.indexField === null ? content !== '' : !isDeepStrictEqual(content, []))
    fail('adds an item that is not empty.');
};

const checkPart = (owner: OpenItem, event: StreamEvent, kind: string, isAdded: boolean, fail: Fail): void => {
  checkPlace(owner, event, kind, fail);
  if (isAdded) {
    if (owner.open !== null) fail('opens a part while another is open.');
    if (event.part.text !== '') fail('opens a part that is not empty.');
    owner.open = { kind, text: '', isDone: false };
    return;
  }
  if (owner.open?.isDone !== true) return fail('ends a part whose text is not done.');
  if (event.part.text !== owner.open.text) fail('has another text than its deltas.');
  owner.texts.push(owner.open.text);
  owner.open = null;
};

const checkText = (owner: OpenItem, event: StreamEvent, kind: string, isDelta: boolean, fail: Fail): void => {
  checkPlace(owner, event, kind, fail);
  const { indexField, doneField } = TEXT_KINDS[kind] ?? fail('is of no known kind.');
  // A text without parts is opened by its item.
  if (indexField === null && owner.open === null && owner.texts.length === 0) {
    owner.open = { kind, text: '', isDone: false };
  }
  const { open } = owner;
  if (open === null) return fail('belongs to no open part.');
  if (open.isDone) fail('comes after the text is done.');
  if (isDelta) {
    open.text += event.delta;
    return;
  }
  if (Reflect.get(event, doneField) !== open.text) fail('has another text than its deltas.');
  open.isDone = true;
  if (indexField !== null) return;
  owner.texts.push(open.text);
  owner.open = null;
};

const checkPlace = ({ item, texts }: OpenItem, event: StreamEvent, kind: string, fail: Fail): void => {
  const { itemType, indexField } = TEXT_KINDS[kind] ?? fail('is of no known kind.');
  if (event.item_id !== item.id) fail('has the id of another item.');
  if (item.type !== itemType) fail(`belongs to an item of type ${item.type}.`);
  if (indexField !== null && Reflect.get(event, indexField) !== texts.length) fail('has the index of another part.');
};

const checkDone = (added: ResponseItem, item: ResponseItem, texts: readonly string[], fail: Fail): void => {
  const kind = Object.values(TEXT_KINDS).find(({ itemType }) => itemType === added.type);
  if (kind === undefined) {
    if (!isDeepStrictEqual(item, added)) fail('is not the item that was added.');
    return;
  }
  const { status: _added, [kind.field]: _empty, ...addedRest } = added;
  const { status, [kind.field]: content, ...rest } = item;
  if (!isDeepStrictEqual(rest, addedRest)) fail('is not the item that was added.');
  if (status !== 'completed' && status !== 'incomplete') fail('is done without being so.');
  const whole = Array.isArray(content) ? content.map((part) => part.text) : [content];
  if (!isDeepStrictEqual(whole, texts)) fail('has other texts than were told.');
};

const checkEnd = (event: StreamEvent, done: readonly ResponseItem[], fail: Fail): void => {
  const { status, output, usage, error, completed_at: completedAt, incomplete_details: details } = event.response;
  if (TERMINAL_STATUSES[event.type]?.includes(status) !== true) fail('has a response of another status.');
  if (!isDeepStrictEqual(output, done)) fail('has other items than were done.');
  if ((status === 'completed') !== (completedAt !== null)) fail('has the wrong time of completion.');
  if ((status === 'failed') !== (error !== null)) fail('has the wrong error.');
  if ((status === 'incomplete') !== (details !== null)) fail('has the wrong reason.');
  if ((status === 'completed' || status === 'incomplete') && usage === null) fail('has no usage.');
};
