/** A project folder for one test, gone when the test ends. */
import { folderOfTest, writeTree } from './temporary-folder.ts';

/** Texts by path relative to the project's root, which is returned. */
export const temporaryProject = async (files: Readonly<Record<string, string>>): Promise<string> =>
  writeTree(await folderOfTest(), files);
