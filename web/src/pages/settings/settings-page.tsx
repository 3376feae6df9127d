/** The page of settings. */

export function SettingsPage() {
  return null;
}
