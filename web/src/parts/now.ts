/** The present moment for countdowns, renewed once a second while somebody looks. */

import { useEffect, useState } from 'react';

const STEP_MS = 1_000;

export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
