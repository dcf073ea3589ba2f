// Means of clusters in a fixed order, the same bits on every device (dev.tessera.vq.CentroidSums): a cluster's members
// by ascending row, acc = acc + x in float32, in segments of exactly 512 members whose sums are added in order, then one
// correctly rounded division by the number of members.
//
// First a counting sort that keeps the rows of a cluster in ascending order, without atomics, so that nothing depends
// on who comes first: the rows are cut into blocks, a work-item counts its block's members of each cluster in a column
// of its own, a running sum over [cluster][block] turns counts into places, and the same work-item then puts its rows
// there.
//
//   count_members      counts[cluster][block]
//   sum_pieces, start_pieces   running sum, in pieces of PIECE words: see there
//   place_members      members
//   count_segments     segments of each cluster (a running sum over them gives segmentBegins)
//   sum_segments       partials[segment][column]
//   join_segments      means[cluster][column]
//
// Constants (-D)
//   DIVIDE_IN_DOUBLE  0: `/` of this build is correctly rounded (-cl-fp32-correctly-rounded-divide-sqrt);
//                     1: it may not be, divide in float64 (cl_khr_fp64): see `divided`
//
// Data
//   ids            [rows] the cluster of each row
//   counts         [clusters x blocks], zero before count_members; block b holds rows b blockRows to (b + 1) blockRows
//   members        [rows] rows, cluster by cluster, ascending within each
//   segmentBegins  [clusters + 1]: the first segment of each cluster
//   vectors        [rows x dim] float32, row-major, packed
//
// All kernels take any global size and work-group size: a work-item takes every get_global_size(0)-th task.
#pragma OPENCL FP_CONTRACT OFF
#if DIVIDE_IN_DOUBLE
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif

#if DIVIDE_IN_DOUBLE
// sum / count, correctly rounded, for a `count` of at least 1 and a `positive` that is at least 0.
//
// A float64 quotient of two float32, rounded to float32, is the correctly rounded quotient, as 53 >= 2 x 24 + 2. That is
// why LLVM may write (float)((double)sum / (double)count) as sum / count, and does; the division of float32 that this
// leaves need be right to 2.5 ulp alone, and on NVIDIA's GPUs it was. So the dividend is multiplied by 1 as float64: exact
// for every sum, signed zeros, infinities and NaN included, but the compiler cannot know that the factor is 1, so that
// to it the dividend is no float32 and the quotient is one of float64.
static inline float divided(const float sum, const float count, const int positive) {
  const double one = as_double(0x3ff0000000000000UL | ((ulong)(uint)positive & 0x80000000UL));
  return (float)((double)sum * one / (double)count);
}
#endif

#define SEGMENT 512
#define PIECE 256

// counts[cluster][block]: how many rows of a block belong to a cluster.
kernel void count_members(
    global const int *restrict ids, const uint rows, const uint blockRows, const uint blocks,
    global uint *restrict counts) {
  for (uint block = get_global_id(0); block < blocks; block += get_global_size(0)) {
    const uint end = (uint)min((ulong)rows, (block + 1) * (ulong)blockRows);
    for (uint row = block * blockRows; row < end; row++) {
      counts[ids[row] * (size_t)blocks + block]++;
    }
  }
}

// A running sum over words[count], each word becoming the sum of those before it: sum_pieces gives the sum of each
// piece of PIECE words; the running sum over these (by the same two kernels, until one piece is left) is where
// start_pieces lets each piece begin. One piece alone begins at 0: a starts of one zero.
kernel void sum_pieces(global const uint *restrict words, const ulong count, global uint *restrict sums) {
  for (size_t piece = get_global_id(0); piece * PIECE < count; piece += get_global_size(0)) {
    const size_t end = min((size_t)count, (piece + 1) * PIECE);
    uint sum = 0;
    for (size_t i = piece * PIECE; i < end; i++) {
      sum += words[i];
    }
    sums[piece] = sum;
  }
}

kernel void start_pieces(global uint *restrict words, const ulong count, global const uint *restrict starts) {
  for (size_t piece = get_global_id(0); piece * PIECE < count; piece += get_global_size(0)) {
    const size_t end = min((size_t)count, (piece + 1) * PIECE);
    uint sum = starts[piece];
    for (size_t i = piece * PIECE; i < end; i++) {
      const uint word = words[i];
      words[i] = sum;
      sum += word;
    }
  }
}

// begins[cluster] = where a cluster's members begin, begins[clusters] = rows; to be called before place_members, which
// moves the places on.
kernel void cluster_begins(
    global const uint *restrict places, const uint blocks, const uint clusters, const uint rows,
    global uint *restrict begins) {
  for (uint cluster = get_global_id(0); cluster <= clusters; cluster += get_global_size(0)) {
    begins[cluster] = cluster < clusters ? places[cluster * (size_t)blocks] : rows;
  }
}

// Puts each block's rows, ascending, into its places of their clusters.
//   places   [clusters x blocks] the running sum of counts; overwritten
kernel void place_members(
    global const int *restrict ids, const uint rows, const uint blockRows, const uint blocks,
    global uint *restrict places, global uint *restrict members) {
  for (uint block = get_global_id(0); block < blocks; block += get_global_size(0)) {
    const uint end = (uint)min((ulong)rows, (block + 1) * (ulong)blockRows);
    for (uint row = block * blockRows; row < end; row++) {
      const size_t place = ids[row] * (size_t)blocks + block;
      members[places[place]] = row;
      places[place]++;
    }
  }
}

// segments[cluster] = how many segments a cluster has, 0 at [clusters]: a running sum over these clusters + 1 words
// gives segmentBegins.
kernel void count_segments(
    global const uint *restrict begins, const uint clusters, global uint *restrict segments) {
  for (uint cluster = get_global_id(0); cluster <= clusters; cluster += get_global_size(0)) {
    segments[cluster] =
        cluster < clusters ? (begins[cluster + 1] - begins[cluster] + (SEGMENT - 1)) / SEGMENT : 0;
  }
}

// partials[segment][column] = the sum of a segment's members. Neighbouring work-items take neighbouring columns, so that
// a member's row is read as one piece.
//   partials   [segmentBegins[clusters] x dim], written
kernel void sum_segments(
    const int dim, global const float *restrict vectors, global const uint *restrict members, global const uint *restrict begins,
    global const uint *restrict segmentBegins, const uint clusters, global float *restrict partials) {
  const size_t tasks = segmentBegins[clusters] * (size_t)dim;
  for (size_t task = get_global_id(0); task < tasks; task += get_global_size(0)) {
    const uint segment = task / dim;
    const uint column = task % dim;
    uint cluster = 0; // the last that begins at or before the segment
    uint above = clusters;
    while (above - cluster > 1) {
      const uint middle = cluster + (above - cluster) / 2;
      if (segmentBegins[middle] <= segment) {
        cluster = middle;
      } else {
        above = middle;
      }
    }
    const uint begin = begins[cluster] + (segment - segmentBegins[cluster]) * SEGMENT;
    const uint end = min(begin + SEGMENT, begins[cluster + 1]);
    float sum = 0.0f;
#pragma unroll 8
    for (uint member = begin; member < end; member++) {
      sum += vectors[members[member] * (size_t)dim + column];
    }
    partials[task] = sum;
  }
}

// means[cluster][column]: the partial sums added in order, divided by the number of members; 0 for an empty cluster.
kernel void join_segments(
    const int dim, global const float *restrict partials, global const uint *restrict begins,
    global const uint *restrict segmentBegins, const uint clusters, global float *restrict means) {
  const size_t tasks = clusters * (size_t)dim;
  for (size_t task = get_global_id(0); task < tasks; task += get_global_size(0)) {
    const uint cluster = task / dim;
    const uint column = task % dim;
    float total = 0.0f;
    for (uint segment = segmentBegins[cluster]; segment < segmentBegins[cluster + 1]; segment++) {
      total += partials[segment * (size_t)dim + column];
    }
    const float members = (float)(begins[cluster + 1] - begins[cluster]);
#if DIVIDE_IN_DOUBLE
    const float mean = divided(total, members, dim);
#else
    const float mean = total / members;
#endif
    means[task] = members > 0.0f ? mean : 0.0f;
  }
}

// *changed += the number of rows whose id differs; the ids become the previous ones.
//   changed   one word, zero before
kernel void count_changed(
    global const int *restrict ids, const uint rows, global int *restrict previous, global uint *restrict changed) {
  uint sum = 0;
  for (uint row = get_global_id(0); row < rows; row += get_global_size(0)) {
    sum += ids[row] != previous[row] ? 1 : 0;
    previous[row] = ids[row];
  }
  if (sum > 0) {
    atomic_add(changed, sum);
  }
}
