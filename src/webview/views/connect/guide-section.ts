import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectGuide, GuideStep } from '../../../panel/models.ts';
import { actionButton } from '../../components/action-button.ts';
import { breakable } from '../../components/breakable.ts';
import { showTick } from '../../components/copy-button.ts';
import { icon } from '../../components/icon.ts';
import type { ViewContext } from '../../tab-view.ts';
import type { ToolGuide, ToolGuideState } from './create-tool-guide.ts';
import { testResult } from './test-result.ts';

/** How to connect the chosen tool, and what can be done for its user. */
export const guideSection = (
  context: ViewContext,
  parts: { readonly guide: ToolGuide; readonly toolName: string; readonly canUndo: boolean },
): TemplateResult | typeof nothing => {
  const { l10n } = context;
  const { state } = parts.guide;
  if (state === null) return nothing;
  const { guide, failure } = state;
  return html`<div class="guide" aria-busy=${state.isLoading ? 'true' : 'false'}>
    ${
      failure === null
        ? nothing
        : html`<p class="form-error" role="alert">${icon('error')}<span>${failure}</span></p>
            <div class="form-buttons">
              ${actionButton({
                label: l10n.t('Try again'),
                icon: 'refresh',
                isPrimary: true,
                onClick: () => void parts.guide.load(state.target),
              })}
            </div>`
    }
    ${guide === null ? nothing : loadedGuide(context, guide, { ...parts, state })}
    ${guide === null && failure === null ? html`<p class="muted">${l10n.t('Loading…')}</p>` : nothing}
  </div>`;
};

interface LoadedParts {
  readonly guide: ToolGuide;
  readonly toolName: string;
  readonly canUndo: boolean;
  readonly state: ToolGuideState;
}

const loadedGuide = (context: ViewContext, shown: ConnectGuide, parts: LoadedParts): TemplateResult => {
  const { client, l10n } = context;
  const { state, toolName } = parts;
  return html`${
      shown.needsDockerAccess
        ? html`<div class="guide-remark">
            <p>
              ${icon('info')}<span
                >${l10n.t('{0} usually runs in a container. Portside does not let containers in yet.', toolName)}</span
              >
            </p>
            ${actionButton({
              label: l10n.t('Allow containers'),
              onClick: () => client.command('run', { command: 'portside.allowDocker' }),
            })}
          </div>`
        : nothing
    }
    ${shown.configFile === null ? nothing : configSection(context, shown.configFile, { ...parts, canUndo: parts.canUndo || shown.canUndo })}
    <section class="guide-part" aria-labelledby="guide-steps">
      <h3 id="guide-steps">${shown.configFile === null ? l10n.t('Steps') : l10n.t('Or by hand')}</h3>
      ${
        shown.steps.some(({ snippet }) => snippet !== null)
          ? html`<p class="muted guide-note">
              ${l10n.t('"Copy" puts in a token that is made for {0}. Here it is masked.', toolName)}
            </p>`
          : nothing
      }
      <ol class="guide-steps">
        ${shown.steps.map((step, index) => guideStep(context, step, { index, state, guide: parts.guide }))}
      </ol>
    </section>
    <section class="guide-part" aria-labelledby="guide-test">
      <h3 id="guide-test">${l10n.t('Test')}</h3>
      <p class="muted guide-note">${l10n.t('Sends one short request, as {0} would.', toolName)}</p>
      <div class="form-buttons">
        ${actionButton({
          label: state.busy === 'test' ? l10n.t('Testing…') : l10n.t('Test'),
          icon: state.busy === 'test' ? 'loading codicon-modifier-spin' : 'beaker',
          isDisabled: state.busy !== null,
          onClick: () => void parts.guide.test(),
        })}
      </div>
      ${testResult(context, state.test)}
    </section>`;
};

const configSection = (
  { l10n }: ViewContext,
  configFile: string,
  { guide, state, canUndo }: LoadedParts,
): TemplateResult =>
  html`<section class="guide-part" aria-labelledby="guide-config">
    <h3 id="guide-config">${l10n.t('Let Portside write it')}</h3>
    <p class="muted guide-note">${l10n.t('You see every change before it is written, and can undo it.')}</p>
    <p class="guide-note"><span class="muted">${l10n.t('File:')}</span> <code>${breakable(configFile)}</code></p>
    <div class="form-buttons">
      ${actionButton({
        label: state.busy === 'write' ? l10n.t('Writing…') : l10n.t('Write config'),
        icon: 'edit',
        isPrimary: true,
        isDisabled: state.busy !== null,
        onClick: () => void guide.change('write'),
      })}
      ${
        canUndo
          ? actionButton({
              label: state.busy === 'undo' ? l10n.t('Undoing…') : l10n.t('Undo'),
              icon: 'discard',
              isDisabled: state.busy !== null,
              onClick: () => void guide.change('undo'),
            })
          : nothing
      }
    </div>
    <div role="status">
      ${
        state.change === null
          ? nothing
          : html`<p class=${state.change.status === 'failed' ? 'form-error' : 'guide-result'}>
              ${icon(CHANGE_ICONS[state.change.status])}<span>${breakable(state.change.message)}</span>
            </p>`
      }
    </div>
  </section>`;

const CHANGE_ICONS = { done: 'pass', declined: 'circle-slash', failed: 'error' } as const;

const guideStep = (
  { l10n }: ViewContext,
  { text, snippet }: GuideStep,
  { index, state, guide }: { readonly index: number; readonly state: ToolGuideState; readonly guide: ToolGuide },
): TemplateResult => {
  const number = index + 1;
  const copy = async (event: Event): Promise<void> => {
    const button = event.currentTarget;
    if (await guide.copy(index)) showTick(button);
  };
  return html`<li>
    <p>${text}</p>
    ${
      snippet === null
        ? nothing
        : html`<div class="code-block">
            <div class="code-block-bar">
              <span class="muted">${snippet.language}</span>
              <button
                type="button"
                class="link-button copy-button"
                aria-label=${l10n.t('Copy the snippet of step {0}', number)}
                @click=${copy}
              >
                ${icon('copy')}${icon('check')}<span>${l10n.t('Copy')}</span>
              </button>
            </div>
            <pre
              tabindex="0"
              role="group"
              aria-label=${l10n.t('Snippet of step {0}', number)}
            ><code>${snippet.text}</code></pre>
          </div>`
    }
    ${
      state.copyFailure?.step === index
        ? html`<p class="form-error" role="alert">${icon('error')}<span>${state.copyFailure.message}</span></p>`
        : nothing
    }
  </li>`;
};
