import type { Observer } from '../measure/types.ts';
import type { TargetInfo } from '../results/run-record.ts';
import type { DataRoot } from './data-root.ts';

/** Base URLs by context, without a slash at the end. */
export type BaseUrls = {
  readonly auth: string;
  readonly inventory: string;
  readonly images: string;
  readonly orders: string;
};

/** An account that may administer the shop. */
export type Account = { readonly email: string; readonly password: string };

/** A target that runs. */
export type Started = {
  readonly baseUrls: BaseUrls;
  readonly administrator: Account;
  /** Makes what measures beside one run. */
  readonly observe: () => Observer;
  /** Ends it; its data is kept for the next start. Repeatable. */
  readonly stop: () => Promise<void>;
};

/** Something to put under load. Of all targets, one runs at a time. */
export type Target = {
  readonly info: TargetInfo;
  /** @throws Error that says why it did not start; nothing of it runs then */
  readonly start: () => Promise<Started>;
  /** Stops it if it runs, and removes its data. Repeatable. */
  readonly dispose: () => Promise<void>;
};

/** What targets stand on. */
export type TargetDeps = {
  readonly say: (text: string) => void;
  readonly root: DataRoot;
};
