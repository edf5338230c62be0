/** Whether an ICC profile (ICC.1:2022) says nothing but sRGB, so that there is nothing to convert. */

/**
 * True of matrix profiles with the primaries of sRGB (IEC 61966-2-1, adapted to D50) and its tone curve, whoever wrote
 * them. A conversion of such a picture would move its values by rounding alone, and takes longer than its decoding.
 */
export function isStandardRgb(profile: Buffer | undefined): boolean {
  if (profile === undefined) return false;
  try {
    if (profile.toString('latin1', 16, 20) !== 'RGB ' || profile.toString('latin1', 36, 40) !== 'acsp')
      return false;
    const tags = tagsOf(profile);
    if ([...tags.keys()].some((name) => name.startsWith('A2B'))) return false; // tables that go before the matrix
    return (
      Object.entries(primaries).every(([name, colour]) => isColour(tags.get(name), colour)) &&
      ['rTRC', 'gTRC', 'bTRC'].every((name) => isToneCurve(tags.get(name)))
    );
  } catch {
    return false; // tags that lie outside of it
  }
}

/** XYZ of the columns of the matrix. */
const primaries: Readonly<Record<string, readonly [number, number, number]>> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};
/** What the writers of sRGB profiles differ by. */
const tolerance = 0.0006;

/** Section 7.3: a count, then signature, offset and size of each. */
function tagsOf(profile: Buffer): ReadonlyMap<string, Buffer> {
  const tags = new Map<string, Buffer>();
  const count = Math.min(profile.readUInt32BE(128), 100);
  for (let at = 132; at < 132 + 12 * count; at += 12) {
    const start = profile.readUInt32BE(at + 4);
    tags.set(
      profile.toString('latin1', at, at + 4),
      profile.subarray(start, start + profile.readUInt32BE(at + 8)),
    );
  }
  return tags;
}

/** Type XYZType (10.31): three signed numbers of 16.16 bit after 8 bytes. */
function isColour(tag: Buffer | undefined, colour: readonly number[]): boolean {
  if (tag?.toString('latin1', 0, 4) !== 'XYZ ') return false;
  return colour.every((value, i) => Math.abs(tag.readInt32BE(8 + 4 * i) / 65_536 - value) < tolerance);
}

/** At 32 places within a quarter of an 8-bit step of light. */
function isToneCurve(tag: Buffer | undefined): boolean {
  const curve = tag === undefined ? undefined : curveOf(tag);
  if (curve === undefined) return false;
  return Array.from({ length: 33 }, (_, i) => i / 32).every(
    (value) => Math.abs(curve(value) - linearLight(value)) < 0.25 / 255,
  );
}

/** IEC 61966-2-1, equation 5 and 6. */
const linearLight = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;

/** Of curveType (10.6) with a table, and of parametricCurveType (10.18) 3 and 4. */
function curveOf(tag: Buffer): ((value: number) => number) | undefined {
  const type = tag.toString('latin1', 0, 4);
  if (type === 'curv') {
    const last = tag.readUInt32BE(8) - 1;
    if (last < 255) return undefined;
    const entry = (index: number): number => tag.readUInt16BE(12 + 2 * index) / 65_535;
    return (value) => {
      const at = Math.min(Math.floor(value * last), last - 1);
      return entry(at) + (value * last - at) * (entry(at + 1) - entry(at));
    };
  }
  const form = type === 'para' ? tag.readUInt16BE(8) : 0;
  if (form !== 3 && form !== 4) return undefined;
  const [g, a, b, c, d, e = 0, f = 0] = Array.from(
    { length: form === 3 ? 5 : 7 },
    (_, i) => tag.readInt32BE(12 + 4 * i) / 65_536,
  ) as [number, number, number, number, number, number?, number?];
  return (value) => (value >= d ? (a * value + b) ** g + e : c * value + f);
}
