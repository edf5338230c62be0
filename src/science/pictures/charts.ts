/** Parts that several charts share. */
import type { Specification } from './draw.ts';

/** The heading of a chart; one made from simulated data says so in it. */
export function heading(text: string, subtitle: string, simulated: boolean): Specification {
  return { text, subtitle: simulated ? `Simulated data. ${subtitle}` : subtitle };
}

export const schema = 'https://vega.github.io/schema/vega-lite/v6.json';

/** Numbers of a specification with as many digits as a picture can show. */
export const shortened = (value: number): number => Number(value.toPrecision(5));
