/** How a training went: its curves as a picture, and what was measured on faces held out as a table. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { courseTable, drawCourse, readCourse } from '../src/science/pictures/figures/course.ts';
import { figuresPage } from '../src/science/pictures/figures-page.ts';
import { bestOf } from '../src/science/ranking/held-out-course.ts';
import { percent, renderTable, tablesFile } from '../src/science/tables/table.ts';
import { defineStage } from '../src/stage.ts';

export default defineStage<Record<string, never>>({
  display: 'curves.md',

  async run({ inputs, output, marks, signal, metric }) {
    const simulated = marks.includes('simulated');
    const course = await readCourse(inputs.one('pretraining').path);
    const figure = await drawCourse(course, { output, simulated, signal });
    const table = courseTable(course);
    const page = [
      figuresPage(figure === undefined ? [] : [figure], simulated),
      figure === undefined ? 'No step was taken: there is no curve.\n' : '',
      table === undefined ? '' : `${renderTable(table, simulated)}\n`,
    ];
    await writeFile(join(output, 'curves.md'), page.filter((part) => part !== '').join('\n'));
    const title = 'Training curves';
    if (table !== undefined)
      await writeFile(join(output, 'tables.json'), tablesFile({ title, remarks: [], simulated }, [table]));

    const [steps, best] = [course.points.at(-1)?.step ?? 0, bestOf(course.heldOut)];
    metric({ name: 'steps', value: steps, direction: 'none', unit: 'steps' });
    if (best === undefined) return;
    metric({ name: 'heldOut.best', value: percent(best.score), direction: 'higher', unit: 'percent' });
    metric({ name: 'heldOut.bestStep', value: best.step, direction: 'none', unit: 'steps' });
  },
});
