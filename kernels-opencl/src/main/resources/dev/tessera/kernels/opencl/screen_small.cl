// For each point the least lower bounds of its scores, over all codewords, in float32, for up to 8 columns: what
// screen_tiled computes, from the same data, but for the windows: an octet has one, its codes' widest.
//
//   bound(i, j) = (constant_j + sum_k X_ik c_jk) + window_i min(w of the octet)
//
// screen_tiled's header says why this would be a lower bound with w_j, what octets are, and what best, second and octets
// hold. It is one all the more with the least w of the octet (all are at most 0), and the window as the last step of the
// chain instead of the first is one of as many steps, each rounded once. As rounding is monotonic, it is enough to take
// that step once for the least sum of the octet: a step less for each point and code, 11 % of the instructions.
//
// Constants (-D)
//   DEPTH       columns, 1 to 8, no padding; a constant here, so that a point's columns are registers
//   POINTS      points of a work-item
//   POINT_TILE  rows of a tile of points
//   CODE_TILE   codes at a time, a multiple of 8
//   WORK_ITEMS  work-items of a work-group, any number from 1
//
// Data: as for screen_tiled, without depth, and
//   places   point tiles x POINT_TILE
//
// Global size: (places / POINTS / WORK_ITEMS rounded up, x WORK_ITEMS; parts).
//
// Tile. With so few columns a register block of 8 x 8 would load as much as it computes. Here a work-item keeps POINTS
// whole points in registers, neighbours taking neighbouring points, and all of a work-group read the same codeword
// from local memory at the same time, which is a broadcast: 16 bytes, the same column of four codes, serve 4 x POINTS
// fused steps. Per point and code that is DEPTH fused steps and one minimum; window, best, second and octet are brought
// up to date once an octet. What bounds it is the rate at which instructions are issued: for DEPTH = 4, POINTS = 8 it is
// 6 a point and code, of which 4.1 are fused multiply-adds and 1.3 minima and maxima.
//
// Local memory: (DEPTH + 1) CODE_TILE + CODE_TILE / 8 floats: 2.6 KiB for 4 columns and 128 codes.
#pragma OPENCL FP_CONTRACT OFF

#define NOBODY 1e30f
#define ITEMS_X (CODE_TILE / 8)
#define CODE_QUADS (CODE_TILE / 4)

kernel __attribute__((reqd_work_group_size(WORK_ITEMS, 1, 1))) void screen_small(
    global const float *restrict points, global const float *restrict windows, global const float *restrict codes,
    global const float *restrict terms, const int tiles, const int octet0, const int resume,
    global float *restrict best, global float *restrict second, global int *restrict octets, const int places) {
  local float4 stage[(1 + DEPTH) * CODE_QUADS]; // constants, columns
  local float widths[ITEMS_X];                  // the least w of each octet
  const int run = (tiles + (int)get_num_groups(1) - 1) / (int)get_num_groups(1);
  const int begin = min(tiles, run * (int)get_group_id(1));
  const int end = min(tiles, begin + run);
  const size_t state0 = get_group_id(1) * (size_t)places;

  float x[POINTS][DEPTH];
  float window[POINTS];
  float least1[POINTS];
  float least2[POINTS];
  int octet[POINTS];
#pragma unroll
  for (int i = 0; i < POINTS; i++) {
    const size_t point = (get_group_id(0) * POINTS + i) * WORK_ITEMS + get_local_id(0);
    const bool there = point < (size_t)places;
    window[i] = there ? windows[point] : 0.0f;
#pragma unroll
    for (int k = 0; k < DEPTH; k++) {
      x[i][k] = there ? points[(point / POINT_TILE * DEPTH + k) * POINT_TILE + point % POINT_TILE] : 0.0f;
    }
    least1[i] = there && resume ? best[state0 + point] : NOBODY;
    least2[i] = there && resume ? second[state0 + point] : NOBODY;
    octet[i] = there && resume ? octets[state0 + point] : octet0;
  }

  for (int tile = begin; tile < end; tile++) {
    barrier(CLK_LOCAL_MEM_FENCE);
    global const float *term = terms + tile * (size_t)(2 * CODE_TILE);
    global const float *columns = codes + tile * (size_t)(DEPTH * CODE_TILE);
    for (int i = get_local_id(0); i < (1 + DEPTH) * CODE_TILE; i += WORK_ITEMS) {
      ((local float *)stage)[i] = i < CODE_TILE ? term[i] : columns[i - CODE_TILE];
    }
    for (int o = get_local_id(0); o < ITEMS_X; o += WORK_ITEMS) {
      const float4 w = fmin(vload4(CODE_QUADS + o, term), vload4(CODE_QUADS + CODE_QUADS / 2 + o, term));
      widths[o] = fmin(fmin(w.s0, w.s1), fmin(w.s2, w.s3));
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int o = 0; o < ITEMS_X; o++) {
      float bound[POINTS];
#pragma unroll
      for (int quad = 0; quad < 2; quad++) {
        local const float4 *code = stage + quad * (CODE_QUADS / 2) + o;
        const float4 start = code[0];
        float4 c[DEPTH];
#pragma unroll
        for (int k = 0; k < DEPTH; k++) {
          c[k] = code[(1 + k) * CODE_QUADS];
        }
#pragma unroll
        for (int i = 0; i < POINTS; i++) {
          float4 sum = start;
#pragma unroll
          for (int k = 0; k < DEPTH; k++) {
            sum = fma((float4)(x[i][k]), c[k], sum);
          }
          const float least = fmin(fmin(sum.s0, sum.s1), fmin(sum.s2, sum.s3));
          bound[i] = quad == 0 ? least : fmin(bound[i], least);
        }
      }
      const float width = widths[o];
#pragma unroll
      for (int i = 0; i < POINTS; i++) {
        bound[i] = fma(window[i], width, bound[i]);
        least2[i] = fmin(least2[i], fmax(least1[i], bound[i]));
        octet[i] = bound[i] < least1[i] ? octet0 + tile * ITEMS_X + o : octet[i];
        least1[i] = fmin(least1[i], bound[i]);
      }
    }
  }

#pragma unroll
  for (int i = 0; i < POINTS; i++) {
    const size_t point = (get_group_id(0) * POINTS + i) * WORK_ITEMS + get_local_id(0);
    if (point < (size_t)places) {
      best[state0 + point] = least1[i];
      second[state0 + point] = least2[i];
      octets[state0 + point] = octet[i];
    }
  }
}
