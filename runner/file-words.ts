/** What a person is told about a file that could not be used, rather than the error code of the system. */

/** @returns words that go on from the name of the file and a colon, without a final full stop. */
export function whyUnreadable(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'no such file';
    case 'EISDIR':
      return 'a folder, not a plan';
    case 'EACCES':
    case 'EPERM':
      return 'you may not read it';
    default:
      return (error as Error).message;
  }
}

/** @returns words that go on from “cannot be written:”, without a final full stop. */
export function whyUnwritable(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'no such folder';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'you may not write there';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return (error as Error).message;
  }
}
