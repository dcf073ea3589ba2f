// Nearest codewords by the definition, in float64: for the rows that a screen left undecided, for rows that may get
// only a range of the codes, for several neighbours, and the scores that a caller wants reported. Needs cl_khr_fp64.
//
// The definition (dev.tessera.kernel.Metric), operands widened first, i ascending:
//
//   METRIC 0, L2      t = x_i - c_i; acc = fma(t, t, acc)    the least wins
//   METRIC 1, dot     acc = fma(x_i, c_i, acc)               the greatest wins
//   METRIC 2, cosine  dot / norm of the codeword             the greatest wins
//
// Equal scores: the lower code wins. fma is correctly rounded by OpenCL's own rules, contraction is off, and float64
// division is correctly rounded too: the same bits as Java's Math.fma and /.
//
// Constants (-D)
//   METRIC                  as for `centre`
//   POINT_TILE, CODE_TILE   as for the screen
//   WORK_ITEMS              work-items of a work-group, a power of two from 1
//
// Data
//   dim, depth   as for `centre`
//   rows      [count x dim] float32, as given
//   codewords [codes x dim] float32, as given, packed
//   norms     [codes] float64, cosine only (any buffer else): Metric.norm
//   points, windows, codes, terms    as for the screen
//   list      rows to look at, lengths[which] of them: `certify`'s near with counters and 0, or far with counters and 1
//   limits    [count]: what `certify` wrote
//   ids       written
//
// Kernels
//   resolve_octets   rows on `near`: a work-item a row looks at one octet and the outliers
//   resolve_rows     rows on `far`: work-groups look at every code within the limit, one a row, or several where rows are
//                    few; join_slices then joins what these found
//   search_rows      any rows, ranges, any number of neighbours: a work-group a row, every code of its range
//   score            the scores of given codes: a work-item a pair
//
// A codebook larger than the device's memory comes in parts, one after the other: then codewords, norms, codes, terms and
// outliers are those of the part, code0 is the code it begins with (a multiple of CODE_TILE), and what the caller sees
// are whole codes. resolve_octets needs the whole codebook.
//
// The chains are long and dependent, and a work-group's codes are a row apart in memory; what makes that bearable is that
// few codes pass the float32 bound, that neighbouring work-items' rows share cache lines from one i to the next, and
// that the point is the same for all, a broadcast.
// A codebook in which many points have two equal nearest codewords, in different octets, sends them all to resolve_rows,
// which reads the whole codebook for each: far slower than the screen. Taking eight rows at a time would mend that; the
// one attempt took PoCL's compiler 20 s.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#pragma OPENCL FP_CONTRACT OFF

#define ITEMS_X (CODE_TILE / 8)
#define CODE_QUADS (CODE_TILE / 4)
#define NO_CODE 0x7fffffff

#if METRIC == 0
#define WORST INFINITY
#else
#define WORST -INFINITY
#endif

// Whether score a of code i beats score b of code j.
static inline bool beats(const double a, const int i, const double b, const int j) {
#if METRIC == 0
  return a < b || (a == b && i < j);
#else
  return a > b || (a == b && i < j);
#endif
}

// The definition's value.
static inline double definition(
    const int dim, global const float *x, global const float *codewords, global const double *norms,
    const int code) {
  global const float *c = codewords + code * (size_t)dim;
  double acc = 0.0;
  for (int i = 0; i < dim; i++) {
#if METRIC == 0
    const double t = (double)x[i] - (double)c[i];
    acc = fma(t, t, acc);
#else
    acc = fma((double)x[i], (double)c[i], acc);
#endif
  }
#if METRIC == 2
  acc /= norms[code];
#endif
  return acc;
}

static inline bool is_finite(const int dim, global const float *x) {
  for (int i = 0; i < dim; i++) {
    if (!isfinite(x[i])) {
      return false;
    }
  }
  return true;
}

// Puts the work-group's best score and code into element 0 of both arrays.
static inline void join(local double *scores, local int *codes, const double score, const int code) {
  const int item = get_local_id(0);
  barrier(CLK_LOCAL_MEM_FENCE); // the last round's result has been read
  scores[item] = score;
  codes[item] = code;
  for (int width = WORK_ITEMS / 2; width > 0; width /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item < width && beats(scores[item + width], codes[item + width], scores[item], codes[item])) {
      scores[item] = scores[item + width];
      codes[item] = codes[item + width];
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}

// The place of a code in a tile of `codes`, in floats: octets lie in two halves.
static inline int place_of(const int codeOfTile) {
  return (codeOfTile & 4 ? CODE_TILE / 2 : 0) + codeOfTile / 8 * 4 + (codeOfTile & 3);
}

// A lower bound of the score of a point and a code: screen_tiled's, the same bits, whichever screen it was.
static inline float bound_of(
    const int depth, global const float *x, const float window, global const float *codes,
    global const float *terms, const int code) {
  const size_t tile = code / CODE_TILE;
  const int place = place_of(code % CODE_TILE);
  global const float *c = codes + tile * ((size_t)depth * CODE_TILE) + place;
  global const float *term = terms + tile * (2 * CODE_TILE) + place;
  float sum = fma(window, term[CODE_TILE], term[0]);
  for (int k = 0; k < depth; k++) {
    sum = fma(x[k * POINT_TILE], c[k * CODE_TILE], sum);
  }
  return sum;
}

// The first column of a point in tiles.
static inline global const float *point_of(
    const int depth, global const float *points, const int row) {
  return points + row / POINT_TILE * ((size_t)depth * POINT_TILE) + row % POINT_TILE;
}

// ids[row] = the best code of the octet octets[row] and the outliers, for each row of the list.
//   codeCount           K; codes from there on do not exist
//   outliers [outlierCount]   codes that are in no octet's bounds
// Any global size.
kernel __attribute__((reqd_work_group_size(WORK_ITEMS, 1, 1))) void resolve_octets(
    const int dim, const int depth, global const float *restrict rows, global const float *restrict codewords, global const double *restrict norms,
    global const float *restrict points, global const float *restrict windows, global const float *restrict codes,
    global const float *restrict terms, const int codeCount, global const int *restrict outliers,
    const int outlierCount, global const int *restrict octets, global const float *restrict limits,
    global const int *restrict list, global const int *restrict lengths, const int which, global int *restrict ids) {
  const int length = lengths[which];
  for (int i = get_global_id(0); i < length; i += get_global_size(0)) {
    const int row = list[i];
    global const float *x = rows + row * (size_t)dim;
    const int begin = octets[row] * 8;
    const int end = min(begin + 8, codeCount);
    double score = WORST;
    int best = NO_CODE;
    // One loop for both kinds of candidates: two would have float64 division inlined twice.
    for (int candidate = 0; candidate < 8 + outlierCount; candidate++) {
      const int code = candidate < 8 ? begin + candidate : outliers[candidate - 8];
      if (candidate < 8 &&
          (code >= end || !(bound_of(depth, point_of(depth, points, row), windows[row], codes, terms, code) <= limits[row]))) {
        continue;
      }
      const double s = definition(dim, x, codewords, norms, code);
      if (beats(s, code, score, best)) {
        score = s;
        best = code;
      }
    }
    ids[row] = best;
  }
}

// Into how many slices the codes of each row are cut: one where there are as many rows as work-groups, else so many that
// every work-group has some.
static inline int slices_of(const int groups, const int length, const int codeCount) {
  const int mostSlices = (codeCount + WORK_ITEMS - 1) / WORK_ITEMS;
  return max(1, min(groups / max(1, length), mostSlices));
}

// ids[row] = the best code of all, or -1 for a row that holds a NaN or an infinity, for each row of the list. Codes
// whose bound is above the row's limit are passed over.
//   codeCount, outliers  as above, of this part
//   resume    0: begins anew; 1: goes on from what the parts before left in ids and scores
//   kept      whether `scores` is there
//   scores    [count] float64, where `kept` is not 0: the scores of ids so far, for the next part; any buffer else
//   sliceScores, sliceCodes   [work-groups], written where there are fewer rows than work-groups: then ids and scores are
//             left to join_slices
// Global size: any number of work-groups. Of few rows each is shared by several work-groups, each of which takes every
// so-many-th WORK_ITEMS of the codes: a chunk of a stream leaves some twenty rows, and one work-group a row took an H200
// longer for them than the screen took for all the others.
kernel __attribute__((reqd_work_group_size(WORK_ITEMS, 1, 1))) void resolve_rows(
    const int dim, const int depth, global const float *restrict rows, global const float *restrict codewords,
    global const double *restrict norms, global const float *restrict points, global const float *restrict windows,
    global const float *restrict codes, global const float *restrict terms, const int codeCount,
    global const int *restrict outliers, const int outlierCount, global const float *restrict limits,
    global const int *restrict list, global const int *restrict lengths, const int which, const int code0,
    const int resume, const int kept, global double *restrict scores, global int *restrict ids,
    global double *restrict sliceScores, global int *restrict sliceCodes) {
  local double itemScores[WORK_ITEMS];
  local int itemCodes[WORK_ITEMS];
  const int item = get_local_id(0);
  const int length = lengths[which];
  const int slices = slices_of(get_num_groups(0), length, codeCount);
  for (int task = get_group_id(0); task < length * slices; task += get_num_groups(0)) {
    const int row = list[task / slices];
    const int first = task % slices * WORK_ITEMS + item;
    global const float *x = rows + row * (size_t)dim;
    const float limit = limits[row];
    double score = WORST;
    int best = NO_CODE;
    if (first == 0 && resume && ids[row] >= 0) {
      score = scores[row];
      best = ids[row];
    }
    if (!isinf(limit)) {
      for (int o = first; o < outlierCount; o += slices * WORK_ITEMS) {
        const int code = outliers[o];
        const double s = definition(dim, x, codewords, norms, code);
        if (beats(s, code0 + code, score, best)) {
          score = s;
          best = code0 + code;
        }
      }
    }
    if (!isinf(limit) || is_finite(dim, x)) {
      for (int code = first; code < codeCount; code += slices * WORK_ITEMS) {
        if (isinf(limit) || bound_of(depth, point_of(depth, points, row), windows[row], codes, terms, code) <= limit) {
          const double s = definition(dim, x, codewords, norms, code);
          if (beats(s, code0 + code, score, best)) {
            score = s;
            best = code0 + code;
          }
        }
      }
    }
    join(itemScores, itemCodes, score, best);
    if (item == 0 && slices > 1) {
      sliceScores[task] = itemScores[0];
      sliceCodes[task] = itemCodes[0];
    } else if (item == 0) {
      ids[row] = itemCodes[0] == NO_CODE ? -1 : itemCodes[0];
      if (kept) {
        scores[row] = itemScores[0];
      }
    }
  }
}

// ids[row], and scores[row] where `kept` is not 0, from the slices of each row, where resolve_rows made several: the same
// whichever work-group came first, as equal scores go to the lower code.
//   groups   work-groups of resolve_rows; the others as there
// Global size: any number of work-groups; each takes every get_num_groups(0)-th row of the list.
kernel __attribute__((reqd_work_group_size(WORK_ITEMS, 1, 1))) void join_slices(
    const int groups, const int codeCount, global const int *restrict list, global const int *restrict lengths,
    const int which, const int kept, global const double *restrict sliceScores, global const int *restrict sliceCodes,
    global double *restrict scores, global int *restrict ids) {
  local double itemScores[WORK_ITEMS];
  local int itemCodes[WORK_ITEMS];
  const int item = get_local_id(0);
  const int length = lengths[which];
  const int slices = slices_of(groups, length, codeCount);
  for (int i = get_group_id(0); slices > 1 && i < length; i += get_num_groups(0)) {
    double score = WORST;
    int best = NO_CODE;
    for (int slice = item; slice < slices; slice += WORK_ITEMS) {
      const int task = i * slices + slice;
      if (beats(sliceScores[task], sliceCodes[task], score, best)) {
        score = sliceScores[task];
        best = sliceCodes[task];
      }
    }
    join(itemScores, itemCodes, score, best);
    if (item == 0) {
      const int row = list[i];
      ids[row] = itemCodes[0] == NO_CODE ? -1 : itemCodes[0];
      if (kept) {
        scores[row] = itemScores[0];
      }
    }
  }
}

// For each row the `neighbours` best codes of its range, best first; -1 where there are no more, or where the row holds
// a NaN or an infinity.
//   count       rows
//   codeCount, code0   the codes of this part: the best of them alone are written
//   ranges      [count] low (inclusive) and high (exclusive), whole codes, where `ranged` is not 0; any buffer else, and all codes
//   scratch     [work-groups][span] float64, where neighbours > 1 (any buffer else); span >= the widest range
//   ids         [count x neighbours], written
//   distances   [count x neighbours] float64, where `reported` is not 0, written with the scores, NaN where the id is
//               -1; any buffer else
// Global size: any number of work-groups; each takes every get_num_groups(0)-th row. A work-item keeps to its own codes,
// so that it finds in scratch what it wrote itself; each neighbour takes one more walk over them.
kernel __attribute__((reqd_work_group_size(WORK_ITEMS, 1, 1))) void search_rows(
    const int dim, global const float *restrict rows, global const float *restrict codewords, global const double *restrict norms,
    const int count, const int codeCount, const int code0, const int ranged, global const int2 *restrict ranges, const int neighbours,
    global double *restrict scratch, const int span, global int *restrict ids, const int reported,
    global double *restrict distances) {
  local double scores[WORK_ITEMS];
  local int bests[WORK_ITEMS];
  const int item = get_local_id(0);
  scratch += get_group_id(0) * (size_t)span;
  for (int row = get_group_id(0); row < count; row += get_num_groups(0)) {
    global const float *x = rows + row * (size_t)dim;
    const int low = ranged ? max(ranges[row].x - code0, 0) : 0;
    const int high = is_finite(dim, x) ? (ranged ? min(ranges[row].y - code0, codeCount) : codeCount) : low;
    double score = WORST;
    int best = NO_CODE;
    for (int code = low + item; code < high; code += WORK_ITEMS) {
      const double s = definition(dim, x, codewords, norms, code);
      if (neighbours > 1) {
        scratch[code - low] = s;
      }
      if (beats(s, code, score, best)) {
        score = s;
        best = code;
      }
    }
    for (int neighbour = 0; neighbour < neighbours; neighbour++) {
      join(scores, bests, score, best);
      const double lastScore = scores[0];
      const int last = bests[0];
      if (item == 0) {
        const size_t place = row * (size_t)neighbours + neighbour;
        ids[place] = last == NO_CODE ? -1 : code0 + last;
        if (reported) {
          distances[place] = last == NO_CODE ? NAN : lastScore;
        }
      }
      score = WORST;
      best = NO_CODE;
      if (neighbour + 1 < neighbours) {
        for (int code = low + item; code < high; code += WORK_ITEMS) {
          const double s = scratch[code - low];
          if (beats(lastScore, last, s, code) && beats(s, code, score, best)) {
            score = s;
            best = code;
          }
        }
      }
    }
  }
}

// distances[i] = the score of row i / neighbours and code ids[i]; NaN where the id is negative.
//   pairs     count x neighbours
// Any global size.
kernel __attribute__((reqd_work_group_size(WORK_ITEMS, 1, 1))) void score(
    const int dim, global const float *restrict rows, global const float *restrict codewords, global const double *restrict norms,
    const ulong pairs, const int neighbours, global const int *restrict ids, global double *restrict distances) {
  for (size_t i = get_global_id(0); i < pairs; i += get_global_size(0)) {
    const int id = ids[i];
    distances[i] = id < 0 ? NAN : definition(dim, rows + i / neighbours * dim, codewords, norms, id);
  }
}
