/** Where the page speaks of an artifact. */
export const anchor = (key: string): string => `artifact-${key.slice(0, 16)}`;
