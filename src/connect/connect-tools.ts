import type { ConnectTool } from './connect-tool.ts';
import { cline } from './tools/cline.ts';
import { codex } from './tools/codex.ts';
import { continueDev } from './tools/continue.ts';
import { curl } from './tools/curl.ts';
import { jetBrains } from './tools/jetbrains.ts';
import { langChain } from './tools/langchain.ts';
import { libreChat } from './tools/libre-chat.ts';
import { liteLlm } from './tools/lite-llm.ts';
import { llamaIndex } from './tools/llama-index.ts';
import { openAiNode } from './tools/openai-node.ts';
import { openAiPython } from './tools/openai-python.ts';
import { openCode } from './tools/open-code.ts';
import { openWebUi } from './tools/open-webui.ts';
import { rooCode } from './tools/roo-code.ts';
import { vercelAiSdk } from './tools/vercel-ai-sdk.ts';
import { withContainerSteps } from './tools/container-steps.ts';
import { zed } from './tools/zed.ts';

/** Every tool that can be connected, in the order in which they are offered. One whose wire is not served is not here. */
export const CONNECT_TOOLS: readonly ConnectTool[] = [
  openCode,
  codex,
  continueDev,
  cline,
  rooCode,
  zed,
  jetBrains,
  openWebUi,
  libreChat,
  langChain,
  llamaIndex,
  vercelAiSdk,
  openAiPython,
  openAiNode,
  liteLlm,
  curl,
].map(withContainerSteps);
