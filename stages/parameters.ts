// Made from schemas/stages by `npm run types`. Do not edit.

/**
 * The stage that lays out tables has no parameters.
 */
export interface AblationsParameters {}

/**
 * Parameters of the stage that shows some of each data set.
 */
export interface DataSampleParameters {
  /**
   * Pictures shown of each set.
   */
  count: number;
  /**
   * Side of a picture on the sheet, px.
   */
  cell: number;
  /**
   * As the stage features has it.
   */
  split: {
    /**
     * Of all faces.
     */
    validation: number;
    /**
     * Of all faces.
     */
    test: number;
    /**
     * Of each generator's images, where those to choose by have no folder of their own.
     */
    generatedValidation?: number;
    /**
     * The most images of a generator to test with. null or absent: all.
     */
    generatedTest?: number | null;
  };
  /**
   * Draws the pictures.
   */
  seed: number;
}

/**
 * Parameters of the evaluation of a mixture on real and generated faces.
 */
export interface EvaluateParameters {
  /**
   * Which of the sets the inputs are; it names them in the table.
   */
  split: 'test' | 'validation';
  /**
   * all: all real faces against each generator's images; as-many: as many as it has images.
   */
  reals: 'all' | 'as-many';
}

/**
 * Parameters of the stage that draws the pictures.
 */
export interface FiguresParameters {
  /**
   * Which of the sets was evaluated.
   */
  split: 'test' | 'validation';
  /**
   * Photographs held out of pretraining, as `pretrain` was told.
   */
  heldOut: number;
  /**
   * The t-SNE of Fig. 5.
   */
  embedding: {
    /**
     * At most so many real and so many generated faces are shown.
     */
    faces: number;
    /**
     * About how many neighbours a face has; less where there are fewer than three times as many faces.
     */
    perplexity: number;
    /**
     * Steps of the gradient descent.
     */
    iterations: number;
  };
  /**
   * Seed of the choice of faces, and of the parting of the photographs in `pretrain`.
   */
  seed: number;
}

/**
 * Parameters of the Gaussian mixture of photographic features.
 */
export interface GmmParameters {
  /**
   * K, the number of Gaussian components.
   */
  components: number;
  /**
   * The real faces it is fitted to, and its threshold taken from: train: those of the training part, so that the validation part can choose K; train-and-validation: those of both, once K is chosen.
   */
  fitTo: 'train' | 'train-and-validation';
  /**
   * full: every component has a covariance matrix of its own; tied: all share one; diag: a variance for each feature; spherical: a single variance.
   */
  covariance: 'full' | 'tied' | 'diag' | 'spherical';
  /**
   * Added to the diagonal of every covariance (scikit-learn's reg_covar).
   */
  regularization: number;
  /**
   * Whether features are brought to mean 0 and deviation 1, as measured on the training set.
   */
  standardize: boolean;
  /**
   * Expectation-maximisation ends when the mean log-likelihood changes by less.
   */
  tolerance: number;
  /**
   * Expectation-maximisation ends after as many iterations at the latest.
   */
  maximumIterations: number;
  /**
   * k-means: from the clusters of k-means; k-means++: from its seeds, one row to a component; random: from rows at random, one to a component; split: warm, from the mixture in warmStart, or else one of half as many components, whose largest are split.
   */
  start: 'k-means' | 'k-means++' | 'random' | 'split';
  /**
   * How many starts; the one with the greatest lower bound is kept.
   */
  starts: number;
  /**
   * Share of the training log-likelihoods below the threshold, in per cent.
   */
  percentile: number;
  /**
   * Working memory for wide features, in MiB: how many of their rows are multiplied at a time.
   */
  memory: number;
  /**
   * Of the starts.
   */
  seed: number;
}

/**
 * Parameters of the stage that runs an ONNX model over a shard of the images.
 */
export interface ImageFeaturesParameters {
  /**
   * Images in one call of the model.
   */
  batch: number;
  /**
   * Side of the model's input in px; needed only where the model leaves it open.
   */
  size?: number;
  /**
   * The output taken as features. Where absent: the one named features, else the model's first.
   */
  output?: string;
  /**
   * The part of the picture that becomes the model's input.
   */
  crop: {
    /**
     * Multiplies the sides of that part about its centre.
     */
    margin: number;
    /**
     * image: the largest square in the middle; face: the square around the face; whole: all of the picture, stretched to a square.
     */
    from: 'image' | 'face' | 'whole';
    /**
     * Where that part reaches beyond the picture: extend lets the picture's edge go on; clip cuts it off and stretches what is left to a square.
     */
    beyond: 'extend' | 'clip';
  };
  /**
   * reduced: JPEGs are decoded at a half, a quarter or an eighth of their size where the crop stays twice the model's side, which saves time with large ones. They then differ a little from pictures of other formats: take it where all are JPEGs. full where absent.
   */
  decode?: 'full' | 'reduced';
  /**
   * Random change of each crop, as in pretraining.
   */
  jitter: {
    /**
     * Standard deviation, rad.
     */
    rotation: number;
    /**
     * Share, up or down.
     */
    scale: number;
    /**
     * Largest shift in either direction, px.
     */
    shift: number;
  };
  /**
   * What the model is computed on, as in pretraining. cpu where absent.
   */
  backend?: 'auto' | 'cpu' | 'cuda' | 'webgpu';
  /**
   * Of the split and the jitter.
   */
  seed: number;
}

/**
 * Parameters of the stage that draws the sets of images and parts them into shards.
 */
export interface ImageListParameters {
  /**
   * Parts of a folder of faces that brings no lists, below 1 as a share, from 1 on as a number; the rest trains the mixture. And of each generator's folder.
   */
  split: {
    /**
     * Of all faces.
     */
    validation: number;
    /**
     * Of all faces.
     */
    test: number;
    /**
     * Of each generator's images, where those to choose by have no folder of their own. 0 where absent.
     */
    generatedValidation?: number;
    /**
     * The most images of a generator to test with. null or absent: all.
     */
    generatedTest?: number | null;
  };
  /**
   * Draws the parts.
   */
  seed: number;
  /**
   * Parts that the images are worked on in, each a node of its own.
   */
  shards: number;
}

/**
 * Parameters of the stage that makes one index of the photographs read.
 */
export interface IngestParameters {
  /**
   * Usable photographs to end with; they are drawn by the seed. null: all.
   */
  limit: number | null;
  /**
   * Share of unreadable files above which the stage fails.
   */
  maximumBroken: number;
  /**
   * Draws the photographs where there is a limit.
   */
  seed: number;
}

/**
 * Parameters of the stage that finds the face in every photo.
 */
export interface LandmarksParameters {
  /**
   * Whether the points come from the declared landmarks or from the detector.
   */
  source: 'declared' | 'detector';
  /**
   * Faces that the detector is less sure of do not count.
   */
  minimumConfidence: number;
  /**
   * Photos on which declared points are compared with the detector's; 0: none.
   */
  compare: number;
  /**
   * What the detector is computed on, as in pretraining. cpu where absent.
   */
  backend?: 'auto' | 'cpu' | 'cuda' | 'webgpu';
  /**
   * Draws the photos that are compared and those on the contact sheet.
   */
  seed: number;
  /**
   * Parts of the photographs, of which this is one: a part may be without faces, the whole may not.
   */
  shards: number;
}

/**
 * Parameters of the stage that cuts out the faces and manipulates them.
 */
export interface ManipulateParameters {
  /**
   * Side of the pictures, px.
   */
  size: number;
  /**
   * The part of the picture that becomes the result.
   */
  crop: {
    /**
     * Multiplies the sides of that part about its centre.
     */
    margin: number;
    /**
     * image: the largest square in the middle; face: the square around the face; whole: all of the picture, stretched to a square.
     */
    from: 'image' | 'face' | 'whole';
    /**
     * Where that part reaches beyond the picture: extend lets the picture's edge go on; clip cuts it off and stretches what is left to a square.
     */
    beyond: 'extend' | 'clip';
  };
  /**
   * A small displacement of the square, one for a photo and its four manipulations.
   */
  jitter: {
    /**
     * Standard deviation, rad.
     */
    rotation: number;
    /**
     * Uniform in 1 plus or minus this.
     */
    scale: number;
    /**
     * Uniform in plus or minus this, px of the picture.
     */
    shift: number;
  };
  /**
   * The regions that are mirrored and how they are blended into the face.
   */
  flip: {
    /**
     * Box around the points of each eye.
     */
    eye: {
      /**
       * Multiplies the width of the points.
       */
      width: number;
      /**
       * Multiplies the height of the points.
       */
      height: number;
      /**
       * Added above and below, as a share of the distance between the outer corners of the eyes.
       */
      padding: number;
    };
    /**
     * Box around the points of the mouth.
     */
    mouth: {
      /**
       * Multiplies the width of the points.
       */
      width: number;
      /**
       * Multiplies the height of the points.
       */
      height: number;
      /**
       * Added above and below, as a share of the distance between the outer corners of the eyes.
       */
      padding: number;
    };
    /**
     * Width of the soft edge: it grows with the face.
     */
    blend: {
      /**
       * Of the distance between the outer corners of the eyes.
       */
      share: number;
      /**
       * At least so many px of the photo.
       */
      minimum: number;
    };
    /**
     * Turn region and axis with the line of the eyes or of the mouth. That interpolates once more, which shows on small photos.
     */
    followRoll: boolean;
  };
  /**
   * The piecewise affine warp, as imgaug's PiecewiseAffine.
   */
  affine: {
    /**
     * Control points a side.
     */
    grid: number;
    /**
     * Limits of the standard deviation of a control point's displacement, as a share of the square's side.
     *
     * @minItems 2
     * @maxItems 2
     */
    deviation: [number, number];
  };
  /**
   * Draws jitters, warps and the photos on the contact sheet.
   */
  seed: number;
  /**
   * Parts of the photographs, of which this is one: a part may be without faces, the whole may not.
   */
  shards: number;
}

/**
 * Parameters of the stage that lists the photographs of a data set, in shards.
 */
export interface PhotoListParameters {
  /**
   * folder: any folder of photographs with EXIF inside. fdf: Flickr Diverse Faces, with its metadata and EXIF beside the pictures.
   */
  layout: 'folder' | 'fdf';
  /**
   * Licences that will do, by name or address as the data set gives them; null: all. For fdf alone.
   *
   * @minItems 1
   */
  licences: [string, ...string[]] | null;
  /**
   * Photographs to look at, drawn by the seed; null: all.
   */
  candidates: number | null;
  /**
   * Draws the photographs where not all are looked at.
   */
  seed: number;
  /**
   * Parts that the photographs are worked on in, each a node of its own.
   */
  shards: number;
}

/**
 * Parameters of the stage that decodes photographs and reads their EXIF.
 */
export interface PhotoReadingsParameters {
  /**
   * Whether digests are kept, by which files of equal bytes are told.
   */
  duplicates: 'keep' | 'leave-out';
  /**
   * Width times height above which a picture is left out, undecoded.
   */
  maximumPixels: number;
}

/**
 * Parameters of the stage that learns features by ranking EXIF tags and recognising manipulated faces.
 */
export type PretrainParameters = {
  /**
   * The network that is trained, by name.
   */
  network: 'demo' | 'resnet50';
  /**
   * The text of the paper, or what its authors' program does where the two differ.
   */
  protocol: 'paper' | 'reference';
  /**
   * Which losses are summed.
   */
  loss: {
    /**
     * Ranking of the four EXIF tags over all pairs of a minibatch.
     */
    exif: boolean;
    /**
     * Classification of manipulated faces; without it only originals are shown.
     */
    manipulation: boolean;
  };
  /**
   * Passes over the training faces; 0 gives the untrained network.
   */
  epochs: number;
  /**
   * Ends the training after so many steps, for a trial that tells what the whole would take; the rates are those of the whole. All steps where null or absent.
   */
  steps?: number | null;
  /**
   * Faces in a minibatch; all its pairs are ranked.
   */
  batch: number;
  /**
   * Faces that go through the network at a time; a divisor of the batch. Batch normalisation takes its statistics over them, the pairs are still those of the whole batch. The whole batch where null or absent.
   */
  microBatch?: number | null;
  /**
   * Equal parts of a minibatch that workers share; a divisor of the batch. Batch normalisation takes its statistics over a shard, or over a micro-batch of it; their gradients are added in order. One where absent.
   */
  shards?: number;
  /**
   * Threads that work on shards, each with its share of the cores. As many as there are shards, at most the cores, where null or absent. Changes no byte.
   */
  workers?: number | null;
  /**
   * Adam, with decoupled weight decay or with L2 regularisation.
   */
  optimizer: {
    /**
     * adamw: decoupled weight decay; adam: the decay is added to the gradient (L2).
     */
    name: 'adamw' | 'adam';
    /**
     * The highest learning rate.
     */
    learningRate: number;
    /**
     * adamw: share of a weight taken away in a step, times the learning rate; adam: times the weight, added to its gradient.
     */
    weightDecay: number;
    /**
     * Decay of the running mean of gradients; a one-cycle schedule moves it unless told not to.
     */
    beta1: number;
    /**
     * Decay of the running mean of squared gradients.
     */
    beta2: number;
    /**
     * Added to the root of the mean square.
     */
    epsilon: number;
    /**
     * Which weights decay: all, or kernels and matrices alone. All where absent.
     */
    decay?: 'all' | 'kernels';
    /**
     * The gradient of all weights is scaled down to this length where it is longer. Not where null or absent.
     */
    clipNorm?: number | null;
  };
  /**
   * How the learning rate changes from the first step to the last.
   */
  schedule: {
    /**
     * one-cycle: up and down again; cosine: down from the highest rate.
     */
    name: 'one-cycle' | 'cosine';
    /**
     * Share of the steps in which the rate of a one-cycle schedule rises. 0.3 where absent.
     */
    warmUp?: number;
    /**
     * Whether a one-cycle schedule moves beta1 from .95 to .85 and back. True where absent.
     */
    cycleBeta1?: boolean;
    /**
     * Learning rate at the bottom of a cosine schedule (eta_min). 0 where absent.
     */
    minimum?: number;
    /**
     * Steps from the top to the bottom of a cosine schedule, as a share of all (T_max); behind it the rate rises again. 1 where absent.
     */
    period?: number;
    /**
     * Share of the steps in which the rate rises along a line before a cosine schedule falls. 0 where absent.
     */
    linearWarmUp?: number;
    /**
     * Whether a cosine schedule changes the rate with every step or after every epoch. step where absent.
     */
    every?: 'step' | 'epoch';
  };
  /**
   * Photographs kept from training, on which the heads are measured.
   */
  heldOut: number;
  /**
   * How often some of the held-out photographs are measured during training. Not during training where null or absent.
   */
  measure?: {
    /**
     * Epochs or steps between measurements.
     */
    every: number;
    /**
     * What is counted.
     */
    unit: 'epoch' | 'step';
    /**
     * At most so many of the held-out photographs are looked at.
     */
    faces: number;
    /**
     * So many measurements without a better one end the training, which then gives the weights of the best. None do where null or absent.
     */
    patience?: number | null;
  } | null;
  /**
   * Seconds between checkpoints.
   */
  checkpointSeconds: number;
  /**
   * Steps between checkpoints, beside those by the clock. None where null or absent.
   */
  checkpointSteps?: number | null;
  /**
   * How many of the last checkpoints stay until the training ends. 1 where absent.
   */
  checkpointsKept?: number;
  /**
   * What differentiates the network: graphs of this project's own, run by onnxruntime on the backend, or TensorFlow by tfjs-node on what it finds; the latter needs pipe setup tensorflow. onnxruntime where absent.
   */
  engine?: 'onnxruntime' | 'tfjs';
  /**
   * What the training is computed on. auto is cuda where an NVIDIA card and onnxruntime's library for it are there, else cpu. It changes numbers: what auto stands for enters the key. cpu where absent.
   */
  backend?: 'auto' | 'cpu' | 'cuda' | 'webgpu';
  /**
   * Of the initial weights, the held-out photographs, the order and the choice of manipulations.
   */
  seed: number;
};

/**
 * Parameters of the stage that makes the built-in data set: photographs with EXIF, real and generated faces.
 */
export interface SimulateParameters {
  /**
   * Every picture is drawn from it by its own number.
   */
  seed: number;
  /**
   * Side of every picture in px; a multiple of 8.
   */
  size: number;
  /**
   * Photographs with EXIF and landmarks.
   */
  photos: number;
  /**
   * Real faces without EXIF, for the mixture and its test.
   */
  faces: {
    /**
     * Faces that the mixture learns.
     */
    train: number;
    /**
     * Faces for choices.
     */
    validation: number;
    /**
     * Faces for the final figures.
     */
    test: number;
  };
  /**
   * Generated faces of each of the nine families.
   */
  generated: {
    /**
     * Faces for choices.
     */
    validation: number;
    /**
     * Faces for the final figures.
     */
    test: number;
  };
}

/**
 * Parameters of the stage that describes images by hand-made statistics.
 */
export interface StatisticsParameters {
  /**
   * Side of the square the statistics are taken of, px.
   */
  size: number;
  /**
   * The part of the picture that is described.
   */
  crop: {
    /**
     * Multiplies the sides of that part about its centre.
     */
    margin: number;
    /**
     * image: the largest square in the middle; face: the square around the face; whole: all of the picture, stretched to a square.
     */
    from: 'image' | 'face' | 'whole';
    /**
     * Where that part reaches beyond the picture: extend lets the picture's edge go on; clip cuts it off and stretches what is left to a square.
     */
    beyond: 'extend' | 'clip';
  };
  /**
   * Random change of each crop, as for the learnt features.
   */
  jitter: {
    /**
     * Standard deviation, rad.
     */
    rotation: number;
    /**
     * Share, up or down.
     */
    scale: number;
    /**
     * Largest shift in either direction, px.
     */
    shift: number;
  };
  /**
   * Parts of a folder of faces that brings no lists, below 1 as a share, from 1 on as a number; the rest trains the mixture. And of each generator's folder.
   */
  split: {
    /**
     * Of all faces.
     */
    validation: number;
    /**
     * Of all faces.
     */
    test: number;
    /**
     * Of each generator's images, where those to choose by have no folder of their own. 0 where absent.
     */
    generatedValidation?: number;
    /**
     * The most images of a generator to test with. null or absent: all.
     */
    generatedTest?: number | null;
  };
  /**
   * Of the split and the jitter.
   */
  seed: number;
}
