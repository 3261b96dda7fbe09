import type { Command } from 'commander';
import { connect } from './connect.ts';
import type { ConnectFlags } from './connect-flags.ts';

/** Adds `portside connect`. */
export const addConnectCommands = (program: Command): void => {
  program
    .command('connect')
    .description('show how a tool is connected, or connect it; without a tool, list the tools')
    .argument('[tool]', 'which one, as the list shows it')
    .option('--model <id>', 'the model that it is to use (default: the default one)')
    .option('--write', "change the tool's configuration file, after showing how and asking")
    .option('--file <path>', 'that file, where it is not in its usual place; with --undo, the file to undo')
    .option('--yes', 'write without asking')
    .option('--undo', 'take back what was last written for the tool')
    .option('--force', 'undo it also where the file was changed since')
    .option('--test', 'send one request as the tool would, and show the answer')
    .option('--docker', 'the tool runs in a container on this machine (default: as it usually does)')
    .option('--no-docker', 'the tool runs in no container')
    .option('--json', 'print one line of JSON')
    .action((tool: string | undefined, flags: ConnectFlags) => connect(tool, flags));
};
