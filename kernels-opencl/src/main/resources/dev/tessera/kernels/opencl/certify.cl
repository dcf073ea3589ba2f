// Decides which points' nearest codewords a screen has proven, and lists the others.
//
// A screen leaves, for each point, the octet with the least lower bound and the least bound outside it. Within the
// octet screen_tiled's bounds are computed again, one by one. With `window_j` the width of a
// code's window,
//
//   high  = min over the octet's codes of bound_j + 2 (window |w_j|) + spread_j     an upper bound of the winner's score
//   limit = high + slack                                                            the definition's own float64 rounding
//
// no code whose bound is above `limit` can be preferred by the definition. So
//
//   one code of the octet within the limit, no bound outside it: that code is the answer
//   several of the octet, none outside:                          the row goes on the list `near`
//   else:                                                        the row goes on the list `far`
//
// Why high is an upper bound: a chain lies below the exact score by at most what the window and the lowered constant
// take off, plus its own error, and that error is at most what they take off (screen_tiled): twice suffices.
// slack = slackOfScore (|high| + |X|^2) + slackOfNorm |X| + slack0 is ErrorBounds.limit, its constants rounded up by
// 1 %; the last two roundings, u each, are covered by 4 u |limit|.
//
// Outliers: codewords too far out for float32 are in no octet. Where every one of them has a score of at least
// outlierScore for points with windows of at most outlierReach, they are ruled out by comparison; otherwise a row goes
// on a list, and `resolve` looks at them.
//
// Constants (-D)
//   POINT_TILE, CODE_TILE   as for the screen
//   WORK_ITEMS              work-items of a work-group, any number from 1
//
// Data: depth, points, windows, squares, codes, terms, octet0, tiles as for `centre` and the screens, and
//   count    points
//   places   point tiles x POINT_TILE: the distance between the parts of best, second, octets
//   parts    how many parts the screen made
//   spreads  [tiles][CODE_TILE] at least 2 (const_j - constant_j), the places within a tile as in `codes`
//   last     0: codebook parts follow; what this one shows is kept in ids and limits. 1: this was the last
//   outliers number of outliers
//   best, second, octets   [parts][places], as a screen wrote them; the first part is overwritten with the join
//            when `last` is set
//   ids      [count], written: the code, UNDECIDED for a row on a list
//   limits   [count], written: the limit of each row on a list; infinity where the definition decides alone
//   near, far [count] rows, in no particular order
//   counters  [2]: the lengths of near and far, zero before
//
// A work-item a point; global size: count rounded up to work-groups. It reads 8 (depth + 3) floats of codes: for 8192
// codes of 32 columns a thousandth of what the screen computes.
#pragma OPENCL FP_CONTRACT OFF

#define NOBODY 1e30f
#define UNDECIDED -2
#define SEVERAL -3
#define ITEMS_X (CODE_TILE / 8)
#define CODE_QUADS (CODE_TILE / 4)
#define UNDERFLOW 0x1p-90f

static inline float least(const float4 v, const float4 w) {
  const float4 less = fmin(v, w);
  return fmin(fmin(less.s0, less.s1), fmin(less.s2, less.s3));
}

static inline int count_within(const float4 v, const float limit) {
  return (v.s0 <= limit ? 1 : 0) + (v.s1 <= limit ? 1 : 0) + (v.s2 <= limit ? 1 : 0) + (v.s3 <= limit ? 1 : 0);
}

// The place of the only one of eight that is at most the limit.
static inline int place_within(const float4 v, const float4 w, const float limit) {
  const int inFirst = v.s0 <= limit ? 0 : v.s1 <= limit ? 1 : v.s2 <= limit ? 2 : 3;
  const int inSecond = w.s0 <= limit ? 4 : w.s1 <= limit ? 5 : w.s2 <= limit ? 6 : 7;
  return count_within(v, limit) > 0 ? inFirst : inSecond;
}

kernel __attribute__((reqd_work_group_size(WORK_ITEMS, 1, 1))) void certify(
    const int depth, global const float *restrict points, global const float *restrict windows,
    global const float *restrict squares, global const float4 *restrict codes, global const float4 *restrict terms,
    global const float4 *restrict spreads, const int count, const int places, const int parts, const int tiles, const int octet0, const int last,
    const float slackOfScore, const float slackOfNorm, const float slack0, const int outliers, const float outlierReach,
    const float outlierScore, global float *restrict best, global float *restrict second, global int *restrict octets,
    global int *restrict ids, global float *restrict limits, global int *restrict near, global int *restrict far,
    global int *restrict counters) {
  const int row = get_global_id(0);
  if (row >= count) {
    return;
  }
  const float square = squares[row];
  if (square < 0.0f) {
    if (last) {
      ids[row] = UNDECIDED;
      limits[row] = INFINITY;
      far[atomic_inc(counters + 1)] = row;
    }
    return;
  }

  // Join the parts.
  float least1 = best[row];
  float least2 = second[row];
  int octet = octets[row];
  for (int part = 1; part < parts; part++) {
    const size_t place = part * (size_t)places + row;
    const float bound = best[place];
    least2 = fmin(fmin(least2, second[place]), fmax(least1, bound));
    octet = bound < least1 ? octets[place] : octet;
    least1 = fmin(least1, bound);
  }
  if (parts > 1 && last) { // before, the next launch goes on from the parts as they are
    best[row] = least1;
    second[row] = least2;
    octets[row] = octet;
  }

  // Look into the octet, where it is of these tiles; else this was done for an earlier part of the codebook.
  const float window = windows[row];
  const int o = octet - octet0;
  int id;
  float limit;
  if (o >= 0 && o < tiles * ITEMS_X) {
    const size_t tile = o / ITEMS_X;
    // The octet's first four codes, and its last four half a tile behind.
    global const float4 *term = terms + tile * (2 * CODE_QUADS) + o % ITEMS_X;
    global const float4 *code = codes + tile * ((size_t)depth * CODE_QUADS) + o % ITEMS_X;
    global const float4 *spread = spreads + tile * CODE_QUADS + o % ITEMS_X;
    const float4 w0 = term[CODE_QUADS];
    const float4 w1 = term[CODE_QUADS + CODE_QUADS / 2];
    float4 sum0 = fma((float4)(window), w0, term[0]);
    float4 sum1 = fma((float4)(window), w1, term[CODE_QUADS / 2]);
    const size_t column0 = row / POINT_TILE * ((size_t)depth * POINT_TILE) + row % POINT_TILE;
    for (int k = 0; k < depth; k++) {
      const float4 x = points[column0 + k * POINT_TILE];
      sum0 = fma(x, code[k * CODE_QUADS], sum0);
      sum1 = fma(x, code[k * CODE_QUADS + CODE_QUADS / 2], sum1);
    }
    const float4 width0 = fma((float4)(-2.0f * window), w0, spread[0]);
    const float4 width1 = fma((float4)(-2.0f * window), w1, spread[CODE_QUADS / 2]);
    const float high = least(sum0 + width0, sum1 + width1);
    limit = high + (fma(slackOfScore, fabs(high) + square, fma(slackOfNorm, sqrt(square), slack0)) + UNDERFLOW);
    limit = fmin(fma(fabs(limit), 0x1p-22f, limit), 0.5f * NOBODY);
    const int number = count_within(sum0, limit) + count_within(sum1, limit);
    const int place = number == 1 ? place_within(sum0, sum1, limit) : 0;
    id = number == 1 ? octet * 8 + place : SEVERAL;
    limits[row] = limit;
    ids[row] = id;
  } else {
    id = ids[row];
    limit = limits[row];
  }
  if (!last) {
    return;
  }

  const bool alone = least2 > limit && least1 <= limit;
  const bool reached = outliers > 0 && !(window <= outlierReach && limit < outlierScore);
  if (!alone) {
    ids[row] = UNDECIDED;
    far[atomic_inc(counters + 1)] = row;
  } else if (id == SEVERAL || reached) {
    ids[row] = UNDECIDED;
    near[atomic_inc(counters)] = row;
  }
}
