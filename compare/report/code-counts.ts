import type { Count } from '../results/report-data.ts';
import { artefactCounts, askEngine, type ImageSizes } from './counts/artefacts.ts';
import { configurationCounts } from './counts/configuration.ts';
import { dependencyCounts } from './counts/dependencies.ts';
import { layerCounts } from './counts/layers.ts';
import { permissionCounts } from './counts/permissions.ts';
import { processCounts } from './counts/processes.ts';

/**
 * Counts what each style takes, in the sources as they are now: nothing is built, and nothing is remembered.
 *
 * @param root the project's folder
 * @param sizesOf tells sizes of images; the container engine if absent
 * @throws the errors of reading: a file of configuration that is not what it should be is not skipped
 */
export const countCode = (root: string, sizesOf: ImageSizes = askEngine): Count[] => [
  ...layerCounts(root),
  ...configurationCounts(root),
  ...dependencyCounts(root),
  ...permissionCounts(root),
  ...processCounts(root),
  ...artefactCounts(root, sizesOf),
];
