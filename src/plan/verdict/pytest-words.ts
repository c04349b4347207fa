/** What pytest itself said about why it could not do its work, found in what it printed or reported. */
import { cut, ending, visibleLine } from '../../markdown/text.ts';

/** Bytes of output that are looked at: pytest says this at its end. */
const LOOKED_AT = 65_536;
const MAX_LINES = 6;
const LONGEST_LINE = 300;
/** Where the sandbox has the work tree: a reader's paths start inside it. */
const WORK_TREE = '/work/tree/';

/** Usage errors, a conftest that raises, the last line of an internal error, the raised exception, pytest-cov. */
const TELLING =
  /^(?:ERROR: |ImportError while loading conftest|INTERNALERROR> (?:\S*(?:Error|Exception)|[\w.]+: )|E {3}\S|\S+: error: |Exit: |FAIL |!+ )/;

/** The telling lines of `output`, else its last lines; at most six. */
export function pytestWords(output: string): string[] {
  const lines = ending(output, LOOKED_AT)
    .split(/[\r\n]+/)
    .map((line) => visibleLine(line).trimEnd())
    .filter((line) => line !== '');
  const telling = lines.filter((line) => TELLING.test(line));
  const words = telling.length > 0 ? telling.slice(0, MAX_LINES) : lines.slice(-3);
  return words.map((line) =>
    cut(line.replace(/^(?:ERROR: |INTERNALERROR> |E {3})/, '').replaceAll(WORK_TREE, ''), LONGEST_LINE),
  );
}
