/** Imported first by each bundle that speaks to a person: what the editor loaded for its language, or nothing, which is English. */
import { config } from '@vscode/l10n';
import * as vscode from 'vscode';

config({ contents: vscode.l10n.bundle ?? {} });
