/** Scenes and settings for the tests of the camera. */
import { drawScene, type Scene } from '../../../src/science/camera/scene.ts';
import { drawSettings, type Settings } from '../../../src/science/camera/settings.ts';
import { randomOf } from '../../../src/science/random.ts';

export function someSettings(changes: Partial<Settings> = {}): Settings {
  return { ...drawSettings(randomOf('test settings'), 'photos'), exposureError: 0, ...changes };
}

/** A scene as a photo has it; `index` chooses another. */
export function someScene(index = 0, settings = someSettings()): Scene {
  return drawScene(randomOf('test scene', index), settings);
}
