import type * as z from 'zod';
import type { ErrorCode } from './errors.ts';
import type { AnswerHeaderName, HeaderName } from './headers.ts';
import type { Query } from './queries.ts';

/** Whose form errors have; those of `Models` have OpenAI's or Anthropic's, by a header of the request. */
export type ErrorForm = 'OpenAi' | 'Responses' | 'Anthropic' | 'Ollama' | 'Models';

/** The parts that the document is divided into, in the order in which they stand in it. */
export const TAGS = {
  'Chat Completions': "OpenAI's Chat Completions: text, images and function tools, streamed or not.",
  Responses: "OpenAI's Responses API, with stored responses and background runs.",
  Conversations: 'Conversations of the Responses API and their items.',
  Messages: "Anthropic's Messages, for Claude Code and Anthropic's SDKs.",
  Ollama: "Ollama's API, for tools that know a local Ollama alone.",
  Completions: "OpenAI's older completions: text is continued, or a gap filled.",
  Models: 'The models of your Cursor account.',
  Sessions: 'Conversations whose context the server keeps by a name.',
  OpenCode: 'Models and Chat Completions under the prefixes that OpenCode uses.',
  Service: 'The server itself: health, metrics and these pages.',
} as const;

export type Tag = keyof typeof TAGS;

/** What a request is answered with, beside errors. */
export interface Answer {
  readonly description: string;
  /** The schema of each media type; `null` for one that is text. */
  readonly content: Readonly<Record<string, z.ZodType | null>>;
  /** Headers beside those of the operation. */
  readonly headers?: readonly AnswerHeaderName[];
  /** An example of each media type that has one. */
  readonly examples?: Readonly<Record<string, unknown>>;
}

/** A route, as the document has it. */
export interface Operation {
  readonly method: 'get' | 'post' | 'delete' | 'head';
  /** With parameters in braces. */
  readonly path: string;
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly form: ErrorForm;
  /** Whether it needs no token. */
  readonly isPublic?: boolean;
  readonly query?: Query;
  readonly headers?: readonly HeaderName[];
  /** Headers of its answers, beside the id of the request and what is told of any run. */
  readonly answerHeaders?: readonly AnswerHeaderName[];
  readonly body?: {
    /** Its name in the document. */
    readonly name: string;
    readonly schema: z.ZodType;
    readonly isOptional?: boolean;
    readonly example: unknown;
  };
  /** By status; none where it is always refused. */
  readonly answers: Readonly<Record<string, Answer>>;
  readonly errors: readonly ErrorCode[];
}

/** Whether a model answers, so that a key may keep it from running twice. */
export const isRun = ({ headers = [] }: Pick<Operation, 'headers'>): boolean => headers.includes('IdempotencyKey');
