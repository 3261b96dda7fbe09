import type { SDKCustomToolContent } from '@cursor/sdk';
import type { ContentPart } from '../../../core/run-request.ts';
import type { ToolResult } from '../../../core/tool.ts';
import { toImageData } from '../image-data.ts';

/** What the SDK's `execute` may come to, with its parts spelled out. */
export interface SdkToolResult {
  readonly content: SDKCustomToolContent[];
  readonly isError: boolean;
}

/** A client's result in the SDK's form: text and images stay in their order. */
export const toSdkToolResult = ({ content, isError }: Pick<ToolResult, 'content' | 'isError'>): SdkToolResult => ({
  content: content.map(toSdkContent),
  isError,
});

/** A failure that the model can read and mend. */
export const toSdkToolError = (text: string): SdkToolResult => ({ content: [{ type: 'text', text }], isError: true });

const toSdkContent = (part: ContentPart): SDKCustomToolContent => {
  if (part.type === 'text') return { type: 'text', text: part.text };
  const image = toImageData(part.url);
  return image === null ? { type: 'text', text: '[an image that could not be read]' } : { type: 'image', ...image };
};
