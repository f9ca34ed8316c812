/** What is cached: about 200 bytes or 5 KB as JSON. */
export const SIZES = { '200 B': small, '5 KB': large };

export function keysOf(count, prefix = 'user:') {
  return Array.from({ length: count }, (_, i) => `${prefix}${100_000_000 + i}`);
}

function small(id) {
  return {
    id,
    name: `Ada Lovelace ${id}`,
    email: `ada.${id}@example.org`,
    active: true,
    score: 12.5,
    roles: ['reader', 'author'],
    address: { city: 'London', street: 'St James Square 12', zip: 'SW1Y' },
  };
}

function large(id) {
  return {
    ...small(id),
    orders: Array.from({ length: 32 }, (_, i) => ({
      number: id * 100 + i,
      sku: `sku-${1000 + i}`,
      title: `An article of some length, number ${i}, in blue`,
      price: 19.99 + i,
      quantity: i % 5,
      tags: ['new', 'sale', 'blue'],
      shipped: i % 2 === 0,
    })),
  };
}
