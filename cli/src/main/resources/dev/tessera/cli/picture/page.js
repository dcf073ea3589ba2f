"use strict";
(() => {
  const { columns, rows, patch, width, height, codes, perRow, counts, tokens: packed } = JSON.parse(document.getElementById("data").textContent);
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const tokens = new Int32Array(bytes.buffer);
  const order = counts.map((_, id) => id).sort((a, b) => counts[b] - counts[a] || a - b);
  const rank = new Int32Array(codes);
  order.forEach((id, place) => (rank[id] = place));
  const number = (n) => n.toLocaleString("en-US");
  const find = (id) => document.getElementById(id);

  const map = find("map"), canvas = map.querySelector("canvas"), context = canvas.getContext("2d");
  const tile = find("tile"), tiles = find("tiles"), wall = find("wall"), wallCanvas = wall.querySelector("canvas");
  const marker = document.querySelector(".marker"), plot = document.querySelector(".plot");
  const frames = [...document.querySelectorAll("[data-grid]")];

  // The map shows the grid at one pixel a token, cropped to the picture as the last patches are.
  map.style.aspectRatio = `${width} / ${height}`;
  canvas.style.width = `${(100 * columns * patch) / width}%`;
  canvas.style.height = `${(100 * rows * patch) / height}%`;

  const cells = frames.map((frame) => {
    const cell = document.createElement("div");
    cell.className = "cell";
    cell.hidden = true;
    cell.style.width = `calc(${(100 * patch) / width}% + 4px)`;
    cell.style.height = `calc(${(100 * patch) / height}% + 4px)`;
    frame.append(cell);
    return cell;
  });

  // Colours: by id, hues a golden angle apart, so that neighbouring ids differ; by use, dark to bright.
  const fromHsl = (h, s, l) => [0, 8, 4].map((n) => {
    const k = (n + h * 12) % 12;
    return Math.round(255 * (l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  });
  const ramp = [[48, 18, 90], [49, 104, 142], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
  const onRamp = (t) => {
    const at = Math.min(t * (ramp.length - 1), ramp.length - 1.0001), i = Math.floor(at);
    return ramp[i].map((c, channel) => Math.round(c + (at - i) * (ramp[i + 1][channel] - c)));
  };
  const most = Math.max(1, counts[order[0]]);
  const palettes = {
    id: counts.map((_, id) => fromHsl((id * 0.61803398875) % 1, 0.5 + 0.2 * (id % 3 === 0), 0.42 + 0.11 * (id % 4))),
    use: counts.map((count) => onRamp(most === 1 ? 1 : Math.log(Math.max(1, count)) / Math.log(most))),
  };
  find("legend").querySelector("i").style.background = `linear-gradient(90deg, ${ramp.map((c) => `rgb(${c})`).join(", ")})`;

  let colours = "id";
  let cell = -1; // where in the grid, or -1
  let code = order[0];
  let held = false;

  function drawMap() {
    const image = context.createImageData(columns, rows);
    const palette = palettes[colours];
    for (let i = 0; i < tokens.length; i++) {
      const [r, g, b] = palette[tokens[i]];
      const colour = !held ? [r, g, b] : tokens[i] === code ? [255, 214, 92] : [r * 0.25 + 26, g * 0.25 + 26, b * 0.25 + 26];
      image.data.set([...colour, 255], 4 * i);
    }
    context.putImageData(image, 0, 0);
  }

  function drawTile(target, id, x, y, side) {
    target.imageSmoothingEnabled = false;
    target.drawImage(tiles, (id % perRow) * patch, Math.floor(id / perRow) * patch, patch, patch, x, y, side, side);
  }

  // The wall: as many tiles a line as fit at a size that can be hit, drawn sharp.
  let wallPerLine = 1;
  function drawWall() {
    const shown = Math.max(1, wall.clientWidth);
    wallPerLine = Math.max(4, Math.min(codes, Math.floor(shown / 25)));
    const side = Math.max(patch, Math.round((shown / wallPerLine) * Math.min(2, devicePixelRatio || 1)));
    const gap = Math.max(1, Math.round(side / 16));
    wallCanvas.width = wallPerLine * side;
    wallCanvas.height = Math.ceil(codes / wallPerLine) * side;
    const target = wallCanvas.getContext("2d");
    order.forEach((id, place) => {
      const x = (place % wallPerLine) * side, y = Math.floor(place / wallPerLine) * side;
      target.globalAlpha = counts[id] ? 1 : 0.3;
      drawTile(target, id, x, y, side - gap);
      if (id === code) {
        target.globalAlpha = 1;
        target.lineWidth = 2 * gap;
        target.strokeStyle = "#000";
        target.strokeRect(x + gap, y + gap, side - 3 * gap, side - 3 * gap);
        target.lineWidth = gap;
        target.strokeStyle = "#fff";
        target.strokeRect(x + gap, y + gap, side - 3 * gap, side - 3 * gap);
      }
    });
  }

  function show() {
    const target = tile.getContext("2d");
    drawTile(target, code, 0, 0, patch);
    tile.setAttribute("aria-label", `Codeword ${code} as a tile`);
    find("id").textContent = number(code);
    find("use").textContent = `${number(counts[code])} of ${number(tokens.length)} (${((100 * counts[code]) / tokens.length).toFixed(2)} %)`;
    find("rank").textContent = `${number(rank[code] + 1)} of ${number(codes)}`;
    find("place").textContent = cell < 0 ? "–" : `row ${Math.floor(cell / columns)}, column ${cell % columns}`;
    find("state").textContent = held ? "held: click or Escape lets go" : "";
    marker.hidden = false;
    marker.style.left = `${(100 * (rank[code] + 0.5)) / codes}%`;
    for (const box of cells) {
      box.hidden = cell < 0;
      box.style.left = `${(100 * (cell % columns) * patch) / width}%`;
      box.style.top = `${(100 * Math.floor(cell / columns) * patch) / height}%`;
    }
  }

  function select(nextCell, nextCode, hold) {
    const redraw = hold !== held || (hold && nextCode !== code);
    const other = nextCode !== code;
    cell = nextCell;
    code = nextCode;
    held = hold;
    if (redraw) drawMap();
    if (other) drawWall();
    show();
  }

  function cellAt(frame, event) {
    const box = frame.getBoundingClientRect();
    const x = Math.floor((((event.clientX - box.left) / box.width) * width) / patch);
    const y = Math.floor((((event.clientY - box.top) / box.height) * height) / patch);
    return x < 0 || y < 0 || x >= columns || y >= rows ? -1 : y * columns + x;
  }

  for (const frame of frames) {
    frame.addEventListener("pointermove", (event) => {
      const at = cellAt(frame, event);
      if (!held && at >= 0 && at !== cell) select(at, tokens[at], false);
    });
    frame.addEventListener("click", (event) => {
      const at = cellAt(frame, event);
      if (at >= 0) select(at, tokens[at], !(held && tokens[at] === code));
    });
  }
  map.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) {
      const at = Math.max(0, cell);
      const x = Math.max(0, Math.min(columns - 1, (at % columns) + (cell < 0 ? 0 : step[0])));
      const y = Math.max(0, Math.min(rows - 1, Math.floor(at / columns) + (cell < 0 ? 0 : step[1])));
      select(y * columns + x, tokens[y * columns + x], held);
    } else if (event.key === "Enter" || event.key === " ") {
      select(Math.max(0, cell), tokens[Math.max(0, cell)], !held);
    } else if (event.key !== "Escape") {
      return;
    }
    event.preventDefault();
    if (event.key === "Escape") select(cell, code, false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && held) select(cell, code, false);
  });

  wall.addEventListener("click", (event) => {
    const box = wallCanvas.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * wallPerLine);
    const y = Math.floor(((event.clientY - box.top) / box.width) * wallPerLine);
    const place = y * wallPerLine + x;
    if (place >= 0 && place < codes) select(tokens.indexOf(order[place]), order[place], true);
  });
  plot.addEventListener("pointermove", (event) => {
    const box = plot.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * codes);
    if (!held && place >= 0 && place < codes) select(tokens.indexOf(order[place]), order[place], false);
  });

  for (const button of document.querySelectorAll("[data-colours]")) {
    button.addEventListener("click", () => {
      colours = button.dataset.colours;
      for (const other of document.querySelectorAll("[data-colours]")) other.setAttribute("aria-pressed", other === button);
      find("legend").hidden = colours !== "use";
      drawMap();
    });
  }

  // Small pictures are enlarged without smoothing.
  if (width < 480) frames.forEach((frame) => frame.classList.add("pixels"));
  const start = () => {
    drawMap();
    drawWall();
    show();
    let shown = wall.clientWidth;
    new ResizeObserver(() => {
      if (wall.clientWidth !== shown) {
        shown = wall.clientWidth;
        drawWall();
      }
    }).observe(wall);
  };
  tiles.decode().then(start, start);
})();
