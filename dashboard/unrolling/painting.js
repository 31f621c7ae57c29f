// What is painted on the canvas. A picture is a function of the time since the animation began;
// the one that stays is that of its end, so that whoever skips sees what all others see.

// A number is legible in a cell of so many pixels, "0.0" at about half its height.
const LEGIBLE_CELL = 17;
const APART = 8; // rows of X at least so high are drawn apart
const LABEL_SIZE = 14;
const TICK_SIZE = 13;

// Milliseconds: each row of the grid flies, then the bias drops, then X comes.
const ROW_EVERY = 110;
const ROW_FLIES = 450;
const BIAS_FALLS = [2600, 350];
const STRIP_JOINS = [3000, 450];
const ROWS_COME = [3300, 700];
const DURATION = 4000;

// ---- images -----------------------------------------------------------------------------

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

// A small canvas with one pixel for each number, 0 paper to 1 ink.
function inkImage(ink, width, colours) {
  const image = document.createElement("canvas");
  image.width = width;
  image.height = ink.length / width;
  const context = image.getContext("2d");
  const painted = context.createImageData(image.width, image.height);
  const paper = rgb(colours.paper);
  const full = rgb(colours.ink);
  ink.forEach((value, index) => {
    const share = Math.min(1, Math.max(0, value));
    for (let channel = 0; channel < 3; channel++) {
      painted.data[4 * index + channel] =
        paper[channel] + share * (full[channel] - paper[channel]);
    }
    painted.data[4 * index + 3] = 255;
  });
  context.putImageData(painted, 0, 0);
  return image;
}

// Each row an image of its own: neighbours in one image would run into each other.
function rowImages(base64, colours) {
  const ink = Array.from(atob(base64), (letter) => letter.charCodeAt(0) / 255);
  const rows = Array.from({ length: ink.length / PIXELS }, (_, row) =>
    ink.slice(row * PIXELS, (row + 1) * PIXELS));
  return rows.map((row) => inkImage(row, PIXELS, colours));
}

// ---- numbers as they are printed --------------------------------------------------------

function printed(value, digits) {
  const text = value.toFixed(digits);
  return text.replace("-", Number(text) === 0 ? "" : "−");
}

// ---- one picture ------------------------------------------------------------------------

function progress(time, start, length) {
  const share = Math.min(1, Math.max(0, (time - start) / length));
  return share * share * (3 - 2 * share); // begins and ends gently
}

function between(from, to, share) {
  return from + share * (to - from);
}

function draw(scene, time) {
  const { context, layout } = scene;
  context.clearRect(0, 0, layout.width, layout.height);
  drawGrid(scene);
  drawStrip(scene, time);
  drawBand(scene, time);
  drawTable(scene, time);
  if (time >= DURATION) drawMarks(scene);
}

function write(scene, text, x, y, { size = LABEL_SIZE, bold = false, align = "left" } = {}) {
  const { context } = scene;
  context.font = `${bold ? 600 : 400} ${size}px ${scene.font}`;
  context.textAlign = align;
  context.textBaseline = "middle";
  context.fillStyle = scene.colour;
  context.fillText(text, x, y);
}

function label(scene, text, { x, y }) {
  write(scene, text, x, y - LINE / 2, { bold: true });
}

function drawGrid(scene) {
  const { context, data, layout: { grid } } = scene;
  label(scene, data.labels.grid, grid);
  context.imageSmoothingEnabled = false;
  context.drawImage(scene.digit, grid.x, grid.y, grid.side, grid.side);
  if (grid.cell < LEGIBLE_CELL) return;
  context.font = `${Math.round(grid.cell * 0.5)}px ${scene.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  data.pixels.forEach((value, index) => {
    const text = printed(value, 1);
    const row = Math.floor(index / SIDE);
    context.globalAlpha = text === "0.0" ? 0.4 : 1; // else the digit would drown in zeros
    context.fillStyle = value > 0.5 ? data.colours.paper : data.colours.ink;
    context.fillText(text, grid.x + (index % SIDE + 0.5) * grid.cell,
                     grid.y + (row + 0.5) * grid.cell);
  });
  context.globalAlpha = 1;
}

function drawStrip(scene, time) {
  const { context, data, layout: { grid, strip } } = scene;
  label(scene, data.labels.strip, strip);
  outline(scene, strip);
  // From the last to the first, so that a row passes over those that are to follow it.
  for (let row = SIDE - 1; row >= 0; row--) drawRowOfGrid(scene, row, time);
  drawTicks(scene);
  const drop = progress(time, ...BIAS_FALLS);
  context.globalAlpha = drop;
  const top = between(strip.y - grid.cell * 3, strip.y, drop);
  context.fillStyle = data.colours.bias;
  context.fillRect(strip.x, top, BIAS_WIDTH, strip.height);
  const written = { ...scene, colour: data.colours.ink };
  write(written, "1", strip.x + BIAS_WIDTH / 2, top + strip.height / 2,
        { bold: true, align: "center" });
  context.globalAlpha = 1;
}

function drawRowOfGrid(scene, row, time) {
  const { context, layout: { grid, strip } } = scene;
  const start = row * ROW_EVERY;
  if (time <= start) return;
  const share = progress(time, start, ROW_FLIES);
  const width = SIDE * strip.pixel;
  smoothIfSmall(scene, strip.pixel);
  const place = [
    between(grid.x, strip.first + row * width, share),
    between(grid.y + row * grid.cell, strip.y, share),
    between(grid.side, width, share),
    between(grid.cell, strip.height, share),
  ];
  context.drawImage(scene.digit, 0, row, SIDE, 1, ...place);
  if (share === 1) return;
  context.strokeStyle = scene.data.colours.mark;
  context.lineWidth = 2;
  context.strokeRect(...place);
}

// A pixel narrower than two of the screen's would come out now wider, now narrower.
function smoothIfSmall({ context }, pixel) {
  context.imageSmoothingEnabled = pixel * devicePixelRatio < 2;
}

function outline({ context, data }, { x, y, width, height }) {
  context.strokeStyle = data.colours.line;
  context.lineWidth = 1;
  context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
}

// Where each row of the grid begins.
function drawTicks(scene) {
  const { context, layout: { strip } } = scene;
  const bottom = strip.y + strip.height;
  context.fillStyle = scene.colour;
  for (let row = 0; row < SIDE; row++) {
    const x = strip.first + row * SIDE * strip.pixel;
    const named = row % 5 === 0;
    context.globalAlpha = 0.5;
    context.fillStyle = scene.colour;
    context.fillRect(x, bottom + 1, 1, named ? 8 : 4);
    context.globalAlpha = 1;
    if (named) write(scene, `row ${row}`, x + 4, bottom + 12, { size: TICK_SIZE });
  }
}

// The strip once more, where it can be compared with the rows of X.
function drawBand(scene, time) {
  const { context, data, layout: { strip, band } } = scene;
  const share = progress(time, ...STRIP_JOINS);
  if (share === 0) return;
  const [x, y, width, height] = ["x", "y", "width", "height"].map(
    (side) => between(strip[side], band[side], share));
  paintRow(scene, scene.row, stripAt(x, y, width, height));
  context.strokeStyle = scene.colour;
  context.lineWidth = 1.5;
  context.strokeRect(x - 2, y - 2, width + 4, height + 4);
  context.globalAlpha = share;
  label(scene, data.labels.band, { x: band.x, y: band.y - 1 });
  context.globalAlpha = 1;
}

function drawTable(scene, time) {
  const { context, data, rows, layout: { table } } = scene;
  const [start, length] = ROWS_COME;
  context.globalAlpha = progress(time, start, length);
  label(scene, data.labels.rows, table);
  write(scene, data.labels.drawn, table.x, table.y + table.height + LINE / 2,
        { size: TICK_SIZE });
  outline(scene, table);
  const apart = table.step >= APART ? 1 : 0;
  rows.forEach((row, index) => {
    const share = progress(time, start + (index / rows.length) * (length / 2), length / 2);
    const [top, bottom] = [index, index + 1].map((edge) => Math.round(edge * table.step));
    const place = { ...table, y: table.y + top - (1 - share) * 12, height: bottom - top - apart };
    context.globalAlpha = share;
    paintRow(scene, row, place);
  });
  context.globalAlpha = 1;
}

function paintRow(scene, image, { x, y, width, height, first, pixel }) {
  const { context, data } = scene;
  context.fillStyle = data.colours.bias;
  context.fillRect(x, y, BIAS_WIDTH, height);
  smoothIfSmall(scene, pixel);
  context.drawImage(image, first, y, PIXELS * pixel, height);
}

// The pixel that is pointed at, and its row: in the grid and in the strip.
function drawMarks(scene) {
  const { context, data, marked, layout: { grid, strip } } = scene;
  context.strokeStyle = data.colours.mark;
  context.lineWidth = 2;
  if (marked === 0) {
    context.strokeRect(strip.x, strip.y, BIAS_WIDTH, strip.height);
    return;
  }
  const row = Math.floor((marked - 1) / SIDE);
  const column = (marked - 1) % SIDE;
  const top = grid.y + row * grid.cell;
  const width = SIDE * strip.pixel;
  context.strokeRect(grid.x + 1, top, grid.side - 2, grid.cell);
  context.strokeRect(strip.first + row * width, strip.y - 1, width, strip.height + 2);
  context.lineWidth = 4;
  context.strokeRect(grid.x + column * grid.cell, top, grid.cell, grid.cell);
  context.fillStyle = data.colours.mark;
  const middle = strip.first + (marked - 0.5) * strip.pixel;
  context.fillRect(middle - 1.5, strip.y - 6, 3, strip.height + 6);
}
