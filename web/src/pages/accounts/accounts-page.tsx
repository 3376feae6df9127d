/** The page of accounts. */

export function AccountsPage() {
  return null;
}
