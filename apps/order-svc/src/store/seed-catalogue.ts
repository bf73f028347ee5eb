/** The shop's first stock. Ids are fixed, so that examples and tests can name them. Prices in cents. */
export const seedCatalogue = [
  { n: 1, sku: 'LAMP-DESK-01', name: 'Desk lamp, brass', amount: 4900, stock: 100_000 },
  { n: 2, sku: 'MUG-STONE-02', name: 'Stoneware mug', amount: 1450, stock: 100_000 },
  { n: 3, sku: 'NOTE-GRID-03', name: 'Notebook, grid, A5', amount: 890, stock: 100_000 },
  { n: 4, sku: 'PEN-FOUNT-04', name: 'Fountain pen, fine', amount: 3200, stock: 100_000 },
  { n: 5, sku: 'BAG-CANVS-05', name: 'Canvas bag', amount: 2600, stock: 100_000 },
  { n: 6, sku: 'CLCK-WALL-06', name: 'Wall clock', amount: 5900, stock: 5000 },
  { n: 7, sku: 'KETL-STEL-07', name: 'Kettle, steel', amount: 6400, stock: 5000 },
  { n: 8, sku: 'PLNT-FERN-08', name: 'Fern in a clay pot', amount: 1900, stock: 5000 },
  { n: 9, sku: 'CHAR-OAK-09', name: 'Chair, oak', amount: 18_900, stock: 500 },
  { n: 10, sku: 'BLKT-WOOL-10', name: 'Wool blanket', amount: 9900, stock: 500 },
  { n: 11, sku: 'RADO-FM-11', name: 'Table radio', amount: 12_900, stock: 500 },
  { n: 12, sku: 'PRNT-LTD-12', name: 'Signed print, edition of 25', amount: 25_000, stock: 25 },
].map(({ n, ...product }) => ({ ...product, id: `5eed0000-0000-4000-8000-${String(n).padStart(12, '0')}` }));
