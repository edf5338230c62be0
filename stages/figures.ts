/** Draws the pictures of an experiment: Fig. 4 and 5, what was detected, what was learnt, and the faces themselves. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawComponents } from '../src/science/pictures/figures/components.ts';
import { drawDetections, readDetections } from '../src/science/pictures/figures/detections.ts';
import { drawEmbedding } from '../src/science/pictures/figures/embedding.ts';
import { drawSheets } from '../src/science/pictures/figures/faces.ts';
import { drawPretraining } from '../src/science/pictures/figures/pretraining.ts';
import { figuresList, figuresPage } from '../src/science/pictures/figures-page.ts';
import { defineStage } from '../src/stage.ts';
import type { FiguresParameters } from './parameters.ts';

export default defineStage<FiguresParameters>({
  display: 'figures.md',

  async run(context) {
    const { inputs, output, marks, params } = context;
    const simulated = marks.includes('simulated');
    const detections = await readDetections(inputs, params.split);
    const host = { ...context, simulated };
    const { figure: embedding, trust } = await drawEmbedding(detections, host);
    const figures = [
      ...(await drawComponents(inputs.all('components'), host)),
      embedding,
      ...(await drawDetections(detections, host)),
      ...(await drawPretraining(host)),
      ...(await drawSheets(detections, host)),
    ];
    await writeFile(join(output, 'figures.md'), figuresPage(figures, simulated));
    await writeFile(join(output, 'figures.json'), figuresList(figures, simulated));
    context.metric({ name: 'figures', value: figures.length, direction: 'none', unit: 'pictures' });
    context.metric({ name: 'embedding.trustworthiness', value: trust, direction: 'higher', unit: '1' });
  },
});
