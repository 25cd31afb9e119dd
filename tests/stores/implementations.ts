import type { AccountStore, AttemptStore, SessionStore } from '@duet/shared/auth/ports.ts';
import type { DomainEvent } from '@duet/shared/events/event.ts';
import type { OutboxStore } from '@duet/shared/events/ports.ts';
import type { PhotoStore } from '@duet/shared/images/ports.ts';
import type { ProductStore, ReservationStore } from '@duet/shared/inventory/ports.ts';
import type { KeyStore } from '@duet/shared/kernel/token.ts';
import type { OrderStore } from '@duet/shared/orders/ports.ts';
import { dynamodb } from './dynamodb.ts';
import { memory } from './memory.ts';
import { postgres } from './postgres.ts';

/** Every store of one technology. Products, reservations and the inventory outbox share their state, as do orders and theirs. */
export type Stores = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly attempts: AttemptStore;
  readonly keys: KeyStore;
  readonly products: ProductStore;
  readonly reservations: ReservationStore;
  readonly inventoryOutbox: OutboxStore;
  readonly photos: PhotoStore;
  readonly orders: OrderStore;
  readonly orderOutbox: OutboxStore;
  /** The events that the order and the reservation store gave to `committed`, in order. */
  readonly committed: readonly DomainEvent[];
};

/** A technology that was started. `open` gives its stores, all of them empty; `stop` ends it. */
export type Started = { readonly open: () => Promise<Stores>; readonly stop: () => Promise<void> };

/** A technology under test. `forgets: 'by-itself'`: expired rows are the technology's own concern, and calls to remove them do nothing. */
export type Implementation = {
  readonly name: string;
  readonly forgets: 'on-request' | 'by-itself';
  readonly start: () => Promise<Started>;
};

/** Every technology that keeps the shop's state: each suite of this folder runs against each of them. */
export const implementations: readonly Implementation[] = [memory, postgres, dynamodb];
