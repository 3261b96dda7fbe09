import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { Localizer } from '../../../core/localizer.ts';
import type { RequestDetail } from '../../../core/request-activity.ts';
import type { Formats } from '../../../panel/formats.ts';
import { bodyText } from './body-text.ts';
import type { AnswerStream } from './create-answer-stream.ts';

/** The switch for capture, and what was captured of this request. */
export const captureSection = (options: {
  readonly l10n: Localizer;
  readonly formats: Formats;
  readonly detail: RequestDetail;
  readonly answer: AnswerStream;
  readonly isCapturing: boolean;
  readonly onCapture: (isCapturing: boolean) => void;
}): TemplateResult => {
  const { l10n, detail, isCapturing, onCapture } = options;
  return html`<vscode-checkbox
      toggle
      .label=${l10n.t('Capture bodies')}
      .checked=${isCapturing}
      @change=${(event: Event) => onCapture(readChecked(event, !isCapturing))}
    ></vscode-checkbox>
    <p class="muted">
      ${l10n.t(
        'Keeps what clients send and what they are answered, for new requests only. It stays in memory, is never written to disk, and is cleared when you switch this off or the server stops.',
      )}
    </p>
    ${
      detail.capture === null
        ? html`<p>
            ${
              isCapturing
                ? l10n.t('This request came before capture was on.')
                : l10n.t('Nothing was captured of this request.')
            }
          </p>`
        : captured(options, detail.capture)
    }`;
};

const captured = (
  { l10n, formats, detail, answer }: Parameters<typeof captureSection>[0],
  { requestBody, responseBody, isTruncated }: NonNullable<RequestDetail['capture']>,
): TemplateResult =>
  html`${
      isTruncated
        ? html`<p class="muted">${l10n.t('A part of it is missing, since it was too long to be kept.')}</p>`
        : nothing
    }
    <h4>${l10n.t('Request body')}</h4>
    ${
      requestBody === null
        ? html`<p class="muted">${l10n.t('It has no body.')}</p>`
        : guard([requestBody], () => bodyText(l10n, formats, l10n.t('Request body'), requestBody))
    }
    <h4>${detail.outcome === 'running' ? l10n.t('Answer so far') : l10n.t('Answer as text')}</h4>
    ${answer.length === 0 ? html`<p class="muted">${l10n.t('No text.')}</p>` : answer.element}
    ${
      answer.isCut
        ? html`<p class="muted">
            ${l10n.t('The rest is not shown here, since it is very long. Open the request in an editor to see all of it.')}
          </p>`
        : nothing
    }
    ${
      responseBody === null
        ? nothing
        : html`<h4>${l10n.t('Response body')}</h4>
            ${guard([responseBody], () => bodyText(l10n, formats, l10n.t('Response body'), responseBody))}`
    }`;

const readChecked = ({ currentTarget }: Event, otherwise: boolean): boolean =>
  typeof currentTarget === 'object' &&
  currentTarget !== null &&
  'checked' in currentTarget &&
  typeof currentTarget.checked === 'boolean'
    ? currentTarget.checked
    : otherwise;
