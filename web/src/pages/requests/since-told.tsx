/** Lets the durations of running rows go on between what the feed tells. It ticks only while something runs. */

import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { SinceTold } from './cells.tsx';
import { isRunning } from './filter.ts';
import { useLive } from './live-store.ts';

const TICK_MS = 1_000;

export function SinceToldClock({ children }: { readonly children: ReactNode }) {
  const { told, paused } = useLive();
  const [now, setNow] = useState(Date.now);
  const runs = useMemo(
    () => paused === undefined && [...told.values()].some(({ row }) => isRunning(row)),
    [told, paused],
  );
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [runs]);
  const since = useMemo(() => (id: string) => Math.max(0, now - (told.get(id)?.at ?? now)), [now, told]);
  return <SinceTold value={since}>{children}</SinceTold>;
}
