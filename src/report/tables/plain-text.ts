/** Words from files, made safe to stand in Markdown: no markup, no mention, no link, no line of their own. */

/** GitHub and GitLab show the result letter for letter. */
export function markdownText(text: string): string {
  return text
    .replaceAll(/[\r\n\t]+/g, ' ')
    .replaceAll(/[\\`*_{}[\]<>|~]/g, '\\$&')
    .replaceAll('@', '@<!-- -->')
    .replaceAll(/#(?=\d)/g, '#<!-- -->')
    .replaceAll('://', ':<!-- -->//')
    .replaceAll(/\bwww\./gi, (found) => `${found.slice(0, 3)}<!-- -->.`);
}
