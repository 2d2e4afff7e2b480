import { DidChangeConfigurationNotification, type Connection } from 'vscode-languageserver';
import { readSeverityChoices, type SeverityChoices } from '../service/diagnostics';
import type { ClientTraits } from './capabilities';

/** The section of the settings that the server reads; `initializationOptions` has the same shape. */
const section = 'benchwright.problems';

/** What a person has set, from whatever way the client has of telling it. */
export class Settings {
  severity: SeverityChoices;
  /** Only a client that says so is sent pictures: others would show their source. */
  readonly hasPictures: boolean;
  readonly #connection: Connection;
  readonly #onChange: () => void;

  /** @param options `initializationOptions`, from clients that cannot be asked. */
  constructor(connection: Connection, options: unknown, onChange: () => void) {
    this.#connection = connection;
    this.#onChange = onChange;
    this.severity = readSeverityChoices(valueAt(options, 'problems', 'severity'));
    this.hasPictures = valueAt(options, 'hover', 'pictures') === true;
  }

  async watch({ asksSettings, registersSettings }: ClientTraits): Promise<void> {
    this.#connection.onDidChangeConfiguration(({ settings }: { settings: unknown }) => {
      if (asksSettings) void this.#ask();
      else this.#take(valueAt(settings, 'benchwright', 'problems', 'severity'));
    });
    if (registersSettings)
      await this.#connection.client.register(DidChangeConfigurationNotification.type, { section });
    if (asksSettings) await this.#ask();
  }

  async #ask(): Promise<void> {
    const found: unknown = await this.#connection.workspace.getConfiguration({ section });
    this.#take(valueAt(found, 'severity'));
  }

  #take(value: unknown): void {
    const severity = readSeverityChoices(value);
    if (JSON.stringify(severity) === JSON.stringify(this.severity)) return;
    this.severity = severity;
    this.#onChange();
  }
}

function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (below, key) =>
      below !== null && typeof below === 'object' ? (below as Record<string, unknown>)[key] : undefined,
    value,
  );
}
