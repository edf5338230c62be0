/** `evaluation.json`: what the evaluation of one mixture found, as `evaluate` hands it on. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evaluation } from '../metrics/evaluation.ts';

export interface EvaluationFile extends Evaluation {
  /** Which set of images was scored. */
  readonly split: 'test' | 'validation';
  /** K of the mixture. */
  readonly components: number;
  /** Generators of which no image could be used. */
  readonly withoutImages: readonly string[];
}

export async function readEvaluation(folder: string): Promise<EvaluationFile> {
  return JSON.parse(await readFile(join(folder, 'evaluation.json'), 'utf8')) as EvaluationFile;
}
