import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ToolChoice } from '../../core/tool.ts';
import { parseAt } from '../parse-at.ts';
import { toNeedsTools, toUnknownTool } from '../tool-errors.ts';
import { toParam } from '../validation-error.ts';
import { isHostedTool, toUnsupportedTool } from './hosted-tools.ts';
import type { HostedTool, KnownTool } from './tool-directory.ts';

/** What `tool_choice` asks for. */
export interface DecodedToolChoice {
  readonly toolChoice: ToolChoice;
  /** The names that the engine has for the tools that stay; `null` for all. */
  readonly allowed: ReadonlySet<string> | null;
}

/**
 * Reads `tool_choice`. @throws GatewayError `unsupported_tool` where it demands one of OpenAI's own tools, others where it demands
 * what the request does not have.
 */
export const decodeToolChoice = (
  sent: unknown,
  tools: readonly KnownTool[],
  hosted: readonly HostedTool[],
): DecodedToolChoice => {
  const choice = parseAt(choiceSchema, sent, ['tool_choice']) ?? 'auto';
  if (typeof choice === 'string') {
    if (choice === 'required') requireAny(tools.length, hosted);
    return { toolChoice: choice, allowed: null };
  }
  if (choice.type !== 'allowed_tools') {
    return { toolChoice: { name: findTool(choice, tools, ['tool_choice']).definition.name }, allowed: null };
  }
  const { mode, tools: allowed } = parseAt(allowedSchema, choice, ['tool_choice']);
  const names = allowed
    .map((tool, index) => ({ tool, path: ['tool_choice', 'tools', index] }))
    .filter(({ tool }) => !isHostedTool(tool.type))
    .flatMap(({ tool, path }) => findTools(tool, tools, path).map(({ definition }) => definition.name));
  if (mode === 'required') requireAny(names.length, allowed);
  return { toolChoice: mode, allowed: new Set(names) };
};

const choiceSchema = z
  .union([z.enum(['none', 'auto', 'required']), z.looseObject({ type: z.string() })], {
    error: 'expected "none", "auto", "required" or an object with a type',
  })
  .nullish();
const namedSchema = z.looseObject({ name: z.string(), namespace: z.string().nullish() });
const allowedSchema = z.looseObject({
  mode: z.enum(['auto', 'required']),
  tools: z.array(z.looseObject({ type: z.string() })).min(1),
});

type Choice = Readonly<Record<string, unknown>> & { readonly type: string };

const requireAny = (count: number, hosted: readonly { readonly type: string }[]): void => {
  if (count > 0) return;
  const [first] = hosted;
  throw first === undefined ? toNeedsTools('tool_choice', 'tools') : toUnsupportedTool('tool_choice', first.type);
};

/** Also all tools of a group. */
const findTools = (choice: Choice, tools: readonly KnownTool[], path: readonly PropertyKey[]): readonly KnownTool[] => {
  if (choice.type !== 'namespace') return [findTool(choice, tools, path)];
  const { name } = parseAt(namedSchema, choice, path);
  const found = tools.filter(({ client }) => client.namespace === name);
  if (found.length === 0) throw toUnknownTool(toParam([...path, 'name']), name, 'tools');
  return found;
};

const findTool = (choice: Choice, tools: readonly KnownTool[], path: readonly PropertyKey[]): KnownTool => {
  if (isHostedTool(choice.type)) throw toUnsupportedTool('tool_choice', choice.type);
  if (choice.type !== 'function' && choice.type !== 'custom') {
    const param = toParam([...path, 'type']);
    const possible = path.length > 1 ? '"function" or "custom"' : '"function", "custom" or "allowed_tools"';
    throw new GatewayError('unsupported_value', `${param}: "${choice.type}" is not supported. Use ${possible}.`, {
      param,
    });
  }
  const { name, namespace } = parseAt(namedSchema, choice, path);
  const param = toParam([...path, 'name']);
  if (tools.length === 0) throw toNeedsTools(param, 'tools');
  const candidates = tools.filter(({ client }) => client.kind === choice.type && client.name === name);
  // OpenAI's own choice has no field for the group: the only tool of that name is meant.
  const found =
    candidates.find(({ client }) => client.namespace === (namespace ?? null)) ??
    (typeof namespace === 'string' || candidates.length !== 1 ? undefined : candidates[0]);
  if (found === undefined) throw toUnknownTool(param, name, 'tools');
  return found;
};
