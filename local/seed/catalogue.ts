import type { CreateProductInput } from '../../shared/inventory/schema.ts';
import { bookends } from './drawings/bookends.ts';
import { cacti } from './drawings/cacti.ts';
import { candlesticks } from './drawings/candlesticks.ts';
import { kites } from './drawings/kites.ts';
import { mittens } from './drawings/mittens.ts';
import { mugs } from './drawings/mugs.ts';
import { operaGlasses } from './drawings/opera-glasses.ts';
import { record } from './drawings/record.ts';
import { servers } from './drawings/servers.ts';
import { shakers } from './drawings/shakers.ts';
import { teapot } from './drawings/teapot.ts';
import { umbrella } from './drawings/umbrella.ts';

/** A product of the seeded catalogue. `slug` names it in idempotency keys; `drawing` is its photo as SVG. */
export type SeedProduct = {
  readonly slug: string;
  readonly input: CreateProductInput;
  readonly drawing: string;
};

const product = (
  slug: string,
  name: string,
  euros: number,
  onHand: number,
  drawing: string,
  description: string,
): SeedProduct => ({
  slug,
  input: { name, description, priceCents: Math.round(euros * 100), onHand },
  drawing,
});

/** What the shop sells at its first start: twelve things that come in twos. Prices in euros, then units on hand. */
export const catalogue: readonly SeedProduct[] = [
  product(
    'mugs',
    'Left and Right, two mugs',
    34,
    120,
    mugs,
    'Stoneware, 0.3 l each, one handle on either side: they stand on the shelf like bookends and were thrown from the same lump of clay.',
  ),
  product(
    'teapot',
    'Tea for two, a pot with two spouts',
    89,
    24,
    teapot,
    'Holds 1.2 l and fills two cups at the same time, so that nobody is served second. Brass handle, glazed inside and out.',
  ),
  product(
    'shakers',
    'Salt peak and Pepper peak',
    27.5,
    80,
    shakers,
    'Two porcelain mountains. Three holes in the snow for salt, two for pepper; a cork in the foot of each.',
  ),
  product(
    'candlesticks',
    'Evening pair, brass candlesticks',
    64,
    40,
    candlesticks,
    'Turned from solid brass, 24 cm high, for candles of 22 mm. The ivory and the rose candle come with them.',
  ),
  product(
    'mittens',
    'Snowed-in mittens',
    42,
    65,
    mittens,
    'Knitted from undyed and madder-red wool. A line with two pegs is in the box, for drying them by the stove.',
  ),
  product(
    'bookends',
    'Half Moon bookends',
    58,
    30,
    bookends,
    'A plaster moon, cut down the middle. Each half weighs 1.9 kg and keeps a metre of books upright.',
  ),
  product(
    'cacti',
    'Good neighbours, two cacti',
    31,
    50,
    cacti,
    'A tall one and a round one, in clay and in glazed white. They flower in June and ask for water once a month.',
  ),
  product(
    'record',
    'Both Sides, a long-playing record',
    23.9,
    200,
    record,
    'Two players, one piano, 42 minutes: the A side walks and the B side runs. Pressed on 180 g vinyl.',
  ),
  product(
    'opera-glasses',
    'Second balcony opera glasses',
    149,
    12,
    operaGlasses,
    'Mother-of-pearl and gilded brass, threefold magnification. Made for looking at the stage; nobody checks.',
  ),
  product(
    'kites',
    'Sibling kites',
    46,
    45,
    kites,
    'Two kites on one line. The small one flies in the wake of the big one and has the longer tail. Ripstop, fibreglass, 60 m of line.',
  ),
  product(
    'servers',
    'Olive and Walnut salad servers',
    38,
    70,
    servers,
    'One spoon of olive wood, one fork of walnut, oiled by hand. They are 29 cm long and never quite alike.',
  ),
  product(
    'umbrella',
    'Umbrella for two',
    55,
    35,
    umbrella,
    'A canopy 140 cm wide on a chestnut handle, so that both shoulders stay dry, and the two outer ones too.',
  ),
];
