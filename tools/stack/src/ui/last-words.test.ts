import { expect, it } from 'vitest';
import { lastWords } from './last-words.ts';

const line = (level: number, msg: string, message?: string) =>
  JSON.stringify({ level, msg, ...(message === undefined ? {} : { err: { message } }) });

it('tells what a crashed process said last: warnings, errors and what is no log line, not its ordinary work', () => {
  const lines = [
    'Error: x',
    '    at y',
    line(30, 'request'),
    line(60, 'uncaught exception', 'boom'),
    line(30, 'request'),
  ];
  expect(lastWords('exit code 70', lines)).toBe('\n      Error: x\n          at y\n      uncaught exception: boom');
});

it('tells nothing of a process that was killed', () => {
  expect(lastWords('SIGKILL', [line(50, 'database away')])).toBe('');
});
