// For each point the least lower bounds of its scores, over all codewords, in float32, without local memory or
// barriers: what screen_tiled computes, from the same data, with the same result to the bit, on devices whose
// work-groups are small or whose local memory is a piece of ordinary memory (processors).
//
//   bound(i, j) = constant_j + window_i w_j + sum_k X_ik c_jk
//
// screen_tiled's header says why this is a lower bound, what octets are, and what best, second and octets hold.
//
// Constants (-D)
//   POINT_TILE  rows of a tile of points, a multiple of 8
//   CODE_TILE   codes of a tile, 8: then the codes of an octet lie side by side
//   WORK_ITEMS  work-items of a work-group, any number from 1: no two of them have to do with each other
//
// Data: as for screen_tiled, and
//   places   point tiles x POINT_TILE
//
// Global size: (places / 8 / WORK_ITEMS rounded up, x WORK_ITEMS; parts).
//
// Tile. A work-item computes 8 points x 8 codes in eight vectors of eight sums, which is what a processor's vector
// registers hold; the points' columns stay in the first cache, the codes stream through once for every 8 points.
#pragma OPENCL FP_CONTRACT OFF

#define NOBODY 1e30f
#if CODE_TILE != 8
#error screen_plain wants CODE_TILE = 8
#endif

static inline float least(const float8 v) {
  return fmin(fmin(fmin(v.s0, v.s1), fmin(v.s2, v.s3)), fmin(fmin(v.s4, v.s5), fmin(v.s6, v.s7)));
}

kernel __attribute__((reqd_work_group_size(WORK_ITEMS, 1, 1))) void screen_plain(
    const int depth, global const float *restrict points, global const float *restrict windows,
    global const float *restrict codes, global const float *restrict terms, const int tiles, const int octet0,
    const int resume, global float *restrict best, global float *restrict second, global int *restrict octets, const int places) {
  const size_t point0 = get_global_id(0) * 8;
  if (point0 >= (size_t)places) {
    return;
  }
  const int run = (tiles + (int)get_num_groups(1) - 1) / (int)get_num_groups(1);
  const int begin = min(tiles, run * (int)get_group_id(1));
  const int end = min(tiles, begin + run);
  const size_t state0 = get_group_id(1) * (size_t)places + point0;
  points += point0 / POINT_TILE * ((size_t)depth * POINT_TILE) + point0 % POINT_TILE;

  float8 least1 = NOBODY;
  float8 least2 = NOBODY;
  int8 octet = octet0;
  if (resume) {
    least1 = vload8(0, best + state0);
    least2 = vload8(0, second + state0);
    octet = vload8(0, octets + state0);
  }
  const float8 window = vload8(0, windows + point0);

  for (int tile = begin; tile < end; tile++) {
    global const float *code = codes + tile * (size_t)depth * 8;
    const float8 start = vload8(tile * (size_t)2, terms);
    const float8 w = vload8(tile * (size_t)2 + 1, terms);
    float8 sum0 = fma((float8)(window.s0), w, start);
    float8 sum1 = fma((float8)(window.s1), w, start);
    float8 sum2 = fma((float8)(window.s2), w, start);
    float8 sum3 = fma((float8)(window.s3), w, start);
    float8 sum4 = fma((float8)(window.s4), w, start);
    float8 sum5 = fma((float8)(window.s5), w, start);
    float8 sum6 = fma((float8)(window.s6), w, start);
    float8 sum7 = fma((float8)(window.s7), w, start);
    for (int k = 0; k < depth; k++) {
      const float8 c = vload8(k, code);
      const float8 x = vload8(0, points + k * POINT_TILE);
      sum0 = fma((float8)(x.s0), c, sum0);
      sum1 = fma((float8)(x.s1), c, sum1);
      sum2 = fma((float8)(x.s2), c, sum2);
      sum3 = fma((float8)(x.s3), c, sum3);
      sum4 = fma((float8)(x.s4), c, sum4);
      sum5 = fma((float8)(x.s5), c, sum5);
      sum6 = fma((float8)(x.s6), c, sum6);
      sum7 = fma((float8)(x.s7), c, sum7);
    }
    const float8 bound = (float8)(least(sum0), least(sum1), least(sum2), least(sum3), least(sum4), least(sum5),
                                  least(sum6), least(sum7));
    least2 = fmin(least2, fmax(least1, bound));
    octet = select(octet, (int8)(octet0 + tile), bound < least1);
    least1 = fmin(least1, bound);
  }
  vstore8(least1, 0, best + state0);
  vstore8(least2, 0, second + state0);
  vstore8(octet, 0, octets + state0);
}
