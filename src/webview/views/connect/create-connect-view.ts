import { html, type TemplateResult } from 'lit';
import type { ConnectModel, ObstacleCommand } from '../../../panel/models.ts';
import { emptyState } from '../../components/empty-state.ts';
import { linkButton } from '../../components/link-button.ts';
import { createFocusKeeper } from '../../directives/focus-keeper.ts';
import { selectField } from '../../forms/select-field.ts';
import type { TabView, ViewContext } from '../../tab-view.ts';
import { containerChoice } from './container-choice.ts';
import { createToolGuide } from './create-tool-guide.ts';
import { createToolPicker } from './create-tool-picker.ts';
import { guideSection } from './guide-section.ts';
import { listModelOptions } from './list-model-options.ts';
import { toObstacleButton } from './obstacle-button.ts';
import { readSelection, writeSelection, type ToolSelection } from './tool-selection.ts';
import './connect.css';

/** The tab that connects a tool. */
export interface ConnectView extends TabView<ConnectModel> {
  /** Chooses a tool as its user would, such as for a step of the walkthrough. */
  choose(toolId: string): void;
}

export const createConnectView = (context: ViewContext): ConnectView => {
  const { l10n, invalidate, memory } = context;
  const focus = createFocusKeeper();
  const guide = createToolGuide(context);
  let selection: ToolSelection = readSelection(memory);
  let model: ConnectModel | null = null;
  /** What the guide was got for: another model of this tab may change it, the same one does not. */
  let loadedFor: string | null = null;

  const findTool = (): ConnectModel['tools'][number] | undefined =>
    model?.tools.find(({ id }) => id === selection.toolId);

  const chosenModel = ({ models, defaultModel }: ConnectModel): string =>
    models.find(({ id }) => id === selection.model)?.id ?? defaultModel;

  const loadGuide = (): void => {
    const tool = findTool();
    if (model === null || model.obstacle !== null || tool === undefined) {
      loadedFor = null;
      if (guide.state !== null) guide.clear();
      return;
    }
    const { models, baseUrl, allowsContainers } = model;
    const isInContainer = selection.containers.get(tool.id);
    const target = {
      toolId: tool.id,
      model: chosenModel(model),
      ...(isInContainer !== undefined && { isInContainer }),
    };
    const key = JSON.stringify([target, models, tool.canUndo, baseUrl, allowsContainers]);
    if (key === loadedFor) return;
    loadedFor = key;
    void guide.load(target);
  };

  const select = (next: ToolSelection): void => {
    selection = next;
    writeSelection(memory, next);
    loadGuide();
    invalidate();
  };

  const choose = (toolId: string): void => select({ ...selection, toolId });

  const picker = createToolPicker(context, {
    focus,
    onChoose: (toolId) => {
      focus.want('tool-title');
      choose(toolId);
    },
  });

  const obstacle = (text: string, command: ObstacleCommand | undefined): TemplateResult =>
    emptyState({
      icon: 'plug',
      title: l10n.t('Nothing can be connected yet'),
      text,
      ...(command !== undefined && { action: toObstacleButton(context, command) }),
    });

  const chosenTool = (shown: ConnectModel, tool: ConnectModel['tools'][number]): TemplateResult =>
    html`<div class="tool-chosen">
        ${linkButton({
          label: l10n.t('All tools'),
          icon: 'arrow-left',
          onClick: () => {
            focus.want('tool-search');
            select({ ...selection, toolId: null });
          },
        })}
        <h2 tabindex="-1" ${focus.place('tool-title')}>${tool.name}</h2>
        <p class="muted">${tool.description}</p>
      </div>
      <div class="model-choice">
        ${selectField({
          id: 'connect-model',
          label: l10n.t('Model'),
          value: chosenModel(shown),
          options: listModelOptions(shown, l10n),
          ...(shown.models.length === 0 && {
            hint: l10n.t('The models cannot be listed now, so this is the default one.'),
          }),
          onChange: (value) => select({ ...selection, model: value }),
        })}
        ${containerChoice(l10n, {
          chosen: selection.containers.get(tool.id),
          shown: guide.state?.guide?.isInContainer,
          onChoose: (isInContainer) =>
            select({ ...selection, containers: new Map(selection.containers).set(tool.id, isInContainer) }),
        })}
      </div>
      ${guideSection(context, { guide, toolName: tool.name, canUndo: tool.canUndo })}`;

  const content = (shown: ConnectModel): TemplateResult => {
    if (shown.obstacle !== null) return obstacle(shown.obstacle, shown.obstacleCommand);
    const tool = findTool();
    return tool === undefined ? picker.render(shown.tools) : chosenTool(shown, tool);
  };

  return {
    choose,
    update(next) {
      // The server has come back, perhaps at another port.
      if (model !== null && model.obstacle !== next.obstacle) loadedFor = null;
      if (model !== null && model.baseUrl !== next.baseUrl) guide.forgetTest();
      model = next;
      loadGuide();
      invalidate();
    },
    render: () =>
      html`<div class="view-body connect-view">
        ${model === null ? html`<p class="panel-loading">${l10n.t('Loading…')}</p>` : content(model)}
      </div>`,
  };
};
