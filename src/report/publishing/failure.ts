/** Why something could not be posted, in words that name the remedy and never the token. */
import { FailureError } from '../../failure.ts';

export function publishFailure(code: string, message: string, remedy: string): FailureError {
  return new FailureError({ code, message, remedy });
}

/** `status` is that of the answer; 0 where there was none. `told`: what the server says. */
export function failureByStatus(server: string, status: number, told: string): FailureError {
  const said = `${server} answered ${status}: ${told.slice(0, 300)}`;
  switch (status) {
    case 0:
      return publishFailure(
        'PUBLISH_UNREACHABLE',
        `${server} cannot be reached: ${told.slice(0, 300)}`,
        'check the network and the address of the API',
      );
    case 401:
      return publishFailure('PUBLISH_TOKEN_REFUSED', said, 'the token is wrong or has run out');
    case 403:
      return publishFailure(
        'PUBLISH_FORBIDDEN',
        said,
        'the token may not write comments: give the job `pull-requests: write`; for forks post from workflow_run',
      );
    case 404:
      return publishFailure('PUBLISH_NOT_FOUND', said, 'no such pull request, or the token may not see it');
    case 422:
      return publishFailure(
        'PUBLISH_REFUSED',
        said,
        'the comment was not taken: it may be too long, or the conversation is locked',
      );
    case 429:
      return publishFailure('PUBLISH_RATE_LIMITED', said, 'wait until the limit is over and publish again');
    default:
      return publishFailure(
        'PUBLISH_FAILED',
        said,
        status >= 500 ? 'the server is ill: publish again later' : 'see what the server says',
      );
  }
}
