/** Everything the tables of `ablations` are made of. */
import type { HeldOutFile } from '../ranking/held-out-file.ts';
import type { EvaluationFile } from './evaluation-file.ts';

/** The mixture on features of differently trained networks; all scored on the same images. */
export interface AblationResults {
  readonly both: EvaluationFile;
  readonly exifOnly: EvaluationFile;
  readonly manipulationOnly: EvaluationFile;
  /** Controls that the paper does not have. */
  readonly exifOnlyShorter: { readonly epochs: number; readonly evaluation: EvaluationFile } | undefined;
  readonly randomWeights: EvaluationFile;
  readonly statistics: EvaluationFile;
  /** Numbers of components, on the validation set. */
  readonly components: readonly EvaluationFile[];
  /** Undefined where no photographs were held out of pretraining. */
  readonly heldOut: HeldOutFile | undefined;
  readonly simulated: boolean;
}
