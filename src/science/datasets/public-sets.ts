/** The public data sets of the paper: what they hold, from whom they are to be had, and on what terms. Nothing is downloaded. */
export interface PublicSet {
  readonly name: string;
  /** An experiment that says this word of what it expects means the data set. */
  readonly word: string;
  /** Where its authors hand it out, or tell how to ask for it. */
  readonly from: string;
  readonly terms: string;
}

const flickrDiverseFaces: PublicSet = {
  name: 'Flickr Diverse Faces (FDF)',
  word: 'Flickr Diverse Faces',
  from: 'github.com/hukkelas/FDF (download.py --download_images); EXIF by photo id from Flickr, or from github.com/MZMMSEC/AIGFD_EXIF',
  terms:
    'each photograph under its own licence: CC BY, BY-SA, BY-NC or BY-NC-SA 2.0, kept per photo; metadata Apache 2.0',
};

const celebaHq: PublicSet = {
  name: 'CelebA-HQ',
  word: 'CelebA-HQ',
  from: 'github.com/switchablenorms/CelebAMask-HQ or github.com/tkarras/progressive_growing_of_gans',
  terms: 'non-commercial research only, no redistribution',
};

/** They hold seven of the nine generators; StyleGAN2 and VQGAN images are made with the published models. */
const generatedSets: readonly PublicSet[] = [
  {
    name: 'DiffusionFace (LDM, DDIM, SDv2.1)',
    word: 'DiffusionFace',
    from: 'github.com/Rapisurazurite/DiffFace',
    terms: 'ask its authors',
  },
  {
    name: 'DiFF (FreeDoM, HPS, Midjourney, SDXL)',
    word: 'DiFF',
    from: 'github.com/xaCheng1996/DiFF',
    terms: 'ask its authors',
  },
  {
    name: 'test folders of the paper’s authors (all nine, and celeba-face)',
    word: 'DiFF',
    from: 'github.com/MZMMSEC/AIGFD_EXIF',
    terms: 'academic and research purposes only, CC BY-NC-SA 2.0',
  },
];

/** Those that a text speaks of. */
export function publicSetsIn(text: string): readonly PublicSet[] {
  return [flickrDiverseFaces, celebaHq, ...generatedSets].filter(({ word }) => text.includes(word));
}

/** How many the paper uses. */
export const paperCounts = { photos: 200_000, train: 25_000, test: 5_000, generatedMost: 5_000 };
