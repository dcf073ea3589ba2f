// Points in the coordinates in which the screens work:
//
//   X = (x - mean) scale            METRIC 0 (L2) and 1 (dot)
//   X = (x / |x| - mean) scale      METRIC 2 (cosine)
//
// with |X|^2, and the window |X| + omega that bounds the errors of a point's scores.
//
// Constants (-D)
//   POINT_TILE  rows of a tile
//   METRIC      0 L2, 1 dot, 2 cosine
//   WORK_ITEMS  work-items of a work-group, any number from 1
//
// Data
//   dim      columns of a row, at least 1
//   depth    columns of X: dim, rounded up to what the screen wants; the rest are zeros
//   rows     [count x dim] float32, row-major, packed
//   mean     [dim], scale a power of two, omega >= 0: see CentredCodebook and ErrorBounds
//   points   [tiles][depth][POINT_TILE] float32, written: X, tile by tile, the columns of a tile behind each other,
//            so that a screen reads any columns of its tile as one contiguous piece. Rows from count on are zeros.
//   windows  [tiles x POINT_TILE], written: at least |X| + omega; 0 from count on
//   squares  [tiles x POINT_TILE], written: |X|^2, or -1 where float32 proves nothing (a NaN, an infinity, squares out
//            of range): the definition decides such a row alone. Its X may hold anything.
//
// A work-group makes a tile, COLUMNS columns at a time, and transposes them in local memory: work-items read along
// rows and write along columns, coalesced both times. A row of local memory has one more element than the tile, so
// that both ways hit all banks. Global size: tiles x WORK_ITEMS.
//
// Errors. x - mean rounds each element by at most u = 2^-24 of the result; x / |x| rounds by u of |x|'s share, which
// is why omega holds `scale` for cosine; the factor 1 / |x| may itself be off by some ulps, but one factor for all
// elements only scales all scores of the point alike. Multiplying by a power of two is exact, or underflows, or ends
// as an infinity that the square shows. A sum of COLUMNS squares goes through COLUMNS roundings, and one more for each
// further piece: far below the 10 % that the bounds keep in reserve. sqrt may be off by 3 ulp; SLIGHTLY_MORE covers
// that, and the two roundings of `sqrt(square) + omega`.
#pragma OPENCL FP_CONTRACT OFF

#define COLUMNS 32
#define STRIDE (POINT_TILE + 1)
#define SLIGHTLY_MORE 0x1.00002p0f

// Squares of norms that can be normalised, and of points whose scores float32 bounds.
#define LEAST_SQUARE 0x1p-80f
#define GREATEST_SQUARE 0x1p80f
#define GREATEST_POINT_SQUARE 0x1p60f

// stage[column][row] = rows[first row + row][first + column]; zeros where there is no such element.
static inline void load(
    const int dim, global const float *rows, const int count, const int first, local float *stage) {
  const size_t row0 = get_group_id(0) * POINT_TILE;
  for (int i = get_local_id(0); i < COLUMNS * POINT_TILE; i += WORK_ITEMS) {
    const int row = i / COLUMNS;
    const int column = i % COLUMNS;
    const bool there = row0 + row < (size_t)count && first + column < dim;
    stage[column * STRIDE + row] = there ? rows[(row0 + row) * dim + first + column] : 0.0f;
  }
}

// sums[row] += the squares of the row's elements in the stage.
static inline void add_squares(local const float *stage, local float *sums) {
  for (int row = get_local_id(0); row < POINT_TILE; row += WORK_ITEMS) {
    float sum = 0.0f;
    for (int column = 0; column < COLUMNS; column++) {
      const float x = stage[column * STRIDE + row];
      sum = fma(x, x, sum);
    }
    sums[row] += sum;
  }
}

kernel __attribute__((reqd_work_group_size(WORK_ITEMS, 1, 1))) void centre(
    const int dim, const int depth, global const float *restrict rows, const int count, global const float *restrict mean,
    const float scale, const float omega, global float *restrict points, global float *restrict windows, global float *restrict squares) {
  local float stage[COLUMNS * STRIDE];
  local float sums[POINT_TILE];
  local float factors[POINT_TILE]; // 0 where a row cannot be normalised
  const size_t tile = get_group_id(0);

  for (int row = get_local_id(0); row < POINT_TILE; row += WORK_ITEMS) {
    sums[row] = 0.0f;
    factors[row] = 1.0f;
  }
#if METRIC == 2
  for (int first = 0; first < dim; first += COLUMNS) {
    barrier(CLK_LOCAL_MEM_FENCE);
    load(dim, rows, count, first, stage);
    barrier(CLK_LOCAL_MEM_FENCE);
    add_squares(stage, sums);
  }
  for (int row = get_local_id(0); row < POINT_TILE; row += WORK_ITEMS) { // the rows that this work-item summed
    const float square = sums[row];
    factors[row] = square >= LEAST_SQUARE && square <= GREATEST_SQUARE ? 1.0f / sqrt(square) : 0.0f;
    sums[row] = 0.0f;
  }
#endif

  for (int first = 0; first < depth; first += COLUMNS) {
    barrier(CLK_LOCAL_MEM_FENCE);
    load(dim, rows, count, first, stage);
    barrier(CLK_LOCAL_MEM_FENCE);
    const int columns = min(COLUMNS, depth - first);
    for (int i = get_local_id(0); i < columns * POINT_TILE; i += WORK_ITEMS) {
      const int column = i / POINT_TILE;
      const int row = i % POINT_TILE;
      const bool there = tile * POINT_TILE + row < (size_t)count && first + column < dim;
      const float x = there ? (stage[column * STRIDE + row] * factors[row] - mean[first + column]) * scale : 0.0f;
      stage[column * STRIDE + row] = x;
      points[(tile * depth + first) * POINT_TILE + i] = x;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    add_squares(stage, sums);
  }

  for (int row = get_local_id(0); row < POINT_TILE; row += WORK_ITEMS) {
    const size_t place = tile * POINT_TILE + row;
    const float square = sums[row];
    const bool proven = square <= GREATEST_POINT_SQUARE && factors[row] != 0.0f; // false for a NaN
    squares[place] = proven ? square : -1.0f;
    windows[place] = place < (size_t)count && proven ? (sqrt(square) + omega) * SLIGHTLY_MORE : 0.0f;
  }
}
