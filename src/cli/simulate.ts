import { readFile } from 'node:fs/promises';
import { GatewayError } from '../core/gateway-error.ts';
import type { Scenario } from '../simulator/main.ts';
import { createConsoleLogger } from './console-logger.ts';
import { endOfProcess } from './end-of-process.ts';
import { toUsageError, UsageError } from './usage-error.ts';

/** The flags of `portside simulate`. */
export interface SimulateFlags {
  readonly port?: string;
  readonly scenario?: string;
  readonly http2?: boolean;
  readonly json?: boolean;
}

/** Runs the simulator alone until a signal, or until the process that started it is gone. */
export const simulate = async (flags: SimulateFlags): Promise<void> => {
  const { startSimulator } = await import('../simulator/main.ts');
  const scenario = flags.scenario === undefined ? undefined : await readScenario(flags.scenario);
  const port = /^\d{1,5}$/.test(flags.port ?? '0') ? Number(flags.port ?? 0) : Number.NaN;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port: "${flags.port}" is not a port.`);
  const simulator = await startSimulator({
    port,
    http2: flags.http2 ?? false,
    logger: createConsoleLogger({ isVerbose: false }),
    ...(scenario !== undefined && { scenario }),
  }).catch((error: unknown) => {
    throw error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      ? new GatewayError('invalid_request', `Port ${port} is already in use. Choose another with --port.`, {
          cause: error,
        })
      : error;
  });
  process.stdout.write(
    flags.json === true
      ? `${JSON.stringify({ url: simulator.url, pid: process.pid })}\n`
      : `The simulator of Cursor's service listens on ${simulator.url}\nIts control is under ${simulator.url}/_simulator/\n`,
  );
  await endOfProcess();
  await simulator.close();
};

/** A scenario from its file. @throws UsageError where the file cannot be read or is none. */
export const readScenario = async (file: string): Promise<Scenario> => {
  const { parseScenario } = await import('../simulator/main.ts');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `--scenario: ${file} cannot be read (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
  return await toUsageError(() => parseScenario(text));
};
