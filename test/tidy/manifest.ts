/** What package.json and the lock file promise: the same packages for everyone, from anywhere, and no install script by surprise. */

import type { Finding } from './source.ts';

type Table = Readonly<Record<string, unknown>>;

const groups = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

export function manifestRules(path: string, text: string): Finding[] {
  const manifest = table(JSON.parse(text));
  return groups.flatMap((group) =>
    Object.entries(table(manifest[group])).flatMap(([name, version]) => {
      if (/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version))) return [];
      const mend = 'write the one version that was tested';
      return [
        { rule: 'exact-version', file: path, line: lineWith(text, `"${name}":`), what: `${name} ${version}`, mend },
      ];
    }),
  );
}

/** `allowScripts` of package.json must speak of every package that has an install script; it approves `node` alone. */
export function lockRules(path: string, text: string, manifestText: string): Finding[] {
  const allowed = table(table(JSON.parse(manifestText)).allowScripts);
  const packages = Object.entries(table(table(JSON.parse(text)).packages));
  const findings = packages.flatMap(([place, value]): Finding[] => {
    const entry = table(value);
    const name = place.replace(/^.*node_modules\//, '');
    const found = (rule: string, what: string, mend: string): Finding => {
      return { rule, file: path, line: lineWith(text, `"${place}":`), what, mend };
    };
    const address = typeof entry.resolved === 'string' && entry.link !== true ? entry.resolved : undefined;
    return [
      ...(address === undefined
        ? []
        : [found('lock-address', `${name} from ${address}`, 'keep .npmrc and lock again')]),
      ...(entry.hasInstallScript !== true || Object.hasOwn(allowed, name)
        ? []
        : [found('install-script', name, 'choose a package without one, or name it in allowScripts with false')]),
    ];
  });
  for (const [name, approved] of Object.entries(allowed)) {
    if (approved !== true || name === 'node') continue;
    const what = `allowScripts approves ${name}`;
    findings.push({
      rule: 'install-script',
      file: 'package.json',
      line: lineWith(manifestText, `"${name}":`),
      what,
      mend: 'only node may run one',
    });
  }
  return findings;
}

/** What a user of the package gets: dev dependencies are not there. */
export function shippedPackages(manifestText: string): string[] {
  const manifest = table(JSON.parse(manifestText));
  return ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((group) =>
    Object.keys(table(manifest[group])),
  );
}

function table(value: unknown): Table {
  return typeof value === 'object' && value !== null ? (value as Table) : {};
}

function lineWith(text: string, part: string): number {
  return text.slice(0, Math.max(0, text.indexOf(part))).split('\n').length;
}
