import { type CliOptions, type CliProcess, startCli } from './portside-cli.ts';
import { createSimulatorControl, type SimulatorControl } from './simulator-control.ts';
import { type PlainRequest, withToken } from './with-token.ts';

/** A running `portside serve`. */
export interface PortsideProcess extends CliProcess {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  /** The server without `/v1`. */
  readonly url: string;
  readonly token: string;
  /** The process that serves: another than the started one where an old Node.js or a shell was started. */
  readonly serverPid: number;
  /** The simulator behind it. */
  readonly simulator: SimulatorControl;
  /** A request with the token and, unless `init` says otherwise, a JSON body. */
  readonly fetch: (path: string, init?: PlainRequest) => Promise<Response>;
  /** A POST to Chat Completions. */
  readonly chat: (body: object, init?: PlainRequest) => Promise<Response>;
  /** Ends it with a signal; gives its exit code. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** How `portside serve` is run. */
export interface PortsideOptions extends CliOptions {
  /** Arguments after `serve --port 0 --json`; `--simulate` where none are given. */
  readonly args?: readonly string[];
  /** The arguments up to there, where something else than `portside` is started. */
  readonly firstArgs?: readonly string[];
  /** A simulator that was started apart. */
  readonly simulatorUrl?: string;
  readonly deadlineMs?: number;
}

/** What the first line with `--json` says. */
interface ReadyLine {
  readonly baseUrl: string;
  readonly token: string;
  readonly pid: number;
  readonly simulatorUrl: string | null;
}

/** Starts `portside serve` and waits until it is ready. */
export const startPortside = async (options: PortsideOptions = {}): Promise<PortsideProcess> => {
  const { args = ['--simulate'], firstArgs = ['serve', '--port', '0', '--json'], ...cliOptions } = options;
  const cli = startCli([...firstArgs, ...args], cliOptions);
  try {
    const { baseUrl, token, pid, simulatorUrl } = JSON.parse(await cli.waitForLine(options.deadlineMs)) as ReadyLine;
    const url = new URL(baseUrl).origin;
    const request = (path: string, init?: PlainRequest) => fetch(`${url}${path}`, withToken(token, init));
    return {
      ...cli,
      baseUrl,
      url,
      token,
      serverPid: pid,
      simulator: createSimulatorControl(simulatorUrl ?? options.simulatorUrl ?? ''),
      fetch: request,
      chat: (body, init = {}) =>
        request('/v1/chat/completions', { method: 'POST', body: JSON.stringify(body), ...init }),
      stop(signal = 'SIGTERM') {
        cli.kill(signal);
        return cli.waitForExit();
      },
    };
  } catch (error) {
    await cli[Symbol.asyncDispose]();
    throw error;
  }
};
