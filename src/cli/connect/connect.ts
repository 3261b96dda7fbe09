import path from 'node:path';
import type * as connectMain from '../../connect/main.ts';
import type { ConfigWriter, Connection, ConnectTool } from '../../connect/main.ts';
import { cancellable } from '../auth/cancellable.ts';
import type { TerminalOptions } from '../auth/terminal.ts';
import { UsageError } from '../usage-error.ts';
import { checkFlags, type ConnectFlags } from './connect-flags.ts';
import { type ConnectInput, prepareConnection, readConnectInput } from './connect-input.ts';
import { english } from './english.ts';
import { formatGuide, formatTools } from './format-guide.ts';
import { withConnect } from './load-connect.ts';
import { undo } from './undo.ts';
import { findFileToWrite, printJson, writeConfig, type WrittenConfig } from './write-config.ts';

/** `portside connect`: lists the tools, shows how one is connected, writes its file, takes that back, and tries it. */
export const connect = async (toolId: string | undefined, flags: ConnectFlags): Promise<void> => {
  checkFlags(flags, toolId !== undefined);
  await cancellable(
    async (signal, cancel) =>
      await withConnect(async (room) => {
        if (toolId === undefined) {
          listTools(room.CONNECT_TOOLS, flags);
          return;
        }
        const tool = findTool(room.CONNECT_TOOLS, toolId);
        const input = await readConnectInput();
        const writer = room.createConfigWriter({ folder: path.join(input.home, 'connect') });
        if (flags.undo === true) await undo(writer, tool, flags);
        else await connectTool({ room, tool, input, writer, flags, terminal: { signal, cancel } });
      }),
  );
};

const connectTool = async ({
  room: { maskSecrets, maskToken, runProbe, toToolConnection },
  tool,
  input,
  writer,
  flags,
  terminal,
}: {
  readonly room: typeof connectMain;
  readonly tool: ConnectTool;
  readonly input: ConnectInput;
  readonly writer: ConfigWriter;
  readonly flags: ConnectFlags;
  readonly terminal: TerminalOptions;
}): Promise<void> => {
  const { signal } = terminal;
  const file = flags.write === true ? findFileToWrite(tool, flags) : null;
  const prepared = await prepareConnection(input, tool, flags.model, signal);
  const { connection, server, notes, tokenNote } = prepared;
  const shown = toToolConnection(tool, connection, flags.docker);
  const say = (note: string): void => void process.stderr.write(`${note}\n`);
  notes.forEach(say);
  let isTokenUsed = false;
  const useToken = (): void => {
    if (!isTokenUsed && tokenNote !== null) say(tokenNote);
    isTokenUsed = true;
  };
  let written: WrittenConfig = null;
  let answer: Answer | null = null;
  try {
    if (file !== null) {
      const mask = (text: string): string => maskSecrets(maskToken(text, connection.token));
      written = await writeConfig({ tool, connection: shown, file, flags, writer, mask, terminal });
      if (written === null) {
        process.exitCode = 1;
        return;
      }
      useToken();
    }
    if (flags.test === true) {
      const startedAt = performance.now();
      const result = await runProbe({ tool, connection, fetch: globalThis.fetch, signal });
      answer = { ...result, durationMs: Math.round(performance.now() - startedAt) };
      useToken();
      if (flags.json !== true) printAnswer(answer);
    } else if (file === null) {
      useToken();
      printGuide(tool, shown, server.running !== null, flags);
    }
  } finally {
    // What was written counts also where its test failed.
    if (flags.json === true && (written !== null || answer !== null)) printJson({ ...written, ...answer });
    if (!isTokenUsed) await prepared.dropToken();
  }
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

interface Answer {
  readonly answer: string;
  readonly model: string;
  readonly durationMs: number;
}

const printAnswer = ({ answer, model, durationMs }: Answer): void => {
  process.stdout.write(`${model} answered after ${(durationMs / 1000).toFixed(1)} s:\n\n${answer.trimEnd()}\n`);
};
