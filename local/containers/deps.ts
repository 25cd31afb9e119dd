import type Docker from 'dockerode';
import type { Compose } from './compose.ts';

/** A stack: an engine, a Compose project on it, and Compose for that project. */
export type Deps = { readonly docker: Docker; readonly project: string; readonly compose: Compose };
