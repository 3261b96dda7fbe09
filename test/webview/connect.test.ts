import { describe, expect, it } from 'vitest';
import type { ConnectGuide, ConnectModel, ObstacleCommand } from '../../src/panel/models.ts';
import { createConnectView, type ConnectView } from '../../src/webview/views/connect/create-connect-view.ts';
import { mountView, type MountedView } from './support/mount-view.ts';

const MODEL: ConnectModel = {
  tools: [
    { id: 'opencode', name: 'OpenCode', description: 'A coding agent for the terminal', canUndo: false },
    { id: 'zed', name: 'Zed', description: 'An editor', canUndo: true },
    { id: 'open-webui', name: 'Open WebUI', description: 'Chat in the browser', canUndo: false },
  ],
  models: [
    { id: 'auto', displayName: 'Auto' },
    { id: 'composer-1', displayName: 'Composer 1' },
  ],
  defaultModel: 'composer-1',
  baseUrl: 'http://127.0.0.1:8765/v1',
  allowsContainers: false,
  obstacle: null,
};

const toGuide = (change: Partial<ConnectGuide> = {}): ConnectGuide => ({
  toolId: 'opencode',
  steps: [
    { text: 'Open its settings.', snippet: null },
    { text: 'Put this into them.', snippet: { language: 'json', text: '{ "apiKey": "psk_••••" }' } },
  ],
  configFile: '/home/ada/.config/opencode/opencode.json',
  canUndo: false,
  isInContainer: false,
  needsDockerAccess: false,
  ...change,
});

type Page = MountedView<ConnectView>;

const mount = async (change: Partial<ConnectModel> = {}, state?: unknown): Promise<Page> => {
  const page = mountView(createConnectView, state);
  page.view.update({ ...MODEL, ...change });
  await page.settle();
  return page;
};

const guideRequest = (page: Page): ReturnType<Page['requests']>[number] | undefined =>
  page.requests('connect/guide').at(-1);

/** A page where OpenCode is chosen and its guide is there. */
const mountGuide = async (change: Partial<ConnectGuide> = {}): Promise<Page> => {
  const page = await mount();
  await page.click('[role=option]', 'OpenCode');
  await page.answer(guideRequest(page), toGuide(change));
  return page;
};

const listNames = (page: Page): readonly string[] =>
  [...page.root.querySelectorAll('.tool-name')].map(({ textContent }) => textContent);

describe('choosing a tool', () => {
  it('lists all with what they are, and marks those that are written', async () => {
    const page = await mount();
    expect(listNames(page)).toEqual(['OpenCode', 'Zed', 'Open WebUI']);
    expect(page.find('[role=option]', 'Zed').textContent).toContain('Written');
    expect(page.find('[role=option]', 'Open WebUI').textContent).toContain('Chat in the browser');
    expect(page.requests('connect/guide')).toEqual([]);
  });

  it.each([
    ['open', ['OpenCode', 'Open WebUI']],
    ['TERMINAL coding', ['OpenCode']],
    ['nothing like it', []],
  ])('finds "%s"', async (search, names) => {
    const page = await mount();
    await page.type('#tool-search', search);
    expect(listNames(page)).toEqual(names);
    expect(page.find('.tool-none').textContent.trim()).toBe(names.length === 0 ? 'No tool is called that.' : '');
  });

  it.each([
    [['ArrowDown', 'Enter'], '', 'opencode'],
    [['ArrowDown', 'ArrowDown', 'Enter'], '', 'zed'],
    [['ArrowUp', 'Enter'], '', 'open-webui'],
    [['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter'], '', 'opencode'],
    [['Enter'], 'webui', 'open-webui'],
  ])('takes the keys %j after "%s"', async (keys, search, toolId) => {
    const page = await mount();
    await page.type('#tool-search', search);
    for (const key of keys) await page.press('#tool-search', key);
    expect(guideRequest(page)?.params).toEqual({ toolId, model: 'composer-1' });
    expect(document.activeElement?.tagName).toBe('H2');
  });

  it('names the active option to screen readers, and chooses none by Enter alone', async () => {
    const page = await mount();
    await page.press('#tool-search', 'Enter');
    expect(page.requests('connect/guide')).toEqual([]);
    await page.press('#tool-search', 'ArrowDown');
    const active = page.find('#tool-search').getAttribute('aria-activedescendant') ?? '';
    expect(page.find(`#${active}`).getAttribute('aria-selected')).toBe('true');
    await page.type('#tool-search', 'z');
    expect(page.find('#tool-search').hasAttribute('aria-activedescendant')).toBe(false);
  });

  it('goes back to the list with the focus in the search', async () => {
    const page = await mountGuide();
    await page.click('button', 'All tools');
    expect(document.activeElement?.id).toBe('tool-search');
    expect(page.has('.guide')).toBe(false);
  });

  it('takes a choice from outside, also before the tools are known', async () => {
    const page = mountView(createConnectView);
    page.view.choose('zed');
    await page.settle();
    expect(page.requests('connect/guide')).toEqual([]);
    page.view.update(MODEL);
    await page.settle();
    expect(guideRequest(page)?.params).toEqual({ toolId: 'zed', model: 'composer-1' });
    page.view.choose('opencode');
    await page.settle();
    expect(guideRequest(page)?.params).toEqual({ toolId: 'opencode', model: 'composer-1' });
  });
});

describe('the choice of tool and model', () => {
  it('survives that the panel is hidden', async () => {
    const page = await mountGuide();
    await page.type('#connect-model', 'auto');
    expect(guideRequest(page)?.params).toEqual({ toolId: 'opencode', model: 'auto' });
    const again = await mount({}, page.state());
    expect(guideRequest(again)?.params).toEqual({ toolId: 'opencode', model: 'auto' });
    expect(again.find('#connect-model')).toHaveProperty('value', 'auto');
  });

  it.each([[null], ['text'], [{ 'view.connect.selection': 7 }], [{ 'view.connect.selection': { toolId: 3 } }]])(
    'is none where %j was kept',
    async (state) => {
      expect(listNames(await mount({}, state))).toHaveLength(3);
    },
  );

  it('falls back to the list and to the default model where what was kept is gone', async () => {
    const page = await mount({}, { 'view.connect.selection': { toolId: 'gone', model: 'gone' } });
    expect(listNames(page)).toHaveLength(3);
    await page.click('[role=option]', 'Zed');
    expect(guideRequest(page)?.params).toEqual({ toolId: 'zed', model: 'composer-1' });
  });

  it('is the default model where none can be listed', async () => {
    const page = await mount({ models: [] });
    await page.click('[role=option]', 'Zed');
    expect(page.find('#connect-model')).toHaveProperty('value', 'composer-1');
    expect(page.find('#connect-model-hint').textContent).toContain('cannot be listed');
  });
});

describe('the guide', () => {
  it('shows numbered steps with masked snippets', async () => {
    const page = await mountGuide();
    const [first, second] = page.root.querySelectorAll('.guide-steps > li');
    expect(first?.textContent).toContain('Open its settings.');
    expect(second?.querySelector('pre')?.textContent).toBe('{ "apiKey": "psk_••••" }');
    expect(page.root.textContent).toContain('a token that is made for OpenCode');
    expect(page.root.textContent).toContain('/home/ada/.config/opencode/opencode.json');
  });

  it('has no writing where the tool has no file', async () => {
    const page = await mountGuide({ configFile: null });
    expect(page.has('vscode-button', 'Write config')).toBe(false);
    expect(page.has('h3', 'Steps')).toBe(true);
  });

  it('copies a snippet through the extension', async () => {
    const page = await mountGuide();
    await page.click('button', 'Copy the snippet of step 2');
    const [request] = page.requests('connect/copy');
    expect(request?.params).toEqual({ toolId: 'opencode', model: 'composer-1', step: 1 });
    expect(page.has('.is-copied')).toBe(false);
    await page.answer(request, null);
    expect(page.has('.is-copied')).toBe(true);
    expect(page.announced()).toBe('Copied');
  });

  it('says at the step why it could not be copied', async () => {
    const page = await mountGuide();
    await page.click('button', 'Copy the snippet of step 2');
    await page.fail(page.requests('connect/copy')[0], 'The disk is full.');
    expect(page.find('.guide-steps [role=alert]').textContent).toContain('The disk is full.');
  });

  it('says why it cannot be shown, and tries again', async () => {
    const page = await mount();
    await page.click('[role=option]', 'Zed');
    await page.fail(guideRequest(page), 'The server has stopped.');
    expect(page.find('[role=alert]').textContent).toContain('The server has stopped.');
    await page.click('vscode-button', 'Try again');
    await page.answer(guideRequest(page), toGuide({ toolId: 'zed' }));
    expect(page.has('[role=alert]')).toBe(false);
    expect(page.has('.guide-steps')).toBe(true);
  });

  it('lets containers in where the tool needs it', async () => {
    const page = await mountGuide({ needsDockerAccess: true });
    await page.click('vscode-button', 'Allow containers');
    expect(page.commands('command/run')).toEqual([{ command: 'portside.allowDocker' }]);
  });
});

describe('whether the tool runs in a container', () => {
  const CONTAINER = { toolId: 'open-webui', isInContainer: true } as const;
  const TARGET = { toolId: 'open-webui', model: 'composer-1' };
  const mountContainer = async (): Promise<Page> => {
    const page = await mount();
    await page.click('[role=option]', 'Open WebUI');
    await page.answer(guideRequest(page), toGuide(CONTAINER));
    return page;
  };

  it('is asked only of tools that usually do, and is said by the guide', async () => {
    expect((await mountGuide()).has('[type=checkbox]')).toBe(false);
    const page = await mountContainer();
    expect(guideRequest(page)?.params).toEqual(TARGET);
    expect(page.find('[type=checkbox]')).toHaveProperty('checked', true);
    expect(page.find('label', 'It runs in a container').querySelector('input')).toBe(page.find('[type=checkbox]'));
  });

  it('gets another guide, with the focus left where it is and no steps of the old one', async () => {
    const page = await mountContainer();
    await page.click('[type=checkbox]');
    expect(guideRequest(page)?.params).toEqual({ ...TARGET, isInContainer: false });
    expect(page.has('.guide-steps')).toBe(false);
    await page.answer(guideRequest(page), toGuide({ ...CONTAINER, isInContainer: false }));
    expect(page.has('.guide-steps')).toBe(true);
    expect(page.find('[type=checkbox]')).toHaveProperty('checked', false);
    expect(document.activeElement).toBe(page.find('[type=checkbox]'));
    await page.click('[type=checkbox]');
    expect(guideRequest(page)?.params).toEqual({ ...TARGET, isInContainer: true });
    expect(page.find('[type=checkbox]')).toHaveProperty('checked', true);
  });

  it('drops a guide of the other choice that comes late', async () => {
    const page = await mountContainer();
    await page.click('[type=checkbox]');
    const late = guideRequest(page);
    await page.click('[type=checkbox]');
    await page.answer(guideRequest(page), toGuide({ ...CONTAINER, configFile: '/in/it.yaml' }));
    await page.answer(late, toGuide({ toolId: 'open-webui', configFile: '/too/late.yaml' }));
    expect(page.root.textContent).toContain('/in/it.yaml');
    expect(page.root.textContent).not.toContain('/too/late.yaml');
  });

  it.each([
    ['connect/copy', 'button', 'Copy the snippet of step 2', { ...TARGET, isInContainer: false, step: 1 }],
    ['connect/write', 'vscode-button', 'Write config', { ...TARGET, isInContainer: false }],
    ['connect/test', 'vscode-button', 'Test', TARGET],
  ])('counts for %s', async (method, selector, name, params) => {
    const page = await mountContainer();
    await page.click('[type=checkbox]');
    await page.answer(guideRequest(page), toGuide({ toolId: 'open-webui' }));
    await page.click(selector, name);
    expect(page.requests(method).map((request) => request.params)).toEqual([params]);
  });

  it('is remembered with the tool, and of no other', async () => {
    const page = await mountContainer();
    await page.click('[type=checkbox]');
    await page.click('button', 'All tools');
    await page.click('[role=option]', 'Zed');
    expect(guideRequest(page)?.params).toEqual({ toolId: 'zed', model: 'composer-1' });
    const again = await mount({}, page.state());
    expect(again.has('[type=checkbox]')).toBe(false);
    again.view.choose('open-webui');
    await again.settle();
    expect(guideRequest(again)?.params).toEqual({ ...TARGET, isInContainer: false });
    expect(again.find('[type=checkbox]')).toHaveProperty('checked', false);
  });

  it.each([[7], ['text'], [['x']], [{ 'open-webui': 'yes' }], [null]])(
    'is as usual where %j was kept',
    async (containers) => {
      const page = await mount({}, { 'view.connect.selection': { toolId: 'open-webui', containers } });
      expect(guideRequest(page)?.params).toEqual(TARGET);
    },
  );
});

describe('writing and undoing', () => {
  it('writes, says what came of it, and can undo then', async () => {
    const page = await mountGuide();
    expect(page.has('vscode-button', 'Undo')).toBe(false);
    await page.click('vscode-button', 'Write config');
    const [write] = page.requests('connect/write');
    expect(write?.params).toEqual({ toolId: 'opencode', model: 'composer-1' });
    expect(page.find('vscode-button', 'Writing').hasAttribute('disabled')).toBe(true);
    await page.answer(write, { status: 'done', message: 'Written.' });
    expect(page.find('.guide-result').textContent).toContain('Written.');
    await page.answer(guideRequest(page), toGuide({ canUndo: true }));
    await page.click('vscode-button', 'Undo');
    const [undo] = page.requests('connect/undo');
    expect(undo?.params).toEqual({ toolId: 'opencode' });
    await page.answer(undo, { status: 'done', message: 'As it was before.' });
    await page.answer(guideRequest(page), toGuide());
    expect(page.find('.guide-result').textContent).toContain('As it was before.');
    expect(page.has('vscode-button', 'Undo')).toBe(false);
  });

  it('says what came of it where the list of tools has changed before', async () => {
    const page = await mountGuide();
    await page.click('vscode-button', 'Write config');
    page.view.update({ ...MODEL, tools: MODEL.tools.map((tool) => ({ ...tool, canUndo: true })) });
    await page.settle();
    const early = guideRequest(page);
    await page.answer(page.requests('connect/write')[0], { status: 'done', message: 'Written.' });
    await page.answer(guideRequest(page), toGuide({ canUndo: true, configFile: '/new.json' }));
    await page.answer(early, toGuide());
    expect(page.find('.guide-result').textContent).toContain('Written.');
    expect(page.root.textContent).toContain('/new.json');
  });

  it.each([
    ['declined', '.guide-result'],
    ['failed', '.form-error'],
  ])('says so where it was %s', async (status, selector) => {
    const page = await mountGuide();
    await page.click('vscode-button', 'Write config');
    await page.answer(page.requests('connect/write')[0], { status, message: 'Nothing was written.' });
    expect(page.find(selector).textContent).toContain('Nothing was written.');
    expect(page.requests('connect/guide')).toHaveLength(1);
  });

  it('says what went wrong where there was no answer', async () => {
    const page = await mountGuide();
    await page.click('vscode-button', 'Write config');
    await page.fail(page.requests('connect/write')[0], 'The file cannot be read.');
    expect(page.find('.form-error').textContent).toContain('The file cannot be read.');
    expect(page.has('vscode-button', 'Write config')).toBe(true);
  });
});

describe('testing', () => {
  it('shows the answer with the model and the time', async () => {
    const page = await mountGuide();
    await page.click('vscode-button', 'Test');
    expect(page.find('vscode-button', 'Testing').hasAttribute('disabled')).toBe(true);
    const [request] = page.requests('connect/test');
    expect(request?.params).toEqual({ toolId: 'opencode', model: 'composer-1' });
    await page.answer(request, { status: 'answered', answer: 'Hello <b>', model: 'composer-1', durationMs: 1_234 });
    expect(page.find('.test-result').textContent).toContain('It works: composer-1 answered in 1.2s.');
    expect(page.find('.test-answer').textContent).toBe('Hello <b>');
  });

  it.each([
    [
      'an outcome',
      async (page: Page) => page.answer(page.requests('connect/test')[0], { status: 'failed', message: 'No answer.' }),
    ],
    ['no outcome', async (page: Page) => page.fail(page.requests('connect/test')[0], 'No answer.')],
  ])('says why it failed: %s', async (_, fail) => {
    const page = await mountGuide();
    await page.click('vscode-button', 'Test');
    await fail(page);
    expect(page.find('.test-result').textContent).toContain('No answer.');
    expect(page.has('vscode-button', 'Test')).toBe(true);
  });
});

describe('a test', () => {
  it('that failed has the one thing to do', async () => {
    const page = await mountGuide();
    await page.click('vscode-button', 'Test');
    const failed = { status: 'failed', message: 'Portside is not signed in.', command: 'portside.signIn' };
    await page.answer(page.requests('connect/test')[0], failed);
    expect(page.find('.test-result .form-error').textContent).toContain('Portside is not signed in.');
    await page.click('.test-result vscode-button', 'Sign in to Cursor');
    expect(page.commands('command/run')).toEqual([{ command: 'portside.signIn' }]);
  });

  it.each([
    [{ baseUrl: 'http://127.0.0.1:9000/v1' }, false],
    [{ allowsContainers: true }, true],
  ] satisfies readonly (readonly [Partial<ConnectModel>, boolean])[])(
    'of the server says nothing of another address: %j',
    async (change, isKept) => {
      const page = await mountGuide();
      await page.click('vscode-button', 'Test');
      const answered = { status: 'answered', answer: 'Hello', model: 'composer-1', durationMs: 1 };
      await page.answer(page.requests('connect/test')[0], answered);
      page.view.update({ ...MODEL, ...change });
      await page.answer(guideRequest(page), toGuide());
      expect(page.has('.test-answer')).toBe(isKept);
    },
  );

  it('that is under way as the address changes is dropped', async () => {
    const page = await mountGuide();
    await page.click('vscode-button', 'Test');
    const late = page.requests('connect/test')[0];
    page.view.update({ ...MODEL, baseUrl: 'http://127.0.0.1:9000/v1' });
    await page.settle();
    expect(page.find('vscode-button', 'Test').hasAttribute('disabled')).toBe(false);
    await page.answer(late, { status: 'failed', message: 'Too late.' });
    expect(page.root.textContent).not.toContain('Too late.');
  });
});

describe('answers that come late', () => {
  it('are dropped: a guide of another tool', async () => {
    const page = await mount();
    page.view.choose('opencode');
    const late = guideRequest(page);
    page.view.choose('zed');
    await page.settle();
    await page.answer(guideRequest(page), toGuide({ toolId: 'zed', configFile: '/zed/settings.json' }));
    await page.answer(late, toGuide());
    expect(page.root.textContent).toContain('/zed/settings.json');
    expect(page.root.textContent).not.toContain('opencode.json');
  });

  it('are dropped: the failure of another tool', async () => {
    const page = await mount();
    page.view.choose('opencode');
    const late = guideRequest(page);
    page.view.choose('zed');
    await page.fail(late, 'Too late.');
    expect(page.root.textContent).not.toContain('Too late.');
  });

  it.each([
    ['connect/test', 'Test', { status: 'answered', answer: 'Too late.', model: 'x', durationMs: 1 }],
    ['connect/write', 'Write config', { status: 'done', message: 'Too late.' }],
  ])('are dropped: %s of another model', async (method, button, result) => {
    const page = await mountGuide();
    await page.click('vscode-button', button);
    const late = page.requests(method)[0];
    await page.type('#connect-model', 'auto');
    await page.answer(guideRequest(page), toGuide());
    expect(page.find('vscode-button', button).hasAttribute('disabled')).toBe(false);
    await page.answer(late, result);
    expect(page.root.textContent).not.toContain('Too late.');
  });

  it('keep the old guide until another model has its own', async () => {
    const page = await mountGuide();
    await page.type('#connect-model', 'auto');
    expect(page.find('.guide').getAttribute('aria-busy')).toBe('true');
    expect(page.has('.guide-steps')).toBe(true);
    await page.answer(guideRequest(page), toGuide());
    expect(page.find('.guide').getAttribute('aria-busy')).toBe('false');
  });
});

describe('an obstacle', () => {
  it.each([
    ['portside.startServer', 'Start server'],
    ['portside.takeOverServer', 'Take over'],
    ['portside.signIn', 'Sign in to Cursor'],
  ] satisfies readonly (readonly [ObstacleCommand, string])[])(
    'is said with one thing to do: %s',
    async (command, label) => {
      const page = await mount({ obstacle: 'It does not work now.', obstacleCommand: command });
      expect(page.find('.empty-state p').textContent).toBe('It does not work now.');
      await page.click('vscode-button', label);
      expect(page.root.querySelectorAll('vscode-button')).toHaveLength(1);
      expect(page.commands('command/run')).toEqual([{ command }]);
    },
  );

  it('has no button where there is nothing to do but wait', async () => {
    const page = await mount({ obstacle: 'The server is starting.' });
    expect(page.find('.empty-state p').textContent).toBe('The server is starting.');
    expect(page.has('vscode-button')).toBe(false);
  });

  it('takes the guide away, which is got anew as the obstacle goes', async () => {
    const page = await mountGuide();
    page.view.update({ ...MODEL, obstacle: 'The server is not running.' });
    await page.settle();
    expect(page.has('.guide')).toBe(false);
    page.view.update(MODEL);
    await page.settle();
    expect(page.requests('connect/guide')).toHaveLength(2);
    await page.answer(guideRequest(page), toGuide());
    expect(page.has('.guide-steps')).toBe(true);
  });

  it.each([
    [{ baseUrl: 'http://127.0.0.1:9000/v1' }],
    [{ baseUrl: null }],
    [{ allowsContainers: true }],
    [{ models: [{ id: 'composer-1', displayName: 'Composer 1' }] }],
  ] satisfies readonly (readonly [Partial<ConnectModel>])[])(
    'is not needed for a guide to be got anew: %j',
    async (change) => {
      const page = await mountGuide();
      page.view.update({ ...MODEL, ...change });
      await page.settle();
      expect(page.requests('connect/guide')).toHaveLength(2);
      await page.answer(guideRequest(page), toGuide({ configFile: '/new.json' }));
      expect(page.root.textContent).toContain('/new.json');
    },
  );

  it('does not get the guide anew where nothing has changed', async () => {
    const page = await mountGuide();
    page.view.update({ ...MODEL });
    await page.settle();
    expect(page.requests('connect/guide')).toHaveLength(1);
  });
});
