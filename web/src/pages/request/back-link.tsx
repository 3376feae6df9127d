/** The way back to the list that one came from, with its filter and its place; to the whole list where one came from elsewhere. */

import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { go, linkTo, readAddress } from '../../address.ts';

export interface Back {
  readonly href: string;
  readonly go: () => void;
}
const HERE = 'cameFrom';

/** The list that was left last; a fragment is all that is kept of it. */
let leftList: string | undefined;
window.addEventListener('hashchange', ({ oldURL, newURL }) => {
  if (oldURL === '' || oldURL === newURL) return;
  const { hash } = new URL(oldURL);
  leftList = readAddress(hash).page === 'requests' ? hash || linkTo('requests') : undefined;
});

export function useBack(): Back {
  useEffect(noteArrival, []);
  const from = cameFrom();
  const href = from === '' ? linkTo('requests') : from;
  return { href, go: () => (from === '' ? go(href) : history.back()) };
}

export function BackLink({ back }: { readonly back: Back }) {
  const { t } = useTranslation('request');
  return (
    <a
      className="back-link"
      href={back.href}
      onClick={(event) => {
        // Another window is the browser's affair.
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        back.go();
      }}
    >
      <span aria-hidden="true">←</span> {t('back')}
    </a>
  );
}

/** Kept with this entry of the browser's history, so that it is still true when one comes here by "back" or "forward". */
function noteArrival(): void {
  if (keptHere() === undefined) history.replaceState({ ...history.state, [HERE]: leftList ?? '' }, '');
}

function cameFrom(): string {
  return keptHere() ?? leftList ?? '';
}

function keptHere(): string | undefined {
  const kept: unknown = history.state?.[HERE];
  return typeof kept === 'string' && kept.startsWith('#') ? kept : kept === '' ? '' : undefined;
}
