import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createActivityLog } from '../../../../src/engine/activity/create-activity-log.ts';
import { type RequestPreview, createRequestPreview } from '../../../../src/extension/panel/request-preview.ts';

interface ShownUri {
  readonly scheme: string;
  readonly path: string;
  readonly query: string;
}

const editor = vi.hoisted(() => ({
  /** The text of each document, which the editor asks for once, and again when it is told to. */
  documents: new Map<ShownUri, string>(),
  tabs: [] as { readonly input: object }[],
  addTab: (uri: ShownUri): void => void uri,
}));
vi.mock('vscode', () => {
  let provide: (uri: ShownUri) => string = () => '';
  const toUri = (parts: ShownUri): ShownUri =>
    [...editor.documents.keys()].find(({ path, query }) => path === parts.path && query === parts.query) ?? parts;
  class TabInputText {
    readonly uri: ShownUri;
    constructor(uri: ShownUri) {
      this.uri = uri;
    }
  }
  editor.addTab = (uri) => void editor.tabs.push({ input: new TabInputText(uri) });
  return {
    TabInputText,
    EventEmitter: class {
      readonly listeners: ((value: unknown) => void)[] = [];
      readonly event = (listener: (value: unknown) => void): void => void this.listeners.push(listener);
      fire(value: unknown): void {
        for (const listener of this.listeners) listener(value);
      }
      dispose(): void {
        this.listeners.length = 0;
      }
    },
    Uri: { from: toUri },
    window: {
      tabGroups: {
        get all() {
          return [{ tabs: editor.tabs }];
        },
        async close(tabs: readonly { readonly input: object }[]) {
          editor.tabs = editor.tabs.filter((tab) => !tabs.includes(tab));
        },
      },
      showTextDocument: async ({ uri }: { uri: ShownUri }) => editor.addTab(uri),
    },
    workspace: {
      get textDocuments() {
        return [...editor.documents.keys()].map((uri) => ({ uri }));
      },
      async openTextDocument(uri: ShownUri) {
        if (!editor.documents.has(uri)) editor.documents.set(uri, provide(uri));
        return { uri };
      },
      registerTextDocumentContentProvider(
        _: string,
        provider: {
          readonly onDidChange: (listener: (uri: ShownUri) => void) => void;
          readonly provideTextDocumentContent: (uri: ShownUri) => string;
        },
      ) {
        provide = (uri) => provider.provideTextDocumentContent(uri);
        provider.onDidChange((uri) => {
          if (editor.documents.has(uri)) editor.documents.set(uri, provide(uri));
        });
        return { dispose: () => undefined };
      },
    },
  };
});

const endings: (() => void)[] = [];
beforeEach(() => {
  editor.documents.clear();
  editor.tabs = [];
});
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

const createHarness = () => {
  const log = createActivityLog({
    counter: {
      add: () => undefined,
      readDay: () => ({ requests: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }),
      close: () => undefined,
    },
  });
  const preview = createRequestPreview({ log });
  endings.push(log.onDidChange(({ type }) => (type === 'reset' ? preview.noteReset() : undefined)));
  log.setCapturing(true);
  const trace = log.begin({
    requestId: 'req_1',
    method: 'POST',
    path: '/v1/chat/completions',
    protocol: 'openai-chat',
    headers: [],
  });
  trace.noteClient({ owner: 'o', tokenName: 'test' });
  trace.noteBody(Buffer.from('"Tell nobody."'));
  const end = (): void => trace.end({ status: 200, route: null, isComplete: true, headers: [] });
  const readText = (): string => [...editor.documents.values()].join('');
  return { log, preview, end, readText };
};

describe('a request in the editor', () => {
  it('is shown as it is now, under one address', async () => {
    const { preview, end, readText } = createHarness();
    await preview.show(1);
    expect(JSON.parse(readText())).toMatchObject({ outcome: 'running', capture: { requestBody: 'Tell nobody.' } });
    end();
    await preview.show(1);
    expect(JSON.parse(readText())).toMatchObject({ outcome: 'succeeded' });
    expect([...editor.documents.keys()]).toEqual([
      { scheme: 'portside-request', path: '/request-1.json', query: expect.stringMatching(/./) },
    ]);
  });

  type Harness = ReturnType<typeof createHarness>;
  it.each<readonly [string, (harness: Harness) => void]>([
    ['capture is switched off', ({ log }) => log.setCapturing(false)],
    ['requests are cleared', ({ log }) => log.clear()],
    ['the panel is closed', ({ preview }: { preview: RequestPreview }) => preview.dispose()],
  ])('goes when %s', async (_, act) => {
    const harness = createHarness();
    harness.end();
    await harness.preview.show(1);
    expect(harness.readText()).toContain('Tell nobody.');
    act(harness);
    expect(editor.tabs).toEqual([]);
    expect(harness.readText()).not.toContain('Tell nobody.');
  });

  it('stays where it is under way while others are cleared', async () => {
    const { log, preview, readText } = createHarness();
    await preview.show(1);
    log.clear();
    expect(editor.tabs).toHaveLength(1);
    expect(readText()).toContain('Tell nobody.');
  });

  it('is nothing of an earlier window', () => {
    editor.addTab({ scheme: 'portside-request', path: '/request-1.json', query: 'another log' });
    editor.addTab({ scheme: 'file', path: '/request-1.json', query: '' });
    createHarness();
    expect(editor.tabs).toMatchObject([{ input: { uri: { scheme: 'file' } } }]);
  });
});
