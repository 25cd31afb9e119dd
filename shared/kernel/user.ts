/** What an account may do: shop, or also administer the catalogue. */
export type Role = 'customer' | 'admin';

/** Who a request comes from, as its verified access token says. */
export type User = { readonly id: string; readonly role: Role };
