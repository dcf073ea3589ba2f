// Hop aggregation: each row of a graph in compressed sparse rows becomes the sum, the mean or the maximum of its
// neighbours' features, in the order that all backends share (dev.tessera.kernel.HopOperand.Aggregation), so that the
// bits are the same on every device.
//
// The host cuts the rows into tasks of at most 512 edges: a row of no more is one task and is written at once; a longer
// one is cut into segments of exactly 512, whose results go to `partials`, and a join takes these in order. So a row of
// ten million edges keeps the device as busy as ten million short ones, and nothing depends on who comes first.
//
//   sum_tasks, max_tasks     a task's edges in order
//   join_sums, join_maxima   the segments of the long rows
//
// A task is worked on by `lanes` neighbouring work-items, each with one vector of columns: neighbours read neighbouring
// addresses, and a row's columns are read as one piece. Four neighbours' rows are on their way at a time; a row kept in
// local memory has brought nothing on any GPU of the last years (GE-SpMM), so there is neither local memory nor a
// barrier. More columns than `lanes` vectors are further panels, the second dimension of the launch.
//
// Constants (-D)
//   WIDTH             floats of a vector: 4, or 1 where padding the columns to 4 would cost too much
//   MESSAGES          1: an edge adds a row of `table` to the features that travel over it; 0: it does not, and the
//                     arguments table, ofKinds, kinds and rectified are not looked at
//   MEAN              1: sums are divided by the number of edges. No argument: division in float64 takes 12 registers
//                     (44 on sm_90 where sums take 32), and who gathers wants as many work-items as there can be
//   DIVIDE_IN_DOUBLE  with MEAN. 0: `/` of this build is correctly rounded (-cl-fp32-correctly-rounded-divide-sqrt);
//                     1: it may not be, divide in float64 (cl_khr_fp64), as centroids.cl does and explains
//
// Data
//   features    [nodes x vectors], the columns of one slab, padded with zeros to whole vectors
//   begins      [tasks + 1] where each task's edges begin; it ends where the next one begins
//   targets     [tasks] the row that the task writes, or -1 - s for segment s of `partials`
//   columns     [edges] neighbours
//   weights     [edges] looked at where `weighted` is 1, else every weight is 1
//   table       [kinds x vectors], columns as in features
//   kinds       [edges] rows of the table, looked at where `ofKinds` is 1, else an edge's row is its own place
//   aggregated  [nodes x vectors], written
//   partials    [segments of long rows x vectors]
//   longRows    [long rows] ascending
//   segments    [long rows + 1] where each long row's segments begin in partials
//   counts      [long rows] their edges, as float32
#pragma OPENCL FP_CONTRACT OFF
#if DIVIDE_IN_DOUBLE
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif

#if WIDTH == 4
typedef float4 floats;
#else
typedef float floats;
#endif

// What travels over an edge in one vector of columns.
static inline floats message(
    const ulong edge, const int vectors, const int vector, global const floats *features, global const int *columns,
    global const floats *table, const int ofKinds, global const int *kinds, const int rectified) {
  floats m = features[columns[edge] * (size_t)vectors + vector];
#if MESSAGES
  const size_t kind = ofKinds ? (size_t)kinds[edge] : (size_t)edge;
  m += table[kind * vectors + vector];
  if (rectified) {
    m = select(m, (floats)(0.0f), islessequal(m, (floats)(0.0f)));
  }
#endif
  return m;
}

#if MEAN
// sum / edges, correctly rounded, for a `positive` that is at least 0: the compiler cannot know that `one` is 1.
static inline floats divided(const floats sum, const float edges, const int positive) {
#if DIVIDE_IN_DOUBLE
  const double one = as_double(0x3ff0000000000000UL | ((ulong)(uint)positive & 0x80000000UL));
#if WIDTH == 4
  return convert_float4(convert_double4(sum) * (double4)(one) / (double4)((double)edges));
#else
  return (float)((double)sum * one / (double)edges);
#endif
#else
  return sum / (floats)(edges);
#endif
}
#endif

// The greater, by the rule that a NaN stays and of equals the first.
static inline floats greater(const floats most, const floats m) {
  return select(most, m, isgreater(m, most) | isnan(m));
}

// Sums of tasks firstTask to firstTask + tasks - 1; with MEAN, means of those that are whole rows.
//   global size   (at least tasks x lanes, in work-groups of any size; panels)
kernel void sum_tasks(
    const int lanes, const int vectors, global const floats *restrict features, global const ulong *restrict begins,
    global const int *restrict targets, global const int *restrict columns, const int weighted,
    global const float *restrict weights, global const floats *restrict table, const int ofKinds,
    global const int *restrict kinds, const int rectified, const ulong firstTask, const uint tasks,
    global floats *restrict aggregated, global floats *restrict partials) {
  const uint place = get_global_id(0) / lanes;
  const int vector = get_global_id(1) * lanes + get_global_id(0) % lanes;
  if (place >= tasks || vector >= vectors) {
    return;
  }
  const ulong begin = begins[firstTask + place];
  const ulong end = begins[firstTask + place + 1];
  floats sum = (floats)(0.0f);
  ulong edge = begin;
  for (; edge + 4 <= end; edge += 4) {
    const floats m0 = message(edge, vectors, vector, features, columns, table, ofKinds, kinds, rectified);
    const floats m1 = message(edge + 1, vectors, vector, features, columns, table, ofKinds, kinds, rectified);
    const floats m2 = message(edge + 2, vectors, vector, features, columns, table, ofKinds, kinds, rectified);
    const floats m3 = message(edge + 3, vectors, vector, features, columns, table, ofKinds, kinds, rectified);
    const float w0 = weighted ? weights[edge] : 1.0f;
    const float w1 = weighted ? weights[edge + 1] : 1.0f;
    const float w2 = weighted ? weights[edge + 2] : 1.0f;
    const float w3 = weighted ? weights[edge + 3] : 1.0f;
    sum = fma((floats)(w0), m0, sum);
    sum = fma((floats)(w1), m1, sum);
    sum = fma((floats)(w2), m2, sum);
    sum = fma((floats)(w3), m3, sum);
  }
  for (; edge < end; edge++) {
    const floats m = message(edge, vectors, vector, features, columns, table, ofKinds, kinds, rectified);
    const float w = weighted ? weights[edge] : 1.0f;
    sum = fma((floats)(w), m, sum);
  }
  const int target = targets[firstTask + place];
  if (target < 0) {
    partials[(-1 - target) * (size_t)vectors + vector] = sum;
  } else {
#if MEAN
    if (begin < end) {
      sum = divided(sum, (float)(end - begin), vectors);
    }
#endif
    aggregated[target * (size_t)vectors + vector] = sum;
  }
}

// Maxima of tasks; otherwise as sum_tasks.
kernel void max_tasks(
    const int lanes, const int vectors, global const floats *restrict features, global const ulong *restrict begins,
    global const int *restrict targets, global const int *restrict columns, const int weighted,
    global const float *restrict weights, global const floats *restrict table, const int ofKinds,
    global const int *restrict kinds, const int rectified, const ulong firstTask, const uint tasks,
    global floats *restrict aggregated, global floats *restrict partials) {
  const uint place = get_global_id(0) / lanes;
  const int vector = get_global_id(1) * lanes + get_global_id(0) % lanes;
  if (place >= tasks || vector >= vectors) {
    return;
  }
  const ulong begin = begins[firstTask + place];
  const ulong end = begins[firstTask + place + 1];
  floats most = (floats)(0.0f);
  ulong edge = begin;
  if (edge < end) {
    most = message(edge, vectors, vector, features, columns, table, ofKinds, kinds, rectified);
    most *= weighted ? weights[edge] : 1.0f;
    edge++;
  }
  for (; edge + 4 <= end; edge += 4) {
    const floats m0 = message(edge, vectors, vector, features, columns, table, ofKinds, kinds, rectified);
    const floats m1 = message(edge + 1, vectors, vector, features, columns, table, ofKinds, kinds, rectified);
    const floats m2 = message(edge + 2, vectors, vector, features, columns, table, ofKinds, kinds, rectified);
    const floats m3 = message(edge + 3, vectors, vector, features, columns, table, ofKinds, kinds, rectified);
    const float w0 = weighted ? weights[edge] : 1.0f;
    const float w1 = weighted ? weights[edge + 1] : 1.0f;
    const float w2 = weighted ? weights[edge + 2] : 1.0f;
    const float w3 = weighted ? weights[edge + 3] : 1.0f;
    most = greater(most, w0 * m0);
    most = greater(most, w1 * m1);
    most = greater(most, w2 * m2);
    most = greater(most, w3 * m3);
  }
  for (; edge < end; edge++) {
    const floats m = message(edge, vectors, vector, features, columns, table, ofKinds, kinds, rectified);
    const float w = weighted ? weights[edge] : 1.0f;
    most = greater(most, w * m);
  }
  const int target = targets[firstTask + place];
  if (target < 0) {
    partials[(-1 - target) * (size_t)vectors + vector] = most;
  } else {
    aggregated[target * (size_t)vectors + vector] = most;
  }
}

// Long rows firstRow to firstRow + rows - 1 (places in longRows): the segments' sums added in order; with MEAN, divided
// by the row's edges. Any global size and work-group size: a work-item takes every get_global_size(0)-th task.
kernel void join_sums(
    const int vectors, global const int *restrict longRows, global const int *restrict segments,
    global const float *restrict counts, const int firstRow, const int rows,
    global const floats *restrict partials, global floats *restrict aggregated) {
  for (size_t task = get_global_id(0); task < rows * (size_t)vectors; task += get_global_size(0)) {
    const int place = firstRow + (int)(task / vectors);
    const int vector = task % vectors;
    floats total = partials[segments[place] * (size_t)vectors + vector];
    for (int segment = segments[place] + 1; segment < segments[place + 1]; segment++) {
      total += partials[segment * (size_t)vectors + vector];
    }
#if MEAN
    total = divided(total, counts[place], vectors);
#endif
    aggregated[longRows[place] * (size_t)vectors + vector] = total;
  }
}

// Likewise, the greatest of the segments' maxima.
kernel void join_maxima(
    const int vectors, global const int *restrict longRows, global const int *restrict segments, const int firstRow,
    const int rows, global const floats *restrict partials, global floats *restrict aggregated) {
  for (size_t task = get_global_id(0); task < rows * (size_t)vectors; task += get_global_size(0)) {
    const int place = firstRow + (int)(task / vectors);
    const int vector = task % vectors;
    floats most = partials[segments[place] * (size_t)vectors + vector];
    for (int segment = segments[place] + 1; segment < segments[place + 1]; segment++) {
      most = greater(most, partials[segment * (size_t)vectors + vector]);
    }
    aggregated[longRows[place] * (size_t)vectors + vector] = most;
  }
}
