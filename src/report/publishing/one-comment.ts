/**
 * One comment of one's own, whoever publishes at the same time and whoever else begins a comment with the same words.
 * Comments of other authors are passed over. Of several of one's own the oldest stays: two publishers that both found none
 * look again once they have created theirs, and the later one sees both.
 */
export interface Comment {
  readonly id: number;
  /** Undefined where the account is gone. */
  readonly author: string | undefined;
  readonly isBot: boolean;
  readonly url: string;
}

export interface Posted {
  readonly action: 'created' | 'updated';
  readonly url: string;
}

/** What a server does; all else it answers is thrown. */
export interface Board {
  /** Those that begin with the marker. */
  list(): Promise<readonly Comment[]>;
  /** Undefined where the server does not tell, as to a token that stands for no user. */
  whoAmI(): Promise<string | undefined>;
  /** Undefined where it may have been done or not: look again. */
  create(): Promise<Comment | undefined>;
  update(comment: Comment): Promise<'done' | 'gone' | 'forbidden'>;
  /** One that is gone already is removed. */
  remove(comment: Comment): Promise<void>;
}

export async function keepOne(board: Board): Promise<Posted> {
  const forbidden = new Set<number>();
  for (;;) {
    const found = (await board.list()).filter(({ id }) => !forbidden.has(id));
    const [oldest, ...later] = found.length === 0 ? [] : ownAmong(found, await board.whoAmI());
    if (oldest === undefined) {
      const made = await board.create();
      if (made !== undefined) return settled(board, made);
      continue;
    }
    const answer = await board.update(oldest);
    if (answer === 'forbidden') forbidden.add(oldest.id);
    if (answer !== 'done') continue;
    for (const comment of later) await board.remove(comment);
    return { action: 'updated', url: oldest.url };
  }
}

/** Somebody may have created another one between our looking and our creating. */
async function settled(board: Board, made: Comment): Promise<Posted> {
  const others = (await board.list()).filter(({ id, author }) => id !== made.id && author === made.author);
  const [oldest, ...later] = [made, ...others].toSorted(byAge);
  if (oldest === undefined || oldest.id === made.id || (await board.update(oldest)) !== 'done') {
    for (const comment of later.filter(({ id }) => id !== made.id)) await board.remove(comment);
    return { action: 'created', url: made.url };
  }
  for (const comment of later) await board.remove(comment);
  return { action: 'updated', url: oldest.url };
}

/** The oldest first. Where nobody knows who one is, one is a bot: that of GitHub Actions, or else one of them. */
function ownAmong(comments: readonly Comment[], me: string | undefined): readonly Comment[] {
  const oldestFirst = comments.filter(({ author }) => author !== undefined).toSorted(byAge);
  const bots = oldestFirst.filter(({ isBot }) => isBot);
  const usual = bots.find(({ author }) => author === 'github-actions[bot]');
  const own = me ?? (usual ?? bots[0])?.author;
  return oldestFirst.filter(({ author }) => author === own);
}

const byAge = (a: Comment, b: Comment): number => a.id - b.id;
