/** What the members of an event have to be that is read from a journal; others than these nobody reads there. */
import { isForm, isNumber, isOneOf, isText, orAbsent, orNull, type Check } from '../store/form.ts';
import type { RunEvent } from './event.ts';

/** Milliseconds of a time that there is. */
const isMoment: Check = (value) => isNumber(value) && Math.abs(value as number) <= 8.64e15;

const isOfNode = { at: isMoment, node: isText, recipe: isText };

const isFailure = isForm({
  code: isText,
  message: isText,
  place: orAbsent(isText),
  remedy: orAbsent(isText),
});

const forms = new Map<unknown, Check>([
  ['run-started', isForm({ at: isMoment, run: isText })],
  ['node-hit', isForm(isOfNode)],
  ['node-started', isForm({ ...isOfNode, cpus: isNumber })],
  ['node-finished', isForm(isOfNode)],
  ['node-failed', isForm({ ...isOfNode, failure: isFailure, log: orNull(isText) })],
  ['node-skipped', isForm(isOfNode)],
  [
    'run-finished',
    isForm({
      at: isMoment,
      status: isOneOf('ok', 'failed', 'interrupted'),
      counts: isForm({ hit: isNumber, ran: isNumber, failed: isNumber, skipped: isNumber }),
      seconds: isNumber,
    }),
  ],
]);

export const isKnownEvent = (value: unknown): value is RunEvent =>
  forms.get((value as Partial<RunEvent> | null)?.kind)?.(value) === true;
