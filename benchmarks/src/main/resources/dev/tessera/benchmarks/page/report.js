"use strict";
(() => {
  const { charts } = JSON.parse(document.getElementById("data").textContent);
  const drawn = [];

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(
      ["surface", "ink", "soft", "line", "accent", "peer", "noise", "warm"].map((name) => [name, style.getPropertyValue("--" + name).trim()]),
    );
  };

  // Three digits that matter, with a prefix, as in the tables.
  const short = (value) => {
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (size < 1) return String(Number(value.toPrecision(2)));
    const step = Math.min(5, Math.floor(Math.log10(size * 1.0000001) / 3));
    return Number((value / 1000 ** step).toPrecision(3)) + ["", " k", " M", " G", " T", " P"][step];
  };

  const time = (seconds) =>
    seconds >= 1 ? short(seconds) + " s" : seconds >= 1e-3 ? short(seconds * 1e3) + " ms" : seconds >= 1e-6 ? short(seconds * 1e6) + " µs" : short(seconds * 1e9) + " ns";

  const font = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };

  function tooltip(colour) {
    return {
      confine: true,
      backgroundColor: colour.surface,
      borderColor: colour.line,
      textStyle: { ...font, color: colour.ink },
    };
  }

  const stroke = (colour, points) => ({ type: "polyline", shape: { points }, style: { stroke: colour, fill: "none", lineWidth: 1.5 } });

  // Bars across, from 0, or for ratios from 1, with their error bars and their texts at the right.
  function bars(chart, colour, width) {
    const { rows } = chart, ratios = chart.kind === "ratios";
    const tones = { ours: colour.accent, peer: colour.peer, noise: colour.noise, worse: colour.warm };
    const narrow = width < 560;
    const label = { ...font, color: colour.ink, width: Math.min(300, Math.floor(width * (narrow ? 0.32 : 0.34))), overflow: "break" };
    const origin = ratios ? 1 : 0;
    const reach = ratios ? Math.max(0.15, ...rows.map((row) => Math.max(Math.abs(row.low - 1), Math.abs(row.high - 1)))) * 1.05 : 0;
    const longest = Math.max(...rows.map((row) => row.name.length));
    return {
      height: 34 + rows.length * (longest > 28 ? (narrow ? 58 : 40) : 32),
      option: {
        grid: { left: 4, right: 4, top: 4, bottom: 4, containLabel: true },
        tooltip: {
          ...tooltip(colour),
          trigger: "axis",
          axisPointer: { type: "none" },
          formatter: (items) => {
            const row = rows[items[0].dataIndex];
            const span = row.high > row.low ? `<br>${short(row.low)} to ${short(row.high)} ${chart.unit}` : "";
            return `<b>${echarts.format.encodeHTML(row.name)}</b><br>${echarts.format.encodeHTML(row.text)}${span}`;
          },
        },
        xAxis: {
          type: "value",
          min: ratios ? 1 - reach : 0,
          max: ratios ? 1 + reach : undefined,
          splitNumber: narrow ? 2 : 4,
          axisLabel: { ...font, color: colour.soft, formatter: ratios ? (value) => value.toFixed(2) : short, hideOverlap: true },
          splitLine: { lineStyle: { color: colour.line } },
        },
        yAxis: [
          { type: "category", inverse: true, data: rows.map((row) => row.name), axisTick: { show: false }, axisLine: { lineStyle: { color: colour.line } }, axisLabel: { ...label, interval: 0 } },
          { type: "category", inverse: true, data: rows.map((row) => row.text), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { ...font, color: colour.soft, interval: 0 } },
        ],
        series: [
          {
            type: "custom",
            encode: { x: [1], y: 0 },
            data: rows.map((row, index) => [index, row.value]),
            renderItem: (params, api) => {
              const [x, y] = api.coord([api.value(1), api.value(0)]);
              const [from] = api.coord([origin, api.value(0)]);
              const height = Math.min(20, api.size([0, 1])[1] * 0.62);
              return {
                type: "rect",
                shape: { x: Math.min(x, from), y: y - height / 2, width: Math.max(1.5, Math.abs(x - from)), height, r: 2 },
                style: { fill: tones[rows[params.dataIndex].tone] || colour.peer },
              };
            },
          },
          {
            type: "custom",
            silent: true,
            z: 5,
            encode: { x: [1, 2], y: 0 },
            data: rows.map((row, index) => [index, row.low, row.high]),
            renderItem: (params, api) => {
              const row = rows[params.dataIndex];
              if (!(row.high > row.low)) return undefined;
              const [low, y] = api.coord([api.value(1), api.value(0)]);
              const [high] = api.coord([api.value(2), api.value(0)]);
              const cap = Math.min(6, api.size([0, 1])[1] * 0.2);
              return {
                type: "group",
                children: [
                  stroke(colour.ink, [[low, y], [high, y]]),
                  stroke(colour.ink, [[low, y - cap], [low, y + cap]]),
                  stroke(colour.ink, [[high, y - cap], [high, y + cap]]),
                ],
              };
            },
          },
        ],
      },
    };
  }

  // Lines over a size, both axes logarithmic, or over threads, both from 0; the dashed ones are what would be in proportion.
  function lines(chart, colour, width) {
    const ours = [colour.accent, "#7d5ba6", "#b5762a", "#4a7fb5"], peers = [colour.peer, colour.warm, "#9a8f2e"];
    const linear = chart.x === "threads";
    const value = chart.y === "seconds" ? time : short;
    let own = 0, other = 0;
    const series = [];
    for (const line of chart.series) {
      const tone = line.ours ? ours[own++ % ours.length] : peers[other++ % peers.length];
      series.push({
        name: line.name,
        type: "line",
        data: line.points.map((point) => point.slice(0, 2)),
        symbol: "circle",
        symbolSize: 7,
        lineStyle: { color: tone, width: 2 },
        itemStyle: { color: tone },
      });
      series.push({
        name: line.name,
        type: "custom",
        silent: true,
        z: 5,
        itemStyle: { color: tone },
        encode: { x: 0, y: [1, 2] },
        data: line.points.map(([x, , low, high]) => [x, low, high]),
        renderItem: (params, api) => {
          const [x, low] = api.coord([api.value(0), api.value(1)]);
          const [, high] = api.coord([api.value(0), api.value(2)]);
          return {
            type: "group",
            children: [
              stroke(tone, [[x, low], [x, high]]),
              stroke(tone, [[x - 4, low], [x + 4, low]]),
              stroke(tone, [[x - 4, high], [x + 4, high]]),
            ],
          };
        },
      });
      if (chart.ideal && line.points.length > 1) {
        const anchor = chart.y === "seconds" ? line.points[line.points.length - 1] : line.points[0];
        series.push({
          name: line.name,
          type: "line",
          silent: true,
          symbol: "none",
          data: [...(linear ? [[0]] : []), ...line.points].map(([x]) => [x, (anchor[1] * x) / anchor[0]]),
          lineStyle: { color: tone, width: 1, type: "dashed", opacity: 0.6 },
          itemStyle: { color: tone },
          tooltip: { show: false },
        });
      }
    }
    const xs = chart.series.flatMap((line) => line.points.map(([x]) => x));
    const axis = { nameTextStyle: { ...font, color: colour.soft }, axisLine: { lineStyle: { color: colour.line } }, splitLine: { lineStyle: { color: colour.line } } };
    return {
      height: width < 560 ? 280 : 320,
      option: {
        legend: { type: "scroll", top: 0, left: 0, icon: "circle", textStyle: { ...font, color: colour.ink }, data: chart.series.map((line) => line.name), pageTextStyle: { color: colour.soft }, pageIconColor: colour.accent },
        grid: { left: 8, right: 28, top: 36, bottom: 28, containLabel: true },
        tooltip: {
          ...tooltip(colour),
          trigger: "item",
          formatter: ({ seriesName, data }) => `<b>${echarts.format.encodeHTML(seriesName)}</b><br>${chart.x} ${short(data[0])}: ${value(data[1])}${chart.y === "seconds" ? "" : " " + chart.y}`,
        },
        xAxis: {
          ...axis,
          type: linear ? "value" : "log",
          min: linear ? 0 : Math.min(...xs),
          max: Math.max(...xs),
          minInterval: linear ? 1 : undefined,
          name: chart.x,
          nameLocation: "middle",
          nameGap: 26,
          axisLabel: { ...font, color: colour.soft, formatter: short, hideOverlap: true },
        },
        yAxis: { ...axis, type: linear ? "value" : "log", min: linear ? 0 : undefined, axisLabel: { ...font, color: colour.soft, formatter: value, hideOverlap: true } },
        series,
      },
    };
  }

  function draw(chart) {
    const place = document.getElementById(chart.id);
    const width = place.clientWidth;
    const { height, option } = (chart.kind === "lines" ? lines : bars)(chart, colours(), width);
    place.style.height = height + "px";
    const view = echarts.init(place, null, { renderer: "svg" });
    view.setOption({ animation: false, aria: { enabled: true, label: { description: chart.title } }, ...option });
    place.dataset.drawn = chart.kind;
    return { view, place, width };
  }

  function drawAll() {
    drawn.splice(0).forEach(({ view }) => view.dispose());
    charts.forEach((chart) => drawn.push(draw(chart)));
  }

  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (drawn.some(({ place, width }) => place.clientWidth !== width)) drawAll();
    }, 150);
  });
})();
