import { expect, it } from 'vitest';
import { roomInWords } from '../../../src/science/datasets/room-needed.ts';

it('says in the fitting unit how much room the pictures of the pretext task take', () => {
  expect(roomInWords(200_000, 224, 42e9)).toBe(
    'manipulate keeps five pictures of 224 px of each face: 150.5 GB for 200,000 photographs; 42.0 GB are free.',
  );
  expect(roomInWords(1_500_000, 256, 3.5e12)).toMatch(
    /: 1\.5 TB for 1,500,000 photographs; 3\.5 TB are free\.$/,
  );
  expect(roomInWords(0, 224, 900)).toContain(': 0 B for 0 photographs; 900 B are free');
});
