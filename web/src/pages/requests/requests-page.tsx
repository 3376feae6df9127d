/** The page of requests. */

export function RequestsPage() {
  return null;
}
