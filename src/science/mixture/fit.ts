/** Fits a mixture to features: several starts, the best kept. */
import { FailureError } from '../../failure.ts';
import { maximizeExpectation, type MaximizedMixture } from './expectation-maximization.ts';
import { loadFit, saveFit, type FitState, type SavedFit } from './fit-checkpoint.ts';
import { checkFiniteRows, type FeatureRows } from './rows.ts';
import { startLabels, type StartSettings } from './starts.ts';

export interface FitSettings extends StartSettings {
  /** How many starts; the one with the greatest lower bound is kept, the first of equals. */
  readonly starts: number;
  /** A folder to resume from and to save in, between iterations, when as many seconds have gone by since the last time. */
  readonly checkpoint?: { readonly folder: string; readonly seconds: number };
  progress?(start: number, iteration: number, lowerBound: number): void;
}

export interface FittedMixture extends MaximizedMixture {
  /** Which of the starts was kept, from 0. */
  readonly start: number;
}

/** Fails with FEATURES_EMPTY, FEATURES_NOT_FINITE, COMPONENTS_TOO_MANY (fewer rows than components), WARM_START_UNFIT or COVARIANCE_SINGULAR. */
export async function fitMixture(rows: FeatureRows, settings: FitSettings): Promise<FittedMixture> {
  checkRows(rows, settings.components);
  checkFewer(rows, settings);
  await checkFiniteRows(rows);
  const saved = await progressSaved(settings.checkpoint);
  let best: FittedMixture | undefined = saved.best;
  for (let start = saved.ended; start < settings.starts; start++) {
    const fitted = await fitFrom(
      start,
      rows,
      settings,
      saved.running?.start === start ? saved.running : undefined,
    );
    if (best === undefined || lastBound(fitted) > lastBound(best)) best = fitted;
    if (settings.checkpoint !== undefined && start + 1 < settings.starts)
      await saveFit(settings.checkpoint.folder, 'best', { ...best, ended: start + 1 });
  }
  if (best === undefined) throw new RangeError('a mixture needs at least one start');
  return best;
}

async function fitFrom(
  start: number,
  rows: FeatureRows,
  settings: FitSettings,
  resumeFrom: FitState | undefined,
): Promise<FittedMixture> {
  const { checkpoint } = settings;
  let savedAt = performance.now();
  const labels = resumeFrom?.labels ?? (await startLabels(start, rows, settings));
  const fitted = await maximizeExpectation(rows, labels, {
    ...settings,
    resumeFrom,
    progress: (iteration, lowerBound) => settings.progress?.(start, iteration, lowerBound),
    async save(state) {
      if (checkpoint === undefined || performance.now() - savedAt < 1000 * checkpoint.seconds) return;
      const running = { start, ended: start, converged: false, logLikelihoods: new Float64Array() };
      await saveFit(checkpoint.folder, 'running', { ...state, ...running });
      savedAt = performance.now();
    },
  });
  return { ...fitted, start };
}

/** What a fit that was killed left behind. */
async function progressSaved(
  checkpoint: FitSettings['checkpoint'],
): Promise<{ readonly best?: FittedMixture; readonly running?: SavedFit; readonly ended: number }> {
  if (checkpoint === undefined) return { ended: 0 };
  const running = await loadFit(checkpoint.folder, 'running');
  const saved = await loadFit(checkpoint.folder, 'best');
  if (saved === undefined) return { ...(running && { running }), ended: 0 };
  const { ended, ...best } = saved;
  return { ...(running && { running }), best, ended };
}

const lastBound = ({ lowerBounds }: MaximizedMixture): number => lowerBounds.at(-1) ?? -Infinity;

function checkRows({ count, width }: FeatureRows, components: number): void {
  if (count === 0 || width === 0)
    throw new FailureError({
      code: 'FEATURES_EMPTY',
      message: `there are no features to fit a mixture to: (${count}, ${width})`,
      remedy: 'check that the folder of real faces holds readable images',
    });
  if (components > count)
    throw new FailureError({
      code: 'COMPONENTS_TOO_MANY',
      message: `${components} components cannot be fitted to ${count} rows of features; every component needs at least one row`,
      remedy: `set gmm.components to ${count} or less (far less for a stable fit), or use more real faces`,
    });
}

function checkFewer({ width }: FeatureRows, { start, components, fewer }: FitSettings): void {
  if (fewer === undefined) return;
  const count = fewer.components.length;
  const wrong =
    start !== 'split'
      ? `gmm.start is ${start}, which does not start from it`
      : count >= components
        ? `it has ${count} components, as many as the ${components} asked for or more`
        : fewer.width === width
          ? undefined
          : `it was fitted to features of ${fewer.width} columns, these have ${width}`;
  if (wrong !== undefined)
    throw new FailureError({
      code: 'WARM_START_UNFIT',
      message: `a mixture cannot start from the one in warmStart: ${wrong}`,
      remedy:
        'set gmm.start to split and warmStart to a gmm of the same features with fewer components, or to null',
    });
}
