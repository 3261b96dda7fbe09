import { type CliProcess, startCli } from './portside-cli.ts';
import { createSimulatorControl, type SimulatorControl } from './simulator-control.ts';

/** A running `portside simulate`. */
export type SimulatorProcess = CliProcess & SimulatorControl;

/** Starts `portside simulate` and waits until it listens. */
export const startSimulatorProcess = async (): Promise<SimulatorProcess> => {
  const cli = startCli(['simulate', '--port', '0', '--json']);
  try {
    const { url } = JSON.parse(await cli.waitForLine()) as { url: string };
    return { ...cli, ...createSimulatorControl(url) };
  } catch (error) {
    await cli[Symbol.asyncDispose]();
    throw error;
  }
};
