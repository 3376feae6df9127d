/** Writes `docs/TRANSLATION.md` anew. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { translationPage } from './table.ts';

writeFileSync(join(import.meta.dirname, '../../docs/TRANSLATION.md'), translationPage());
