/**
 * Texts for a terminal, and for files and pipes that people read: what they name cannot move the cursor, clear the screen, set the
 * clipboard or begin a line of its own. Colours are put on afterwards.
 */
import { joined, visible, visibleLines } from './visible.ts';

/** A line of ours with names in it; line breaks and tabs are shown too. */
export const terminalLine = (text: string): string => visible(text);

/** Prose in one line, a cell or a heading. */
export const terminalProse = joined;

/** A text of several lines that is shown as it is: a log, a page, lines of a source. Tabs are four blanks, whatever the terminal has. */
export const terminalText = (text: string): string => visibleLines(text).replaceAll('\t', '    ');
