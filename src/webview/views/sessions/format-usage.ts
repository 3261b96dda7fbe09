import type { Localizer } from '../../../core/localizer.ts';
import type { Usage } from '../../../core/usage.ts';
import { toPromptTokens, type Formats } from '../../../panel/formats.ts';
import type { Fact } from '../../cards/fact-list.ts';

/** The tokens of a conversation in one number, with what they are made of as its title. */
export const formatUsage = (usage: Usage | null, l10n: Localizer, formats: Formats): Pick<Fact, 'value' | 'title'> => {
  if (usage === null) return { value: l10n.t('Not reported') };
  const input = toPromptTokens(usage);
  const total = formats.count(input + usage.outputTokens);
  return {
    value: usage.isEstimated === true ? l10n.t('about {0}', total) : total,
    title: l10n.t(
      '{0} read (of which {1} from the cache), {2} written',
      formats.count(input),
      formats.count(usage.cacheReadTokens),
      formats.count(usage.outputTokens),
    ),
  };
};
