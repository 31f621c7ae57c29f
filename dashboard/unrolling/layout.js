// Where everything stands: the grid of a digit's numbers, the row x that it becomes (the strip),
// the same row small (the band), and rows of X below it (the table).

const SIDE = 20;
const PIXELS = SIDE * SIDE;

// Below this width, in CSS pixels, X stands below the strip and not beside the grid.
const WIDE = 700;
const LARGEST_CELL = 22;
const EDGE = 3; // left free for lines around what stands at the border
const GAP = 40;
const LINE = 22; // of a label
const STRIP_HEIGHT = 46;
const BAND_HEIGHT = 16;
// At its true width, one of 401, nobody would see the bias.
const BIAS_WIDTH = 14;
const TALLEST_ROW = 12;

function layOut(width, rows) {
  const wide = width >= WIDE;
  const right = width - EDGE;
  const cell = Math.min(LARGEST_CELL, Math.floor((wide ? 0.44 * width : right - EDGE) / SIDE));
  const grid = { x: EDGE, y: LINE, cell, side: SIDE * cell };
  const strip = stripAt(EDGE, grid.y + grid.side + 14 + LINE, right - EDGE, STRIP_HEIGHT);
  const below = strip.y + strip.height + LINE;
  const left = wide ? grid.side + GAP : EDGE;
  const band = stripAt(left, (wide ? 0 : below + 14) + LINE, right - left, BAND_HEIGHT);
  const table = stripAt(left, band.y + band.height + 10 + LINE, right - left, 0);
  const room = wide ? grid.y + grid.side - table.y - LINE : 4 * rows;
  table.step = Math.min(TALLEST_ROW, room / rows);
  table.height = Math.round(rows * table.step);
  const height = Math.max(below, table.y + table.height + LINE) + 4;
  return { width, height, grid, strip, band, table };
}

function stripAt(x, y, width, height) {
  const first = x + BIAS_WIDTH + 2; // where the pixels begin
  return { x, y, width, height, first, pixel: (x + width - first) / PIXELS };
}

// The number of x that lies under a point, 0 to 400; null where there is none.
function elementAt({ grid, strip }, x, y) {
  const row = Math.floor((y - grid.y) / grid.cell);
  const column = Math.floor((x - grid.x) / grid.cell);
  if (row >= 0 && row < SIDE && column >= 0 && column < SIDE) return 1 + SIDE * row + column;
  if (y < strip.y - 8 || y > strip.y + strip.height + 8) return null;
  if (x < strip.first) return 0;
  return Math.min(PIXELS, 1 + Math.floor((x - strip.first) / strip.pixel));
}
