import type { ConnectTool } from './connect-tool.ts';
import { anthropicNode } from './tools/anthropic-node.ts';
import { anthropicPython } from './tools/anthropic-python.ts';
import { claudeCode } from './tools/claude-code.ts';
import { cline } from './tools/cline.ts';
import { codex } from './tools/codex.ts';
import { continueDev } from './tools/continue.ts';
import { curl } from './tools/curl.ts';
import { jetBrains } from './tools/jetbrains.ts';
import { langChain } from './tools/langchain.ts';
import { libreChat } from './tools/libre-chat.ts';
import { liteLlm } from './tools/lite-llm.ts';
import { llamaIndex } from './tools/llama-index.ts';
import { ollamaNode } from './tools/ollama-node.ts';
import { ollamaPython } from './tools/ollama-python.ts';
import { ollamaTools } from './tools/ollama-tools.ts';
import { openAiNode } from './tools/openai-node.ts';
import { openAiPython } from './tools/openai-python.ts';
import { openCode } from './tools/open-code.ts';
import { openWebUi } from './tools/open-webui.ts';
import { pageAssist } from './tools/page-assist.ts';
import { rooCode } from './tools/roo-code.ts';
import { vercelAiSdk } from './tools/vercel-ai-sdk.ts';
import { vsCodeChat } from './tools/vs-code-chat.ts';
import { withContainerSteps } from './tools/container-steps.ts';
import { zed } from './tools/zed.ts';

/** Every tool that can be connected, in the order in which they are offered. One whose wire is not served is not here. */
export const CONNECT_TOOLS: readonly ConnectTool[] = [
  openCode,
  claudeCode,
  codex,
  continueDev,
  cline,
  rooCode,
  zed,
  vsCodeChat,
  jetBrains,
  openWebUi,
  libreChat,
  pageAssist,
  langChain,
  llamaIndex,
  vercelAiSdk,
  openAiPython,
  openAiNode,
  anthropicPython,
  anthropicNode,
  ollamaPython,
  ollamaNode,
  liteLlm,
  curl,
  ollamaTools,
].map(withContainerSteps);
