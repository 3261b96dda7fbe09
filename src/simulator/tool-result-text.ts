import type { ExecAnswer } from './agent-link.ts';
import type { McpContentItem, McpResult, McpToolResult, ReadResult } from './generated/agent_pb.ts';

/** The result of a tool call as text, the way a model would read it. */
export interface ToolResultText {
  readonly text: string;
  readonly isError: boolean;
}

/** Reads the answer to an exec, whatever kind it has. */
export function execAnswerText(answer: ExecAnswer): ToolResultText {
  switch (answer.case) {
    case 'mcpResult':
      return mcpResultText(answer.value.result);
    case 'readResult':
      return readResultText(answer.value.result);
    case 'throw':
      return { text: answer.value.error, isError: true };
    case undefined:
      return { text: 'The client gave an answer that the simulator does not know.', isError: true };
  }
}

/** Reads the result of an MCP call. */
export function mcpResultText(result: McpResult['result'] | McpToolResult['result']): ToolResultText {
  switch (result.case) {
    case 'success':
      return { text: result.value.content.map((item) => contentText(item)).join('\n'), isError: result.value.isError };
    case 'error':
    case 'permissionDenied':
      return { text: result.value.error, isError: true };
    case 'rejected':
      return { text: result.value.reason, isError: true };
    case 'toolNotFound':
      return { text: `Tool not found: ${result.value.name}`, isError: true };
    case 'serverNotFound':
      return { text: `MCP server not found: ${result.value.name}`, isError: true };
    case undefined:
      return { text: '', isError: true };
  }
}

function contentText({ content }: McpContentItem): string {
  if (content.case === 'text') return content.value.text;
  return content.case === 'image' ? `[${content.value.mimeType} image, ${content.value.data.length} bytes]` : '';
}

function readResultText(result: ReadResult['result']): ToolResultText {
  switch (result.case) {
    case 'success':
      return { text: readContent(result.value.output), isError: false };
    case 'error':
      return { text: result.value.error, isError: true };
    case 'rejected':
    case 'invalidFile':
      return { text: result.value.reason, isError: true };
    case 'fileNotFound':
      return { text: `File not found: ${result.value.path}`, isError: true };
    case 'permissionDenied':
      return { text: `Permission denied: ${result.value.path}`, isError: true };
    case undefined:
      return { text: '', isError: true };
  }
}

function readContent(output: Extract<ReadResult['result'], { case: 'success' }>['value']['output']): string {
  if (output.case === 'content') return output.value;
  return output.case === 'data' ? `[${output.value.length} bytes]` : '';
}
