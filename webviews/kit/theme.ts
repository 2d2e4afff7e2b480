/** The colours of the editor's theme, for the canvas, which knows nothing of CSS variables. */

/** The colours that the editor gives to charts. */
export type SeriesColor = 'blue' | 'purple' | 'orange' | 'green' | 'red' | 'yellow';

export interface Theme {
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly font: string;
  /** Pixels. */
  readonly fontSize: number;
  readonly series: Readonly<Record<SeriesColor, string>>;
  readonly isHighContrast: boolean;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const read = (name: string, fallback: string): string => {
    const value = style.getPropertyValue(name).trim();
    return value === '' ? fallback : value;
  };
  const foreground = read('--vscode-foreground', style.color);
  const isHighContrast = /\bvscode-high-contrast(?:-light)?\b/.test(document.body.className);
  return {
    background: read('--vscode-editor-background', style.backgroundColor),
    foreground,
    muted: isHighContrast ? foreground : read('--vscode-descriptionForeground', foreground),
    grid: isHighContrast ? withAlpha(foreground, 0.35) : withAlpha(foreground, 0.1),
    font: style.fontFamily,
    fontSize: 11,
    series: {
      blue: read('--vscode-charts-blue', foreground),
      purple: read('--vscode-charts-purple', foreground),
      orange: read('--vscode-charts-orange', foreground),
      green: read('--vscode-charts-green', foreground),
      red: read('--vscode-charts-red', foreground),
      yellow: read('--vscode-charts-yellow', foreground),
    },
    isHighContrast,
  };
}

/** Calls back when the editor changes its theme: it writes the kind of theme and the variables anew. */
export function onThemeChange(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}

let probe: CanvasRenderingContext2D | null | undefined;

/** Any CSS colour, made translucent; the canvas itself is what can read every notation. */
export function withAlpha(color: string, alpha: number): string {
  probe ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (probe === null) return color;
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = color;
  probe.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, opacity = 255] = probe.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${(alpha * opacity) / 255})`;
}
