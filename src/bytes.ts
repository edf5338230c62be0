/** Amounts of bytes as people read and write them. */

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `0 B`, `12.3 MB`. */
export function bytesInWords(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${units[power] ?? 'B'}`;
}

/** `500 MB`, `2GB`; undefined for what is no amount. */
export function parseBytes(text: string): number | undefined {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([kMGT]?B)$/.exec(text) ?? [];
  const power = units.indexOf(unit as (typeof units)[number]);
  return power < 0 ? undefined : Number(amount) * 1000 ** power;
}
