import * as z from 'zod';
import type { JsonObject } from '../../core/json-object.ts';
import type { ToolChoice, ToolDefinition } from '../../core/tool.ts';
import { parseAt } from '../parse-at.ts';
import { refuseTooManyTools } from '../tool-errors.ts';
import { decodeToolChoice } from './decode-tool-choice.ts';
import { isHostedTool, toUnsupportedTool } from './hosted-tools.ts';
import { createToolDirectory, type HostedTool, type KnownTool } from './tool-directory.ts';
import type { ToolNames } from './tool-names.ts';
import { toolSchema } from './tool-schema.ts';

/** What a request and its conversation say about tools. */
export interface SentTools {
  /** The request's own. */
  readonly tools: readonly JsonObject[];
  /** Those of `additional_tools` items, oldest first. */
  readonly additionalTools: readonly JsonObject[];
  readonly toolChoice: unknown;
  readonly parallelToolCalls: boolean;
  /** What is done with tools of OpenAI's own. */
  readonly hostedTools: 'ignore' | 'refuse';
}

export interface DecodedResponseTools {
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls: boolean;
  readonly names: ToolNames;
  /** The request's own tools as its response repeats them, without those that were left out. */
  readonly echoTools: readonly JsonObject[];
  /** The tools that were left out, as `tools[web_search]`. */
  readonly ignored: readonly string[];
}

/**
 * Reads which tools there are, and which of them may be called. The request's own win over additional ones of the same name,
 * later additional ones over earlier.
 *
 * @throws GatewayError `unsupported_tool` where the request cannot do without a tool of OpenAI's own, others for what is wrong
 *   with a tool or with the choice
 */
export const decodeResponseTools = (sent: SentTools): DecodedResponseTools => {
  refuseTooManyTools(sent.tools.length, 'tools');
  const directory = createToolDirectory();
  directory.addAll(parseAt(z.array(toolSchema), sent.tools, ['tools']), ['tools']);
  const additional = decodeAdditional(sent.additionalTools);
  const own = new Set(directory.tools.map(({ definition }) => definition.name));
  const known = [...directory.tools, ...additional.tools.filter(({ definition }) => !own.has(definition.name))];
  const hosted = [...directory.hosted, ...additional.hosted];
  const [firstHosted] = hosted;
  if (sent.hostedTools === 'refuse' && firstHosted !== undefined) {
    throw toUnsupportedTool(firstHosted.param, firstHosted.type);
  }
  const { toolChoice, allowed } = decodeToolChoice(sent.toolChoice, known, hosted);
  const byEngineName = new Map(known.map(({ definition, client }) => [definition.name, client]));
  return {
    tools: known.map(({ definition }) => definition).filter(({ name }) => allowed === null || allowed.has(name)),
    toolChoice,
    parallelToolCalls: sent.parallelToolCalls,
    names: { find: (name) => byEngineName.get(name) ?? { kind: 'function', name, namespace: null } },
    echoTools: sent.tools.filter(({ type }) => typeof type !== 'string' || !isHostedTool(type)).map(toEchoTool),
    ignored: [...new Set(hosted.map(({ type }) => `tools[${type}]`))],
  };
};

/** One by one, as each may take the place of an earlier one. Where it stood in the input is known to nobody any more. */
const decodeAdditional = (
  tools: readonly JsonObject[],
): { readonly tools: readonly KnownTool[]; readonly hosted: readonly HostedTool[] } => {
  const byEngineName = new Map<string, KnownTool>();
  const hosted: HostedTool[] = [];
  for (const tool of parseAt(z.array(toolSchema), tools, ['additional_tools'])) {
    const directory = createToolDirectory();
    directory.addAll([tool], ['additional_tools']);
    hosted.push(...directory.hosted.map(({ type }) => ({ type, param: 'input' })));
    for (const known of directory.tools) byEngineName.set(known.definition.name, known);
  }
  return { tools: [...byEngineName.values()], hosted };
};

/** A tool as OpenAI repeats it: what is left out has its default, and `null` stands only where the schema has it. */
export const toEchoTool = (tool: JsonObject): JsonObject => {
  const sent = withoutNulls(tool);
  switch (tool['type']) {
    case 'function':
      return {
        ...sent,
        description: sent['description'] ?? null,
        parameters: sent['parameters'] ?? null,
        strict: sent['strict'] ?? true,
      };
    case 'namespace': {
      const { tools } = sent;
      return {
        ...sent,
        description: sent['description'] ?? '',
        tools: Array.isArray(tools) ? tools.map((inner: JsonObject) => withoutNulls(inner)) : [],
      };
    }
    default:
      return sent;
  }
};

const withoutNulls = (tool: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(tool).filter(([, value]) => value !== null));
