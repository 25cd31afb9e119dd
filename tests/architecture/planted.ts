import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './tree.ts';

/** A file that breaks one rule, on purpose. */
export type Planted = {
  readonly file: string;
  readonly text: string;
  readonly rule: string;
  /** A second file, where it takes two. */
  readonly beside?: { readonly file: string; readonly text: string };
};

/** One violation of every rule. */
export const planted: readonly Planted[] = [
  {
    file: 'shared/kernel/planted.ts',
    text: "import 'node:fs';",
    rule: 'kernel-is-the-ground-floor',
  },
  {
    file: 'shared/kernel/config.ts',
    text: "import 'node:net';",
    rule: 'only-configuration-reads-files',
  },
  {
    file: 'shared/orders/planted-io.ts',
    text: "import { makePool } from '../adapters/postgres/pool.ts';\nexport const pool = makePool;",
    rule: 'domain-is-pure',
  },
  {
    file: 'shared/orders/planted-random.ts',
    text: "import { randomUUID } from 'node:crypto';\nexport const id = randomUUID;",
    rule: 'domain-is-pure',
  },
  {
    file: 'shared/orders/planted-peer.ts',
    text: "import type { Product } from '../inventory/ports.ts';\nexport type Peek = Product;",
    rule: 'contexts-meet-through-ports-and-events',
  },
  {
    file: 'shared/events/planted.ts',
    text: "import type { Order } from '../orders/ports.ts';\nexport type Peek = Order;",
    rule: 'events-belong-to-no-context',
  },
  {
    file: 'shared/contract/planted.ts',
    text: "import { makePlaceOrder } from '../orders/place-order.ts';\nexport const place = makePlaceOrder;",
    rule: 'contract-is-no-adapter',
  },
  {
    file: 'shared/adapters/memory/planted-peer.ts',
    text: "import { makePool } from '../postgres/pool.ts';\nexport const pool = makePool;",
    rule: 'adapters-do-not-know-each-other',
  },
  {
    file: 'shared/adapters/memory/planted-use-case.ts',
    text: "import { makePlaceOrder } from '../../orders/place-order.ts';\nexport const place = makePlaceOrder;",
    rule: 'adapters-run-no-use-cases',
  },
  {
    file: 'shared/kernel/planted-up.ts',
    text: "import { json } from '../../microservices/edge/json.ts';\nexport const reply = json;",
    rule: 'shared-knows-no-stack',
  },
  {
    file: 'serverless/orders/planted.ts',
    text: "import { placeOrder } from '../../microservices/orders/place-order.ts';\nexport const place = placeOrder;",
    rule: 'stacks-are-strangers',
  },
  {
    file: 'serverless/orders/planted-laptop.ts',
    text: "import { startPostgres } from '../../local/postgres.ts';\nexport const start = startPostgres;",
    rule: 'stacks-hold-only-what-is-deployed',
  },
  {
    file: 'microservices/orders/planted.ts',
    text: "import { makePool } from '@duet/shared/adapters/postgres/pool.ts';\nexport const pool = makePool;",
    rule: 'only-compose-names-a-technology',
  },
  {
    file: 'microservices/orders/planted-peer.ts',
    text: "import { setStock } from '../inventory/set-stock.ts';\nexport const set = setStock;",
    rule: 'services-own-their-use-cases',
  },
  {
    file: 'compare/planted.ts',
    text: "import { placeOrder } from '../serverless/orders/place-order.ts';\nexport const place = placeOrder;",
    rule: 'compare-sees-http-only',
  },
  {
    file: 'local/planted.ts',
    text: "import { until } from '../tests/support/until.ts';\nexport const wait = until;",
    rule: 'nothing-imports-tests',
  },
  {
    file: 'local/planted-cycle-a.ts',
    text: "import { b } from './planted-cycle-b.ts';\nexport const a = () => b;",
    beside: {
      file: 'local/planted-cycle-b.ts',
      text: "import { a } from './planted-cycle-a.ts';\nexport const b = () => a;",
    },
    rule: 'no-cycles',
  },
  {
    file: 'local/planted-nowhere.ts',
    text: "import { nothing } from './no-such-file.ts';\nexport const it = nothing;",
    rule: 'everything-resolves',
  },
];

/** A copy of the repository's own files in a new folder, with its packages linked to it. */
export const copyTree = async (
  folders: readonly string[],
): Promise<{ root: string; remove: () => Promise<void> }> => {
  const root = await mkdtemp(join(tmpdir(), 'duet-architecture-'));
  const skipped = /(^|\/)(node_modules|\.duet|\.build)(\/|$)/;
  for (const entry of [...folders, '.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
    await cp(join(ROOT, entry), join(root, entry), {
      recursive: true,
      filter: (source) => !skipped.test(source.slice(ROOT.length)),
    });
  }
  await mkdir(join(root, 'node_modules', '@duet'), { recursive: true });
  await symlink(join(root, 'shared'), join(root, 'node_modules', '@duet', 'shared'));
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (name !== '@duet') await symlink(join(ROOT, 'node_modules', name), join(root, 'node_modules', name));
  }
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
};

/** Writes planted files into a tree. */
export const plant = async (root: string, files: readonly Planted[]): Promise<void> => {
  for (const { file, text } of files.flatMap((one) => [one, ...(one.beside ? [one.beside] : [])])) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), `${text}\n`);
  }
};
