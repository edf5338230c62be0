/** Files of JSON values, a line each: written and read one at a time. */
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export async function writeJsonLines(
  file: string,
  values: Iterable<object> | AsyncIterable<object>,
): Promise<void> {
  await pipeline(Readable.from(linesOf(values)), createWriteStream(file));
}

/** The values of a file that `writeJsonLines` wrote. */
export async function* readJsonLines<Value>(file: string): AsyncGenerator<Value> {
  let partial = '';
  const text = createReadStream(file, { encoding: 'utf8', highWaterMark: 2 ** 18 });
  for await (const chunk of text as AsyncIterable<string>) {
    // Not by readline: it takes U+2028 in a file's name for the end of a line.
    const lines = (partial + chunk).split('\n');
    partial = lines.pop() as string;
    for (const line of lines) yield JSON.parse(line) as Value;
  }
}

/** Streams that are each in the order of the ids, as one. */
export async function* mergeById<Item extends { readonly id: string }>(
  streams: readonly AsyncIterable<Item>[],
): AsyncGenerator<Item> {
  const iterators = streams.map((stream) => stream[Symbol.asyncIterator]());
  const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
  for (;;) {
    let least = -1;
    for (const [i, head] of heads.entries())
      if (head.done !== true && (least < 0 || head.value.id < (heads[least] as { value: Item }).value.id))
        least = i;
    if (least < 0) return;
    yield (heads[least] as { value: Item }).value;
    heads[least] = await (iterators[least] as AsyncIterator<Item>).next();
  }
}

async function* linesOf(values: Iterable<object> | AsyncIterable<object>): AsyncGenerator<string> {
  let lines = '';
  for await (const value of values) {
    lines += `${JSON.stringify(value)}\n`;
    if (lines.length < 2 ** 16) continue;
    yield lines;
    lines = '';
  }
  yield lines;
}
