/**
 * A step of training beside PyTorch: the demo network as the default experiment trains it, and ResNet-50 at 112 px. `large`
 * takes ResNet-50 at 224 px with 32 images in their place, where memory is what the layers give, not weights.
 */
import { compare } from './train/compare.ts';

if (process.argv.includes('large')) {
  await compare('train', 'ResNet-50 224 px, batch 32', {
    network: 'resnet50',
    size: 224,
    batch: 32,
    steps: 2,
    mode: 'train',
  });
  process.exit(0);
}

await compare('train', 'demo 64 px, batch 64', {
  network: 'demo',
  size: 64,
  batch: 64,
  steps: 30,
  mode: 'train',
});
await compare('train', 'ResNet-50 112 px, batch 8', {
  network: 'resnet50',
  size: 112,
  batch: 8,
  steps: 6,
  mode: 'train',
});
