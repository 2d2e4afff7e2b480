/** Whose code a frame is, told from its file alone. */

/** Where package managers and installations keep what others wrote. */
const libraryPaths =
  /(?:^|[\\/])(?:site-packages|dist-packages|node_modules)[\\/]|[\\/]lib(?:64)?[\\/]python\d|[\\/]Lib[\\/](?!.*[\\/]Lib[\\/])|[\\/]go[\\/]pkg[\\/]mod[\\/]|[\\/]go(?:root)?[\\/]src[\\/](?:runtime|internal|net|syscall|reflect|sync|encoding|crypto|bufio|bytes|fmt|io|os|strconv|strings|sort|time|compress|context|hash|math|regexp|testing|unicode|html|log|mime|path|text|vendor|database|debug|errors|container|archive|embed|expvar|flag|go|image|index|iter|maps|plugin|slices|structs|unique|unsafe|weak|cmp)[\\/]/;

/** Files that are no file of a project: builtins, frozen modules, the runtime's own, shared objects, the kernel. */
const noSource =
  /^(?:|~|<.*>|\[.*\]|(?:node|native|internal|wasm|evalmachine):?.*|.*\.(?:so|dylib|dll)(?:[.\d]*))$/;

/** Whether a file belongs to a library, to the runtime or to the system rather than to the program. */
export function isLibraryFile(file: string): boolean {
  return noSource.test(file) || libraryPaths.test(file);
}

/** Functions in which a thread waits: their time is not work. */
const waiting =
  /^(?:\(idle\)|[<{](?:built-in )?(?:method|function) '?(?:poll|select|acquire|time\.sleep|epoll_wait|kqueue)\b.*[>}]|<built-in method (?:time\.sleep|select\.select|_?thread\.lock.*)>)$/;

/** Whether a function only waits, as an event loop does between events. */
export function isWaiting(name: string): boolean {
  return waiting.test(name);
}

/** The package or module that a file is part of, short enough for a table. */
export function moduleOf(file: string): string {
  const library = /.*[\\/](?:site-packages|dist-packages|node_modules)[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(
    file,
  );
  if (library !== null) return (library[1] ?? '').replace(/\.pyc?$/, '');
  const standard = /[\\/]lib(?:64)?[\\/]python\d[^\\/]*[\\/]([^\\/]+)/.exec(file);
  if (standard !== null) return (standard[1] ?? '').replace(/\.pyc?$/, '');
  if (file === '' || file === '~') return '(built in)';
  return file;
}
