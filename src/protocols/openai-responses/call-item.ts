import type { ChoiceEvent } from '../../core/run-event.ts';
import type { ResponseItem } from './response-object.ts';
import type { ClientTool } from './tool-names.ts';

/** A call of one of the client's tools as an item of the output. */
export const toCallItem = (
  id: string,
  tool: ClientTool,
  call: Extract<ChoiceEvent, { type: 'tool-call' }>,
): ResponseItem => ({
  id,
  type: tool.kind === 'custom' ? 'custom_tool_call' : 'function_call',
  status: 'completed',
  call_id: call.id,
  name: tool.name,
  ...(tool.namespace !== null && { namespace: tool.namespace }),
  ...(tool.kind === 'custom' ? { input: toCustomInput(call.arguments) } : { arguments: call.arguments }),
});

/** What a model has for a custom tool comes as `{"input": text}`; anything else is given on as it is. */
const toCustomInput = (text: string): string => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'input' in value && typeof value.input === 'string') {
      return value.input;
    }
  } catch {
    // No JSON: the model's own words are all there is.
  }
  return text;
};
