// The element on the page: it follows the page's width and the pointer, and plays once.

// As much of the picture is in sight when it begins to move.
const IN_SIGHT = 0.4;
const PLAYED = "theta_lab_unrolled";

function said(pixels, marked) {
  if (marked === 0) return "in front of all pixels → x₀ = 1";
  const row = Math.floor((marked - 1) / SIDE);
  const column = (marked - 1) % SIDE;
  const below = Array.from(String(marked), (figure) => "₀₁₂₃₄₅₆₇₈₉"[figure]).join("");
  return `row ${row}, column ${column} → x${below} = ${printed(pixels[marked - 1], 2)}`;
}

// A browser may forbid its storage; then it plays again on each visit to the page.
function hasPlayed() {
  try {
    return sessionStorage.getItem(PLAYED) !== null;
  } catch {
    return false;
  }
}

function rememberPlayed() {
  try {
    sessionStorage.setItem(PLAYED, "yes");
  } catch {
    // nothing to be done, and nothing lost
  }
}

class Unrolling {
  constructor(element) {
    this.element = element;
    this.canvas = element.querySelector("canvas");
    this.button = element.querySelector("button");
    this.readout = element.querySelector("output");
    this.time = 0;
    this.button.onclick = () => (this.state === "playing" ? this.end() : this.play());
    for (const kind of ["pointermove", "pointerdown"]) {
      this.canvas.addEventListener(kind, (event) => this.point(event));
    }
    // Within the frame after, since a new width gives the canvas a new height.
    this.sizes = new ResizeObserver(() => requestAnimationFrame(() => this.fit()));
    this.sight = new IntersectionObserver(
      (seen) => { if (seen.at(-1).isIntersecting && this.state === "waiting") this.play(); },
      { threshold: IN_SIGHT });
  }

  get state() {
    return this.element.dataset.state;
  }

  enter(state) {
    this.element.dataset.state = state;
    const again = hasPlayed() ? "Play again" : "Play";
    this.button.textContent = state === "playing" ? "Skip" : again;
  }

  show(data) {
    const isOther = this.data && String(this.data.pixels) !== String(data.pixels);
    this.data = data;
    this.digit = inkImage(data.pixels, SIDE, data.colours);
    this.row = inkImage(data.pixels, PIXELS, data.colours);
    this.rows = rowImages(data.rows, data.colours);
    this.marked ??= 1 + data.pixels.indexOf(Math.max(...data.pixels));
    this.canvas.setAttribute("aria-label", data.labels.described);
    if (!this.state) this.begin();
    else if (isOther && this.state === "playing") this.end();
    this.width = null; // so that all is laid out anew
    this.fit();
    this.follow();
  }

  // Again for each digit: the one before has taken its leave.
  follow() {
    this.sizes.observe(this.element);
    if (this.state === "waiting") this.sight.observe(this.canvas);
  }

  // Once in a session it plays, when it is seen; never where motion is not wanted.
  begin() {
    if (hasPlayed() || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.end();
    } else {
      this.enter("waiting");
    }
  }

  play() {
    rememberPlayed();
    this.enter("playing");
    const started = performance.now();
    const next = (now) => {
      if (this.state !== "playing" || !this.element.isConnected) return;
      this.time = now - started;
      if (this.time >= DURATION) this.end();
      else {
        this.draw();
        requestAnimationFrame(next);
      }
    };
    requestAnimationFrame(next);
  }

  end() {
    this.time = DURATION;
    this.enter("done");
    if (this.layout) this.draw();
  }

  fit() {
    const width = this.element.clientWidth;
    if (!width || width === this.width) return;
    this.width = width;
    this.layout = layOut(width, this.rows.length);
    const scale = devicePixelRatio;
    this.canvas.style.height = `${this.layout.height}px`;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(this.layout.height * scale);
    this.canvas.getContext("2d").scale(scale, scale);
    this.draw();
  }

  draw() {
    const { color, fontFamily } = getComputedStyle(this.element);
    const { data, layout, digit, row, rows, marked } = this;
    const context = this.canvas.getContext("2d");
    draw({ context, data, layout, digit, row, rows, marked, colour: color, font: fontFamily },
         this.time);
    this.readout.textContent = said(data.pixels, marked);
  }

  point({ offsetX, offsetY }) {
    const found = elementAt(this.layout, offsetX, offsetY);
    if (found === null || found === this.marked) return;
    this.marked = found;
    this.draw();
  }

  leave() {
    this.sizes.disconnect();
    this.sight.disconnect();
  }
}

// Streamlit calls this anew for another digit and for another theme, with the same element. What it
// calls to end the one before may come after the next has begun: then nobody takes leave.
export default function ({ data, parentElement }) {
  const element = parentElement.querySelector(".unrolling");
  element.unrolling ??= new Unrolling(element);
  const { unrolling } = element;
  const call = Symbol("this one");
  unrolling.lastCall = call;
  unrolling.show(data);
  return () => {
    if (unrolling.lastCall === call) unrolling.leave();
  };
}
