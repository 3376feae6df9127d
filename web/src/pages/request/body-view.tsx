/** A captured body: indented and foldable where it is JSON, or raw; every line a text node, nothing of it ever read as a document. */

import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../parts/copy-button.tsx';
import { type BodyLine, cutOf, foldable, jsonLines, rawLines, toggled, unfolded } from './body-lines.ts';
import { VirtualRows } from './virtual-rows.tsx';

/** "Fold all" leaves what stands on this level in sight. */
const FOLD_DEPTH_MIN = 1;

export function BodyView({ body, label }: { readonly body: string; readonly label: string }) {
  const { t } = useTranslation('request');
  const pretty = useMemo(() => jsonLines(body), [body]);
  const [isRaw, setRaw] = useState(false);
  const showsRaw = isRaw || pretty === undefined;
  const lines = useMemo(() => (showsRaw ? rawLines(body) : (pretty ?? [])), [showsRaw, body, pretty]);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const { missingBytes } = useMemo(() => cutOf(body), [body]);
  return (
    <>
      <div className="bar body-bar">
        {pretty !== undefined && (
          <fieldset className="choice">
            <legend className="for-readers">{label}</legend>
            <button type="button" aria-pressed={!isRaw} onClick={() => setRaw(false)}>
              {t('body.pretty')}
            </button>
            <button type="button" aria-pressed={isRaw} onClick={() => setRaw(true)}>
              {t('body.raw')}
            </button>
          </fieldset>
        )}
        {!showsRaw && (
          <>
            <button type="button" onClick={() => setFolded(foldable(lines, FOLD_DEPTH_MIN))}>
              {t('body.fold')}
            </button>
            <button type="button" onClick={() => setFolded(new Set())}>
              {t('body.unfold')}
            </button>
          </>
        )}
        <CopyButton text={() => body} label={t('body.copy')} />
      </div>
      {missingBytes !== null && <p className="body-cut">{t('body.cut', { count: missingBytes })}</p>}
      <Lines lines={lines} folded={showsRaw ? NONE : folded} setFolded={setFolded} label={label} />
    </>
  );
}

const NONE: ReadonlySet<number> = new Set();

interface LinesProps {
  readonly lines: readonly BodyLine[];
  readonly folded: ReadonlySet<number>;
  readonly setFolded: (folded: ReadonlySet<number>) => void;
  readonly label: string;
}

function Lines({ lines, folded, setFolded, label }: LinesProps) {
  const shown = useMemo(() => unfolded(lines, folded), [lines, folded]);
  const turn = (index: number): void => setFolded(toggled(folded, index));
  return (
    <VirtualRows
      label={label}
      count={shown.length}
      row={(place) => {
        const index = shown[place] as number;
        const line = lines[index] as BodyLine;
        const closing = line.closedBy === null ? undefined : lines[line.closedBy];
        return <Line line={line} closing={closing} isFolded={folded.has(index)} turn={() => turn(index)} />;
      }}
    />
  );
}

interface LineProps {
  readonly line: BodyLine;
  readonly closing: BodyLine | undefined;
  readonly isFolded: boolean;
  readonly turn: () => void;
}

function Line({ line, closing, isFolded, turn }: LineProps) {
  const { t } = useTranslation('request');
  const { kind, depth, key, text, goesOn } = line;
  return (
    <div
      className={`line line-${kind}${goesOn ? ' line-on' : ''}`}
      style={{ paddingInlineStart: `${depth * 2 + 3}ch` }}
    >
      {closing !== undefined && (
        <button
          type="button"
          className="fold"
          aria-expanded={!isFolded}
          aria-label={t('body.part', { key })}
          onClick={turn}
        >
          <span aria-hidden="true">{isFolded ? '▸' : '▾'}</span>
        </button>
      )}
      {key !== '' && <span className="json-key">{key}: </span>}
      {text}
      {isFolded && closing !== undefined && ` … ${closing.text}`}
    </div>
  );
}
