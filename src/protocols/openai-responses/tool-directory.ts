import { GatewayError } from '../../core/gateway-error.ts';
import type { ToolDefinition } from '../../core/tool.ts';
import { parseAt } from '../parse-at.ts';
import { toDuplicateTool } from '../tool-errors.ts';
import { toParam } from '../validation-error.ts';
import { decodeCustomTool } from './decode-custom-tool.ts';
import { decodeFunction } from '../decode-function.ts';
import { isHostedTool } from './hosted-tools.ts';
import { toEngineName } from '../to-engine-name.ts';
import type { ClientTool } from './tool-names.ts';
import { functionToolSchema, namespaceSchema, type SentTool } from './tool-schema.ts';

/** A tool as the engine and as the client knows it. */
export interface KnownTool {
  readonly definition: ToolDefinition;
  readonly client: ClientTool;
}

/** A tool of OpenAI's own among those that were sent. */
export interface HostedTool {
  readonly type: string;
  readonly param: string;
}

/** The tools of a request, by the names that the engine has for them. */
export interface ToolDirectory {
  readonly tools: readonly KnownTool[];
  readonly hosted: readonly HostedTool[];
  /** Adds the tools at `path`. @throws GatewayError where one is malformed, of an unknown type, or there already */
  addAll(tools: readonly SentTool[], path: readonly PropertyKey[]): void;
}

export const createToolDirectory = (): ToolDirectory => {
  const byEngineName = new Map<string, KnownTool>();
  const hosted: HostedTool[] = [];

  const add = (tool: KnownTool, path: readonly PropertyKey[]): void => {
    const other = byEngineName.get(tool.definition.name);
    if (other !== undefined) throw toClash(tool.client, other.client, toParam([...path, 'name']));
    byEngineName.set(tool.definition.name, tool);
  };

  return {
    get tools() {
      return [...byEngineName.values()];
    },
    hosted,
    addAll(tools, path) {
      for (const [index, tool] of tools.entries()) {
        const toolPath = [...path, index];
        if (isHostedTool(tool.type)) hosted.push({ type: tool.type, param: toParam([...toolPath, 'type']) });
        else if (tool.type === 'namespace') addGroup(tool, toolPath, add);
        else add(decodeTool(tool, null, toolPath), toolPath);
      }
    },
  };
};

const addGroup = (
  group: SentTool,
  path: readonly PropertyKey[],
  add: (tool: KnownTool, path: readonly PropertyKey[]) => void,
): void => {
  const { name, description, tools } = parseAt(namespaceSchema, group, path);
  for (const [index, tool] of tools.entries()) {
    const toolPath = [...path, 'tools', index];
    const { definition, client } = decodeTool(tool, name, toolPath);
    // What the group is for says more than nothing.
    add(
      { definition: { ...definition, description: definition.description ?? description ?? null }, client },
      toolPath,
    );
  }
};

const decodeTool = (tool: SentTool, namespace: string | null, path: readonly PropertyKey[]): KnownTool => {
  const definition = decodeDefinition(tool, path);
  const kind = tool.type === 'custom' ? 'custom' : 'function';
  return {
    definition: { ...definition, name: toEngineName(namespace, definition.name) },
    client: { kind, name: definition.name, namespace },
  };
};

const decodeDefinition = (tool: SentTool, path: readonly PropertyKey[]): ToolDefinition => {
  switch (tool.type) {
    case 'function':
      return decodeFunction(functionToolSchema, tool, path);
    case 'custom':
      return decodeCustomTool(tool, path);
    default: {
      const param = toParam([...path, 'type']);
      throw new GatewayError(
        'unsupported_value',
        `${param}: "${tool.type}" is not supported. Use "function", "custom" or a "namespace" of those.`,
        { param },
      );
    }
  }
};

const toClash = (tool: ClientTool, other: ClientTool, param: string): GatewayError => {
  if (tool.name === other.name && tool.namespace === other.namespace) return toDuplicateTool(param, tool.name);
  return new GatewayError(
    'validation_failed',
    `${param}: "${tool.name}" is too much like "${other.name}" to be told from it. Rename one of them.`,
    { param },
  );
};
