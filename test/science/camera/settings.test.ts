import { describe, expect, it } from 'vitest';
import { drawSettings, type Domain, type Settings } from '../../../src/science/camera/settings.ts';
import { apertures, exposureTimes, sensitivities } from '../../../src/science/camera/stops.ts';
import { randomOf } from '../../../src/science/random.ts';

const draw = (domain: Domain): Settings[] =>
  Array.from({ length: 2000 }, (_, index) => drawSettings(randomOf(1, domain, index), domain));
const photos = draw('photos');
const faces = draw('faces');
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const marks = (scale: readonly { marked: number }[]): number[] => scale.map(({ marked }) => marked);

const meanStops = (values: Settings[], key: 'iso' | 'exposureTime'): number =>
  mean(values.map((settings) => Math.log2(settings[key])));

const inWeather = (weather: string): Settings[] => photos.filter((settings) => settings.weather === weather);

const throughLens = (focalLength: number): Settings[] =>
  photos.filter((settings) => settings.focalLength === focalLength);

describe('camera settings', () => {
  it('lie on the scales of a camera', () => {
    for (const { tags } of [...photos, ...faces]) {
      expect(marks(apertures)).toContain(tags.aperture);
      expect(marks(exposureTimes)).toContain(tags.exposureTime);
      expect(marks(sensitivities)).toContain(tags.iso);
      expect([18, 24, 28, 35, 50, 70, 85, 105, 135, 200]).toContain(tags.focalLength);
    }
  });

  it('have every focal length among photos, and from 28 mm among portraits', () => {
    expect(new Set(photos.map(({ focalLength }) => focalLength)).size).toBe(10);
    expect(Math.min(...faces.map(({ focalLength }) => focalLength))).toBe(28);
  });

  it('are narrower for portraits: f/2.5 to f/6.3 and ISO 1600 at most', () => {
    for (const { tags } of faces) {
      expect(tags.aperture).toBeGreaterThanOrEqual(2.5);
      expect(tags.aperture).toBeLessThanOrEqual(6.3);
      expect(tags.iso).toBeLessThanOrEqual(1600);
    }
    expect(Math.max(...photos.map(({ tags }) => tags.iso))).toBe(6400);
  });

  it('raise the sensitivity in the dark and shorten the time in the sun', () => {
    expect(meanStops(inWeather('indoor'), 'iso')).toBeGreaterThan(
      meanStops(inWeather('overcast'), 'iso') + 1,
    );
    expect(meanStops(inWeather('overcast'), 'exposureTime')).toBeGreaterThan(
      meanStops(inWeather('sun'), 'exposureTime') + 1,
    );
  });

  it('hold long lenses shorter than wide ones', () => {
    expect(meanStops(throughLens(200), 'exposureTime')).toBeLessThan(
      meanStops(throughLens(18), 'exposureTime') - 0.5,
    );
  });

  it('expose right to within a third of a stop and the picture-to-picture spread, wherever the camera can', () => {
    const errors = photos
      .filter((s) => s.exposureValue > 9 && s.tags.exposureTime > 1 / 4000)
      .map((s) => s.exposureError);
    expect(Math.abs(mean(errors))).toBeLessThan(0.1);
    expect(Math.sqrt(mean(errors.map((error) => error ** 2)))).toBeLessThan(0.4);
  });
});
