/** The forms in which tables are given out. */
export const tableFormats = ['terminal', 'markdown', 'csv', 'json', 'latex'] as const;
export type TableFormat = (typeof tableFormats)[number];
