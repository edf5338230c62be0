/** Images through the trained network beside PyTorch: ResNet-50 at 224 px, and the demo network. */
import { compare } from './train/compare.ts';

await compare('features', 'demo 64 px, batch 100', {
  network: 'demo',
  size: 64,
  batch: 100,
  steps: 20,
  mode: 'features',
});
await compare('features', 'ResNet-50 224 px, batch 16', {
  network: 'resnet50',
  size: 224,
  batch: 16,
  steps: 4,
  mode: 'features',
});
