/** A step of training beside PyTorch: the demo network as the default experiment trains it, and ResNet-50 at 112 px. */
import { compare } from './train/compare.ts';

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
