import path from 'node:path';
import type { ConfigWriter, Connection, ConnectTool } from '../../connect/main.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { cancellable } from '../auth/cancellable.ts';
import { UsageError } from '../usage-error.ts';
import { checkFlags, type ConnectFlags } from './connect-flags.ts';
import { prepareConnection, readConnectInput } from './connect-input.ts';
import { english } from './english.ts';
import { formatGuide, formatTools } from './format-guide.ts';
import { withConnect } from './load-connect.ts';
import { findFileToWrite, printJson, writeConfig } from './write-config.ts';

/** `portside connect`: lists the tools, shows how one is connected, writes its file, takes that back, and tries it. */
export const connect = async (toolId: string | undefined, flags: ConnectFlags): Promise<void> => {
  checkFlags(flags, toolId !== undefined);
  await cancellable(
    async (signal, cancel) =>
      await withConnect(async ({ CONNECT_TOOLS, createConfigWriter, maskToken, runProbe, toContainerConnection }) => {
        if (toolId === undefined) {
          listTools(CONNECT_TOOLS, flags);
          return;
        }
        const tool = findTool(CONNECT_TOOLS, toolId);
        const input = await readConnectInput();
        const writer = createConfigWriter({ folder: path.join(input.home, 'connect') });
        if (flags.undo === true) {
          await undo(writer, tool, flags);
          return;
        }
        const file = flags.write === true ? findFileToWrite(tool, flags) : null;
        const { connection, server, notes } = await prepareConnection(input, tool, flags.model, signal);
        for (const note of notes) process.stderr.write(`${note}\n`);
        const shown = tool.runsInContainer || flags.docker === true ? toContainerConnection(connection) : connection;
        if (file !== null) {
          const terminal = { signal, cancel };
          if (!(await writeConfig({ tool, connection: shown, file, flags, writer, maskToken, terminal }))) {
            process.exitCode = 1;
            return;
          }
        }
        if (flags.test === true) {
          const startedAt = performance.now();
          const result = await runProbe({ tool, connection, fetch: globalThis.fetch, signal });
          printAnswer(result, Math.round(performance.now() - startedAt), flags);
        } else if (file === null) {
          printGuide(tool, shown, server.running !== null, flags);
        }
      }),
  );
};

const listTools = (tools: readonly ConnectTool[], { json = false }: ConnectFlags): void => {
  if (!json) {
    process.stdout.write(formatTools(tools));
    return;
  }
  printJson(
    tools.map((tool) => ({
      id: tool.id,
      name: tool.name,
      description: tool.describe(english),
      runsInContainer: tool.runsInContainer,
      configFile: tool.configFile?.name ?? null,
    })),
  );
};

const findTool = (tools: readonly ConnectTool[], id: string): ConnectTool => {
  const tool = tools.find((each) => each.id === id.toLowerCase());
  if (tool !== undefined) return tool;
  throw new UsageError(`There is no tool "${id}". There are: ${tools.map((each) => each.id).join(', ')}.`);
};

const printGuide = (
  tool: ConnectTool,
  connection: Connection,
  isServing: boolean,
  { json = false }: ConnectFlags,
): void => {
  const steps = tool.steps(connection, english);
  if (!json) {
    process.stdout.write(formatGuide(tool, steps));
    return;
  }
  const { baseUrl, token, model } = connection;
  printJson({ tool: tool.id, name: tool.name, isServing, baseUrl, token, model, steps });
};

const printAnswer = (
  { answer, model }: { readonly answer: string; readonly model: string },
  durationMs: number,
  { json = false }: ConnectFlags,
): void => {
  if (json) printJson({ answer, model, durationMs });
  else process.stdout.write(`${model} answered after ${(durationMs / 1000).toFixed(1)} s:\n\n${answer.trimEnd()}\n`);
};

const undo = async (
  writer: ConfigWriter,
  tool: ConnectTool,
  { force = false, json = false }: ConnectFlags,
): Promise<void> => {
  try {
    const { file, isRemoved, backup } = await writer.undo(tool.id, { force });
    if (json) {
      printJson({ file, isRemoved, backup });
      return;
    }
    const kept = backup === null ? '' : ` What was undone is in ${backup}.`;
    const what = isRemoved ? 'is removed: it was not there before' : 'is as it was before';
    process.stdout.write(`${file} ${what}.${kept}\n`);
  } catch (error) {
    const isConflict = error instanceof Error && 'code' in error && error.code === 'conflict';
    if (!isConflict) throw error;
    throw new GatewayError('conflict', `${error.message} Add --force to undo all the same; a copy is kept.`, {
      cause: error,
    });
  }
};
