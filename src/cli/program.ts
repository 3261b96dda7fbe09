import { Command, CommanderError, Option } from 'commander';
import { version } from '../../package.json';
import { GatewayError } from '../core/gateway-error.ts';
import { addAuthCommands } from './auth/add-auth-commands.ts';
import { endOnClosedOutput } from './closed-output.ts';
import { addConnectCommands } from './connect/add-connect-commands.ts';
import { serve } from './serve.ts';
import type { ServeFlags } from './serve-input.ts';
import { simulate, type SimulateFlags } from './simulate.ts';
import { addTokenCommands } from './token/add-token-commands.ts';
import { UsageError } from './usage-error.ts';

/** Runs `portside` with the arguments of `argv`; sets the exit code: 1 for a failure, 2 for a wrong call. */
export const runProgram = async (argv: readonly string[]): Promise<void> => {
  const program = new Command('portside')
    .description('A local OpenAI-compatible API on your own Cursor account.')
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: false });

  program
    .command('serve')
    .description('serve the API until SIGINT or SIGTERM')
    .option('--port <number>', 'port to listen on; 0 takes any free one (default: 8765)')
    .option('--ollama-port <number>', 'a second port, for tools that look for Ollama there: 11434 (default: none)')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--model <id>', 'model for requests that name none (default: composer-2.5)')
    .option('--docker', 'let containers on this machine use the server')
    .addOption(
      new Option('--when-served <action>', 'what to do where another Portside has the port')
        .choices(['wait', 'fail', 'take-over'])
        .default('wait'),
    )
    .option('--access-log <file>', 'add a line of JSON to this file for each request')
    .option('--simulate', 'answer from the built-in simulator instead of Cursor')
    .option('--scenario <file>', 'what the simulator answers, as JSON; needs --simulate')
    .option('--json', 'print one line of JSON when ready, and everything else to stderr')
    .option('--verbose', 'log debug lines too')
    .addOption(new Option('--simulate-without-key', 'use the simulator where there is no Cursor API key').hideHelp())
    .action((flags: ServeFlags) => serve(flags));

  program
    .command('simulate')
    .description('run the simulator of Cursor’s service alone')
    .option('--port <number>', 'port to listen on; 0 takes any free one (default: 0)')
    .option('--scenario <file>', 'what it answers, as JSON')
    .option('--http2', 'make the SDK speak HTTP/2')
    .option('--json', 'print one line of JSON when ready')
    .action((flags: SimulateFlags) => simulate(flags));

  let running = '';
  program.hook('preAction', (_program, command) => {
    running = command.name();
  });
  endOnClosedOutput(() => running === 'serve' || running === 'simulate');

  addAuthCommands(program);
  addTokenCommands(program);
  addConnectCommands(program);

  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
};

const report = (error: unknown): number => {
  // Commander has written its own message; help and version end with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const isExpected = error instanceof UsageError || error instanceof GatewayError;
  process.stderr.write(
    `portside: ${isExpected ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  return error instanceof UsageError ? 2 : 1;
};
