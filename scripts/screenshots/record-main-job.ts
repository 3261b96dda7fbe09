import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openPanel } from '../../test/workbench/support/panel-page.ts';
import { setSideBarWidth } from '../../test/workbench/support/workbench-look.ts';
import { readClipboard, remark, runCommand } from '../../test/workbench/support/workbench-page.ts';
import { ask } from './clients.ts';
import { encodeGif, type Frame } from './encode-gif.ts';
import { BASE_URL, PORT, settle, withScene } from './set-up.ts';

const file = path.resolve(import.meta.dirname, '../../docs/images/portside.gif');

const MAX_BYTES = 1_500_000;
const MAX_FRAMES = 60;
const FRAME_MS = 300;

/** Where the mouse points at nothing. */
const RESTING_PLACE = [700, 300] as const;

/** Where the mouse wheel moves the details of a request. */
const PANEL_PLACE = [300, 420] as const;

/** Records the main job as an animation: the server is started from the palette, and a request is answered in the panel. */
export const recordMainJob = async (extensions: string): Promise<void> => {
  await withScene({ extensions, theme: 'dark', screen: { width: 800, height: 500 } }, async ({ page, status }) => {
    const frames: Frame[] = [];
    const shoot = async (durationMs: number): Promise<void> => {
      frames.push({ png: await page.screenshot({ animations: 'disabled' }), durationMs });
    };
    await openPanel(page, 'requests');
    await setSideBarWidth(page, 480);
    await page.mouse.move(...RESTING_PLACE);
    await shoot(900);

    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget:visible input.input').first();
    await input.waitFor();
    await shoot(400);
    const rows = page.locator('.quick-input-list .monaco-list-row');
    for (const typed of ['>Ports', '>Portside: T', '>Portside: Toggle']) {
      await input.fill(typed);
      await rows
        .filter({ hasText: typed.slice(1) })
        .first()
        .waitFor();
      await shoot(350);
    }
    await rows.filter({ hasText: 'Toggle Server' }).first().waitFor();
    await page.keyboard.press('Enter');
    await status.filter({ hasText: `:${PORT}` }).waitFor({ timeout: 60_000 });
    await shoot(600);
    await page
      .getByRole('button', { name: `Portside: Running on port ${PORT}.`, exact: true })
      .waitFor({ timeout: 60_000 });
    await shoot(1200);

    await runCommand(page, 'Portside: Copy Access Token');
    await remark(page, 'Copied the access token').waitFor();
    const token = await readClipboard(page);
    const panel = await openPanel(page, 'requests');
    await settle(page);
    await page.mouse.move(...RESTING_PLACE);
    await ask({ client: 'curl', prompt: 'When is high water?', isStream: false }, { baseUrl: BASE_URL, token });
    await panel.getByRole('row').filter({ hasText: 'curl' }).waitFor();
    await shoot(1000);
    await panel.getByRole('button', { name: 'Capture bodies' }).click();
    await page.mouse.move(...RESTING_PLACE);
    const progress = { isOver: false };
    const answering = ask(
      { client: 'openCode', prompt: 'Explain nextHighWater.' },
      { baseUrl: BASE_URL, token },
    ).finally(() => {
      progress.isOver = true;
    });
    const row = panel.getByRole('row').filter({ hasText: 'opencode' }).first();
    await row.waitFor();
    await shoot(700);
    await row.click();
    await panel.getByText('Answer so far').waitFor();
    await shoot(1000);
    await page.mouse.move(...PANEL_PLACE);
    while (!progress.isOver && frames.length < MAX_FRAMES) {
      // What happens is to take as long in the animation as it does; the answer grows at the end of the details.
      await page.mouse.wheel(0, 5000);
      await delay(FRAME_MS);
      await shoot(FRAME_MS);
    }
    await answering;
    await shoot(1500);
    await page.mouse.wheel(0, -5000);
    await panel.getByText('Succeeded').waitFor();
    await delay(FRAME_MS);
    await shoot(2500);

    const gif = encodeGif(frames);
    if (gif.byteLength > MAX_BYTES)
      throw new Error(`${file} would have ${gif.byteLength} bytes, more than ${MAX_BYTES}.`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, gif);
    process.stdout.write(`docs/images/portside.gif  ${frames.length} frames, ${gif.byteLength} bytes\n`);
    await runCommand(page, 'Portside: Stop Server');
  });
};
