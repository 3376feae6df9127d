/** The page of request. */

export function RequestPage({ id }: { readonly id: string }) {
  return <h1>{id}</h1>;
}
