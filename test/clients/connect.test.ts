import { mkdirSync, readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { startChild } from '../support/child-process.ts';
import { runCli } from '../support/portside-cli.ts';
import { startPortside } from '../support/portside-process.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

/** Nothing listens there: what a program would fetch from the internet ends at once. */
const NOWHERE = 'http://127.0.0.1:9';

test('OpenCode answers after `portside connect opencode --write`, with nothing else done', async () => {
  await using portside = await startPortside();
  using folder = createTemporaryFolder({ isScanned: false });
  const home = folder.join('home');
  const project = folder.join('project');
  mkdirSync(home);
  mkdirSync(project);
  const connected = await runCli(['connect', 'opencode', '--write', '--yes', '--model', 'gpt-5.1'], {
    home: portside.home,
    env: { HOME: home },
  });
  expect(connected).toMatchObject({ code: 0 });

  await portside.simulator.setScenario([{ text: 'Connected by one command.' }]);
  await using openCode = startChild({
    command: inject('openCodeFile'),
    args: ['run', 'Are you there?'],
    cwd: project,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      NO_COLOR: '1',
      OPENCODE_CONFIG_CONTENT: JSON.stringify({ autoupdate: false, share: 'disabled' }),
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      HTTP_PROXY: NOWHERE,
      HTTPS_PROXY: NOWHERE,
      NO_PROXY: '127.0.0.1',
    },
  });
  expect({ code: await openCode.waitForExit(60_000), stderr: openCode.stderr() }).toMatchObject({ code: 0 });
  expect(openCode.stdout()).toContain('Connected by one command.');
  const runs = await portside.simulator.runs();
  expect(runs.map(({ model }) => model.id)).toEqual(runs.map(() => 'gpt-5.1'));
  expect(JSON.parse(readFileSync(`${home}/.config/opencode/opencode.json`, 'utf8'))).toHaveProperty(
    'provider.portside',
  );
});
