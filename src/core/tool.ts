import type { ContentPart } from './run-request.ts';

/** A function that a client offers to the model. */
export interface ToolDefinition {
  /** 1 to 64 of `a-z A-Z 0-9 _ -`. */
  readonly name: string;
  readonly description: string | null;
  /** JSON Schema of the arguments, an object's. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Whether the model may, must or must not call tools; `name` demands that one. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

/** An id for a call of a wire that has none: it tells the call's place in the conversation, counted from 1, and no more. */
export const toPlaceId = (place: number): string => `#${place}`;

/** Whether an id is one of {@link toPlaceId}. */
export const isPlaceId = (id: string): boolean => /^#\d+$/.test(id);

/** What a tool call came to. */
export interface ToolResult {
  readonly toolCallId: string;
  readonly content: readonly ContentPart[];
  readonly isError: boolean;
}
