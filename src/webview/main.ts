import '@vscode/codicons/dist/codicon.css';
import './styles/base.css';
import './styles/components.css';
import './styles/shell.css';
import { APP_ELEMENT_ID, BOOT_ELEMENT_ID, parseBoot } from '../panel/contract/boot.ts';
import { createApp } from './create-app.ts';

const root = document.getElementById(APP_ELEMENT_ID);
if (root === null) throw new Error(`The page has no element #${APP_ELEMENT_ID}.`);
const app = createApp({
  root,
  host: acquireVsCodeApi(),
  boot: parseBoot(document.getElementById(BOOT_ELEMENT_ID)?.textContent ?? null),
});
addEventListener('message', ({ data }) => app.receive(data));
