import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { createRef, ref } from 'lit/directives/ref.js';
import type { RequestDetail, RequestSummary } from '../../../core/request-activity.ts';
import type { Formats } from '../../../panel/formats.ts';
import { actionButton } from '../../components/action-button.ts';
import { copyButton } from '../../components/copy-button.ts';
import { icon } from '../../components/icon.ts';
import { iconButton } from '../../components/icon-button.ts';
import type { ViewContext } from '../../tab-view.ts';
import { toMessage } from '../../to-message.ts';
import { captureSection } from './capture-section.ts';
import { createAnswerStream, type AnswerStream } from './create-answer-stream.ts';
import { headerList, requestFacts, usageFacts } from './detail-facts.ts';
import { toOutcomeIcon, toOutcomeName } from './request-words.ts';
import { waterfall } from './waterfall.ts';

/** Everything about one request. */
export interface RequestDetailPane {
  /** The request that is shown; `null` for none. */
  readonly id: number | null;
  /** Shows another one, or none: asks the extension for it. */
  open(id: number | null): void;
  /** Asks again for the one that is shown: what is known of it may have been cleared. */
  askAgain(): void;
  update(detail: RequestDetail): void;
  appendAnswer(id: number, text: string): void;
  render(options: {
    readonly row: RequestSummary | undefined;
    readonly isCapturing: boolean;
    readonly isBeside: boolean;
  }): TemplateResult;
  focus(): void;
  readonly hasFocus: boolean;
}

/** Makes the pane. `onClose` is called when the user goes back, `onGone` where the extension has forgotten the request. */
export const createRequestDetail = (
  context: ViewContext,
  {
    formats,
    onClose,
    onGone,
    onCapture,
  }: {
    readonly formats: Formats;
    readonly onClose: () => void;
    readonly onGone: () => void;
    readonly onCapture: (isCapturing: boolean) => void;
  },
): RequestDetailPane => {
  const { client, l10n, memory, announce, invalidate } = context;
  const heading = createRef<HTMLElement>();
  const pane = createRef<HTMLElement>();
  const openParts = new Set(toStrings(memory.read('openParts') ?? ['headers-in', 'capture']));
  let shown: number | null = null;
  let detail: RequestDetail | null = null;
  let answer: AnswerStream = createAnswerStream(l10n.t('Answer'));
  /** Why it cannot be shown; `null` where it can. */
  let problem: string | null = null;

  /** Nothing of a request stays on the screen that the extension has forgotten. */
  const forget = (): void => {
    detail = null;
    problem = null;
    answer = createAnswerStream(l10n.t('Answer'));
  };

  const ask = async (id: number): Promise<void> => {
    try {
      const found = await client.request('getRequest', { id });
      if (shown !== id) return;
      if (found !== null) update(found);
      else onGone();
    } catch (error) {
      if (shown === id) problem = toMessage(error);
    }
    invalidate();
  };

  const update = (next: RequestDetail): void => {
    if (next.id !== shown) return;
    detail = next;
    problem = null;
    answer.replace(next.capture?.answerText ?? '');
    invalidate();
  };

  const tellFailure = (id: number, error: unknown): void => {
    const message = toMessage(error);
    announce(message);
    if (shown === id) problem = message;
    invalidate();
  };

  const cancel = async (id: number): Promise<void> => {
    try {
      const isCancelled = await client.request('cancelRequest', { id });
      announce(isCancelled ? l10n.t('Request cancelled') : l10n.t('It was over already'));
    } catch (error) {
      tellFailure(id, error);
    }
  };

  const copyAsCurl = async (id: number): Promise<void> => {
    try {
      // Where it is gone, the extension says so.
      if (await client.request('copyRequestAsCurl', { id })) announce(l10n.t('{0} copied', 'curl'));
    } catch (error) {
      tellFailure(id, error);
    }
  };

  const part = (name: string, title: string, content: () => unknown): TemplateResult => {
    const isOpen = openParts.has(name);
    const onToggle = ({ currentTarget }: Event): void => {
      if (!(currentTarget instanceof HTMLDetailsElement) || currentTarget.open === openParts.has(name)) return;
      if (currentTarget.open) openParts.add(name);
      else openParts.delete(name);
      memory.write('openParts', [...openParts]);
      invalidate();
    };
    return html`<details class="detail-part" ?open=${isOpen} @toggle=${onToggle}>
      <summary><h3>${title}</h3></summary>
      ${isOpen ? content() : nothing}
    </details>`;
  };

  const head = (row: RequestSummary, isBeside: boolean): TemplateResult => {
    const outcome = toOutcomeName(l10n, row.outcome);
    return html`<header class="detail-head">
      <div class="detail-title">
        ${isBeside ? nothing : iconButton({ icon: 'arrow-left', label: l10n.t('Back to the list'), onClick: onClose })}
        <h2 tabindex="-1" ${ref(heading)}><span class="muted">${row.method}</span> ${row.path}</h2>
        ${isBeside ? iconButton({ icon: 'close', label: l10n.t('Close'), onClick: onClose }) : nothing}
      </div>
      <p class=${`detail-outcome is-${row.outcome}`}>
        ${icon(toOutcomeIcon(row.outcome))}<span>${outcome}</span>${
          row.status === null ? nothing : html`<span class="muted">HTTP ${row.status}</span>`
        }${row.errorCode === null ? nothing : html`<code>${row.errorCode}</code>`}
      </p>
      ${
        detail?.errorMessage == null
          ? nothing
          : html`<p class="detail-error">${icon('error')}<span>${detail.errorMessage}</span></p>`
      }
      <p class="detail-id">
        <span class="muted">${l10n.t('Request ID')}</span>
        <span
          ><code>${row.requestId}</code
          >${copyButton(context, { text: row.requestId, what: l10n.t('Request ID') })}</span
        >
      </p>
      <div class="detail-actions">
        ${
          row.canCancel
            ? actionButton({ icon: 'debug-stop', label: l10n.t('Cancel'), onClick: () => void cancel(row.id) })
            : nothing
        }
        ${actionButton({
          icon: 'terminal',
          label: l10n.t('Copy as curl'),
          onClick: () => void copyAsCurl(row.id),
        })}
        ${actionButton({
          icon: 'go-to-file',
          label: l10n.t('Open in editor'),
          onClick: () => client.command('openRequest', { id: row.id }),
        })}
      </div>
    </header>`;
  };

  const parts = (full: RequestDetail, isCapturing: boolean): TemplateResult => html`
    <section class="detail-part">
      <h3>${l10n.t('Timing')}</h3>
      ${waterfall(l10n, formats, full, Date.now())}
    </section>
    <section class="detail-part">
      <h3>${l10n.t('Request')}</h3>
      ${requestFacts(l10n, formats, full)}
    </section>
    <section class="detail-part">
      <h3>${l10n.t('Tokens and cost')}</h3>
      ${usageFacts(l10n, formats, full)}
    </section>
    ${part('headers-in', l10n.t('Request headers'), () => headerList(l10n, full.requestHeaders))}
    ${part('headers-out', l10n.t('Response headers'), () => headerList(l10n, full.responseHeaders))}
    ${part('capture', l10n.t('Bodies'), () =>
      captureSection({ l10n, formats, detail: full, answer, isCapturing, onCapture }),
    )}
  `;

  return {
    get id() {
      return shown;
    },
    open: (id) => {
      if (id === shown) return;
      shown = id;
      forget();
      client.command('watchRequest', { id });
      if (id !== null) void ask(id);
      invalidate();
    },
    askAgain: () => {
      if (shown !== null) void ask(shown);
    },
    update,
    appendAnswer: (id, text) => {
      if (id !== shown) return;
      const wasEmpty = answer.length === 0;
      const wasCut = answer.isCut;
      answer.append(text);
      // All else of the page stays as it is: the text draws itself.
      if (wasEmpty || wasCut !== answer.isCut) invalidate();
    },
    focus: () => heading.value?.focus(),
    get hasFocus() {
      return pane.value?.contains(document.activeElement) === true;
    },
    render: ({ row, isCapturing, isBeside }) => {
      const subject = detail === null ? row : row === undefined || detail.outcome !== 'running' ? detail : row;
      return html`<section
        class="request-detail"
        ${ref(pane)}
        aria-label=${l10n.t('Request details')}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== 'Escape' || event.defaultPrevented) return;
          event.preventDefault();
          onClose();
        }}
      >
        ${keyed(
          shown,
          html`${
            subject === undefined
              ? html`<div class="detail-title">
                  ${iconButton({ icon: 'arrow-left', label: l10n.t('Back to the list'), onClick: onClose })}
                </div>`
              : head(subject, isBeside)
          }
          ${problem === null ? nothing : html`<p class="detail-error">${icon('info')}<span>${problem}</span></p>`}
          ${detail === null ? nothing : parts(detail, isCapturing)}`,
        )}
      </section>`;
    },
  };
};

const toStrings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
