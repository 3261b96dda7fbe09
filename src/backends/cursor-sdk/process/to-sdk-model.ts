import type { ModelSelection as SdkModelSelection } from '@cursor/sdk';
import type { ModelSelection } from '../../../core/model.ts';

/** Our choice of a model in the SDK's form. */
export const toSdkModel = ({ id, parameters }: ModelSelection): SdkModelSelection => ({
  id,
  params: parameters.map((parameter) => ({ id: parameter.id, value: parameter.value })),
});
