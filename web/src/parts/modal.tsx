/** A dialog over the page: the browser keeps the focus inside, and Escape closes it. It is shown for as long as it is rendered. */

import { type ReactNode, useEffect, useId, useRef } from 'react';

interface ModalProperties {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
}

export function Modal({ title, close, children }: ModalProperties) {
  const place = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = place.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={place} aria-labelledby={id} onCancel={close}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
