import { stringify } from 'safe-stable-stringify';
import type { ToolCall } from '../../core/run-request.ts';
import type { ToolDefinition } from '../../core/tool.ts';
import { normalizeArguments } from './normalize-message.ts';

/**
 * Writes the arguments of calls so that those compare alike which a client has read by the tool's schema: without the members
 * that are what the schema gives by itself. Claude Code sends a call back with its defaults filled in.
 */
export const createArgumentWriter = (tools: readonly ToolDefinition[]): ((call: ToolCall) => string) => {
  const defaults = new Map(tools.map(({ name, parameters }) => [name, readDefaults(parameters)]));
  return ({ name, arguments: text }) => {
    const own = defaults.get(name);
    if (own === undefined || own.size === 0) return normalizeArguments(text);
    try {
      const sent: unknown = JSON.parse(text);
      if (!isObject(sent)) return normalizeArguments(text);
      const chosen = Object.entries(sent).filter(([key, value]) => !own.has(key) || own.get(key) !== stringify(value));
      return stringify(Object.fromEntries(chosen)) ?? text;
    } catch {
      return text;
    }
  };
};

/** The members that a schema has a default for, with that as text. */
const readDefaults = ({ properties }: ToolDefinition['parameters']): ReadonlyMap<string, string | undefined> =>
  new Map(
    Object.entries(isObject(properties) ? properties : {}).flatMap(([name, schema]) =>
      isObject(schema) && 'default' in schema ? [[name, stringify(schema['default'])] as const] : [],
    ),
  );

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
