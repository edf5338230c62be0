/** The metadata of a model, read from its file or its bytes without its weights. */
import { decodeEntry, metadataField, type EntryMessage } from './messages.ts';
import { fieldsOf, withBytes } from './wire.ts';

/** Throws when there is no such file, or it is no model. */
export function readMetadata(model: string | Uint8Array): readonly EntryMessage[] {
  return withBytes(model, (source) =>
    [...fieldsOf(source)]
      .filter(({ number, kind }) => number === metadataField && kind === 'bytes')
      .map(({ start, end }) => decodeEntry(source.read(start, end - start))),
  );
}
