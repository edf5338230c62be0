/** A worker thread of `data-set.ts`: one series a task. */
import { writeSeries } from './series.ts';

export default writeSeries;
