/** The page of overview. */

export function OverviewPage() {
  return null;
}
