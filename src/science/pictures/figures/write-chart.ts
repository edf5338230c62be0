/** What the figures of an experiment share: where they go, and how a chart is written. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageInputs } from '../../../stage.ts';
import { draw, type Specification } from '../draw.ts';
import type { Figure } from '../figures-page.ts';

export interface FiguresHost {
  readonly inputs: StageInputs;
  readonly output: string;
  readonly cpus: number;
  readonly signal: AbortSignal;
  readonly simulated: boolean;
  readonly log: (line: string) => void;
}

/** Writes NAME.svg, NAME.png and NAME.vl.json. */
export async function writeChart(
  { output, simulated, signal }: Pick<FiguresHost, 'output' | 'simulated' | 'signal'>,
  specification: Specification,
  figure: Omit<Figure, 'kind'>,
): Promise<Figure> {
  signal.throwIfAborted();
  const { svg, png } = await draw(
    specification,
    `${simulated ? 'Simulated data. ' : ''}${figure.title}. ${figure.caption}`,
  );
  const file = join(output, figure.name);
  await writeFile(`${file}.svg`, svg);
  await writeFile(`${file}.png`, png);
  await writeFile(`${file}.vl.json`, `${JSON.stringify(specification, null, 1)}\n`);
  return { ...figure, kind: 'chart' };
}
