import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectStep } from '../../src/connect/connect-tool.ts';
import { startChild } from '../support/child-process.ts';
import { REPOSITORY_FOLDER, runCli } from '../support/portside-cli.ts';
import { type PortsideProcess, startPortside } from '../support/portside-process.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

let portside: PortsideProcess;
beforeAll(async () => {
  portside = await startPortside();
});
afterAll(() => portside[Symbol.asyncDispose]());

interface Guide {
  readonly token: string;
  readonly steps: readonly ConnectStep[];
}

const readGuide = async (id: string, language: string): Promise<{ token: string; snippet: string }> => {
  const { stdout } = await runCli(['connect', id, '--json'], { home: portside.home });
  const { token, steps } = JSON.parse(stdout) as Guide;
  const snippet = steps.findLast((step) => step.snippet?.language === language)?.snippet?.text;
  if (snippet === undefined) throw new Error(`${id} shows nothing in ${language}.`);
  return { token, snippet };
};

/** Runs a program in a folder that has the development packages of this repository. */
const runProgram = async (command: string, name: string, text: string, token: string): Promise<string> => {
  using folder = createTemporaryFolder({ isScanned: false });
  symlinkSync(path.join(REPOSITORY_FOLDER, 'node_modules'), folder.join('node_modules'));
  writeFileSync(folder.join(name), text);
  await using child = startChild({
    command,
    args: [folder.join(name)],
    cwd: folder.path,
    env: { PATH: process.env['PATH'], HOME: folder.path, PORTSIDE_API_KEY: token },
  });
  expect({ code: await child.waitForExit(), stderr: child.stderr() }).toMatchObject({ code: 0 });
  return child.stdout();
};

/** What the simulator answers to the examples. */
const ANSWER = /simulator\. You said: "Say hello\."/;

describe('the examples run as they are shown', () => {
  test.each(['openai-node', 'vercel-ai-sdk', 'langchain', 'anthropic-node', 'ollama-node'])('%s', async (id) => {
    const { token, snippet } = await readGuide(id, 'typescript');
    expect(await runProgram(process.execPath, 'example.mts', snippet, token)).toMatch(ANSWER);
  });

  test.runIf(spawnSync('curl', ['--version']).status === 0)('curl', async () => {
    const { token, snippet } = await readGuide('curl', 'shell');
    const answer = JSON.parse(await runProgram('sh', 'example.sh', snippet, token)) as {
      choices: { message: { content: string } }[];
    };
    expect(answer.choices[0]?.message.content).toMatch(ANSWER);
  });
});
