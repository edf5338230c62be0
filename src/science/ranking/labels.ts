/** What is known of a photograph's camera, and the labels of pairs that come from it. */
/** `paper` is the printed text, `reference` what its authors' program does where the two differ. */
export type Protocol = 'paper' | 'reference';

/** The four ordinal tags, in the order of the heads. */
export const tagNames = ['aperture', 'exposureTime', 'focalLength', 'iso'] as const;
export const tagCount = tagNames.length;

/** f-number, seconds, mm, ISO. */
export type Tags = Readonly<Record<(typeof tagNames)[number], number>>;

/**
 * (N, N, 4): the probability that x ranks above y in each tag. By Eq. 1 it is 1 if tag(x) >= tag(y), else 0, so of a
 * tied pair both orders are 1; in the authors' program ties are one half. (The program takes each pair once and the
 * text all of them; with ties of one half the mean is the same.)
 */
export function pairLabels(tags: readonly Tags[], protocol: Protocol): Float32Array {
  const tie = protocol === 'paper' ? 1 : 0.5;
  const ranked = tags.map((each) => rankedTags(each, protocol));
  const labels = new Float32Array(tags.length * tags.length * tagCount);
  let place = 0;
  for (const x of ranked)
    for (const y of ranked)
      for (const name of tagNames) labels[place++] = x[name] === y[name] ? tie : Number(x[name] > y[name]);
  return labels;
}

/**
 * The values that are ranked. The authors' program takes the 60 of "1/60 sec" for the exposure time, so among exposures below a
 * second it asks for the opposite order. (It also exchanges the labels of exposure time and focal length. That names two of four
 * equal heads differently and changes neither the loss nor the features, so it is not repeated here.)
 */
export function rankedTags(tags: Tags, protocol: Protocol): Tags {
  const { exposureTime } = tags;
  if (protocol === 'paper' || exposureTime >= 1) return tags;
  return { ...tags, exposureTime: 1 / exposureTime };
}
