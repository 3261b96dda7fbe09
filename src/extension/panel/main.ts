export { type AttachedPanel, attachPanel } from './attach-panel.ts';
