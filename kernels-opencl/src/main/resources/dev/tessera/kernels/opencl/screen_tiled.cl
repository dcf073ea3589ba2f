// For each point the least lower bounds of its scores, over all codewords, in float32: a matrix product whose
// elements never leave the registers.
//
//   bound(i, j) = constant_j + window_i w_j + sum_k X_ik c_jk        (c_j = -C_j, w_j = -epsilon |C_j|)
//
// Codes come in octets, eight in a row: octet o holds codes 8 o to 8 o + 7. Of each point the kernel keeps
//
//   best    the least bound of all
//   octet   the octet that it belongs to
//   second  the least bound of all other octets
//
// Only what can be told apart cheaply is kept: an octet instead of a code costs one comparison per eight codes, and
// `certify` looks into the one octet that matters.
//
// Why bound(i, j) <= score(i, j) = const_j - X_i.C_j, in exact arithmetic. Let u = 2^-24, g(n) = n u / (1 - n u). The
// chain has depth + 1 fused steps, each rounded once, so it errs by at most g(depth + 1) (|constant| + |X| |C|) and as
// much of the window, which is second order. X and C are off by u |X| and u |C| for being stored (by u omega more
// where points are normalised or moved far). The host therefore sets constant_j <= const_j - g(depth + 2) |const_j| and
// epsilon >= g(depth + 2) + 4 u, both 10 % larger, which covers the second order: the same proof as Screen's in
// kernels-simd, with the window as one more step of the chain instead of a bound of a projection's tail.
//
// Constants (-D)
//   CHUNK       columns in local memory at a time
//   POINT_TILE  points of a work-group, a multiple of 8
//   CODE_TILE   codes at a time, a multiple of 8
//
// Data
//   depth    columns, a multiple of CHUNK
//   points   [point tiles][depth][POINT_TILE], as `centre` writes them; 16-byte aligned
//   windows  [point tiles x POINT_TILE]
//   codes    [tiles][depth][CODE_TILE]: c, zeros in columns from the dimension on and where there is no codeword (or one too far
//            out for float32). Within a tile, octet o has its first four codes in places 4 o and on, its last four in
//            places CODE_TILE / 2 + 4 o and on: then work-items that read neighbouring octets, 16 bytes at a time, hit
//            all banks of local memory.
//   terms    [tiles][2][CODE_TILE]: the constants of a tile (NOBODY where there is no codeword), then its w
//   tiles    number of code tiles in `codes`
//   octet0   the octet that the first tile begins with: codebooks larger than the device's memory come in parts
//   resume   0: begins with NOBODY; else goes on from what best, second and octets hold
//   best, second, octets   [parts][point tiles x POINT_TILE]
//
// Work-group: POINT_TILE / 8 x CODE_TILE / 8 work-items. Global size: (point tiles x work-group, parts). The code tiles
// are cut into as many runs as there are parts, so that few points still fill a device; `certify` joins the parts.
//
// Tile. A work-item holds 8 x 8 sums: 64 fused steps for two times two 16-byte reads of local memory. The first step of
// a tile is constant + window w, which saves setting 64 sums to zero. Chunks are double-buffered: the next one travels
// from global memory into registers while this one is computed, then goes to the other half of the stage: one barrier a
// chunk. Points are read again for every tile of codes, but from the first cache. The octet of the best bound is kept
// in local memory and touched only when a tile improves on it: its 8 registers are worth more elsewhere.
//
// Compiled for sm_90 (clang 15 and ptxas 13; counted in the machine code, nothing has been timed): of the 1134
// instructions of the loop over a chunk of 16 columns 1024 are fused multiply-adds, 90 %, and a tile adds some 200, of
// which 64 are. It takes 165 registers: three work-groups of 128 work-items (64 x 128) fit a multiprocessor, but only
// one of 256 (128 x 128). Held to 128 registers (-cl-nv-maxrregcount) it spills some 100 bytes. Chunks of 8 make 88 %.
//
// Local memory: 2 CHUNK (POINT_TILE + CODE_TILE) floats, 4 CODE_TILE terms, POINT_TILE windows, and POINT_TILE x
// CODE_TILE / 8 octets: 30 KiB for 64 x 128 x 16, 42.5 for 128 x 128 x 16.
#pragma OPENCL FP_CONTRACT OFF

#define NOBODY 1e30f
#define ITEMS_X (CODE_TILE / 8)
#define ITEMS_Y (POINT_TILE / 8)
#define WORK_ITEMS (ITEMS_X * ITEMS_Y)
#if 2 * POINT_TILE * ITEMS_X > 2 * CHUNK * (POINT_TILE + CODE_TILE)
#error the stage is too small for what work-items put together at the end: CHUNK must be greater
#endif
#define POINT_QUADS (POINT_TILE / 4) // float4s of one column of a tile
#define CODE_QUADS (CODE_TILE / 4)
#define COPIES(quads) ((CHUNK * (quads) + WORK_ITEMS - 1) / WORK_ITEMS) // float4s that a work-item copies of a chunk
#define TERM_COPIES ((2 * CODE_TILE + WORK_ITEMS - 1) / WORK_ITEMS)

static inline float least(const float4 v, const float4 w) {
  const float4 less = fmin(v, w);
  return fmin(fmin(less.s0, less.s1), fmin(less.s2, less.s3));
}

kernel __attribute__((reqd_work_group_size(WORK_ITEMS, 1, 1))) void screen_tiled(
    const int depth, global const float4 *restrict points, global const float *restrict windows,
    global const float4 *restrict codes, global const float *restrict terms, const int tiles, const int octet0,
    const int resume, global float *restrict best, global float *restrict second, global int *restrict octets) {
  local float4 stage[2 * CHUNK * (POINT_QUADS + CODE_QUADS)];
  local float4 tileTerms[2][2 * CODE_QUADS]; // quads: what is read 16 bytes at a time must be aligned to them
  local float4 tileWindows[POINT_QUADS];
  local int bestOctets[ITEMS_X * POINT_TILE];

  const int item = get_local_id(0);
  const int x = item % ITEMS_X; // octet of the code tile
  const int y = item / ITEMS_X; // points 4 y and on, and POINT_TILE / 2 + 4 y and on
  const int run = (tiles + (int)get_num_groups(1) - 1) / (int)get_num_groups(1);
  const int begin = min(tiles, run * (int)get_group_id(1));
  const int end = min(tiles, begin + run);
  points += get_group_id(0) * ((size_t)depth * POINT_QUADS);
  codes += begin * ((size_t)depth * CODE_QUADS);
  terms += begin * (size_t)(2 * CODE_TILE);

  float least1[8];
  float least2[8];
#pragma unroll
  for (int i = 0; i < 8; i++) {
    least1[i] = NOBODY;
    least2[i] = NOBODY;
    bestOctets[x * POINT_TILE + (i < 4 ? 0 : POINT_TILE / 2) + 4 * y + (i & 3)] = octet0 + begin * ITEMS_X + x;
  }

  // The first chunk.
  for (int i = item; i < POINT_TILE; i += WORK_ITEMS) {
    ((local float *)tileWindows)[i] = windows[get_group_id(0) * POINT_TILE + i];
  }
  if (begin < end) {
    for (int i = item; i < CHUNK * POINT_QUADS; i += WORK_ITEMS) {
      stage[i] = points[i];
    }
    for (int i = item; i < CHUNK * CODE_QUADS; i += WORK_ITEMS) {
      stage[CHUNK * POINT_QUADS + i] = codes[i];
    }
    for (int i = item; i < 2 * CODE_TILE; i += WORK_ITEMS) {
      ((local float *)tileTerms[0])[i] = terms[i];
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);

  int buffer = 0; // the half of the stage that holds the chunk at hand
  for (int tile = begin; tile < end; tile++) {
    local const float4 *constants = tileTerms[(tile - begin) & 1];
    float4 sums0[8]; // the first four codes of the octet
    float4 sums1[8]; // the last four
    {
      const float4 c0 = constants[x];
      const float4 c1 = constants[CODE_QUADS / 2 + x];
      const float4 w0 = constants[CODE_QUADS + x];
      const float4 w1 = constants[CODE_QUADS + CODE_QUADS / 2 + x];
      const float4 a = tileWindows[y];
      const float4 b = tileWindows[POINT_QUADS / 2 + y];
      const float p[8] = {a.s0, a.s1, a.s2, a.s3, b.s0, b.s1, b.s2, b.s3};
#pragma unroll
      for (int i = 0; i < 8; i++) {
        sums0[i] = fma((float4)(p[i]), w0, c0);
        sums1[i] = fma((float4)(p[i]), w1, c1);
      }
    }

    for (int chunk = 0; chunk < depth / CHUNK; chunk++) {
      // The next chunk, the first of the next tile behind the last, on its way.
      const bool lastOfTile = chunk == depth / CHUNK - 1;
      const bool more = !lastOfTile || tile + 1 < end;
      float4 nextPoints[COPIES(POINT_QUADS)];
      float4 nextCodes[COPIES(CODE_QUADS)];
      float nextTerms[TERM_COPIES];
      codes += CHUNK * CODE_QUADS;
      if (more) {
        global const float4 *from = points + (lastOfTile ? 0 : (chunk + 1) * CHUNK * POINT_QUADS);
#pragma unroll
        for (int i = 0; i < COPIES(POINT_QUADS); i++) {
          if ((CHUNK * POINT_QUADS) % WORK_ITEMS == 0 || item + i * WORK_ITEMS < CHUNK * POINT_QUADS) {
            nextPoints[i] = from[item + i * WORK_ITEMS];
          }
        }
#pragma unroll
        for (int i = 0; i < COPIES(CODE_QUADS); i++) {
          if ((CHUNK * CODE_QUADS) % WORK_ITEMS == 0 || item + i * WORK_ITEMS < CHUNK * CODE_QUADS) {
            nextCodes[i] = codes[item + i * WORK_ITEMS];
          }
        }
        if (lastOfTile) {
          terms += 2 * CODE_TILE;
#pragma unroll
          for (int i = 0; i < TERM_COPIES; i++) {
            if ((2 * CODE_TILE) % WORK_ITEMS == 0 || item + i * WORK_ITEMS < 2 * CODE_TILE) {
              nextTerms[i] = terms[item + i * WORK_ITEMS];
            }
          }
        }
      }

      local const float4 *at = stage + buffer * (CHUNK * (POINT_QUADS + CODE_QUADS));
      local const float4 *chunkPoints = at + y;
      local const float4 *chunkCodes = at + (CHUNK * POINT_QUADS + x);
#pragma unroll
      for (int k = 0; k < CHUNK; k++) {
        const float4 a = chunkPoints[k * POINT_QUADS];
        const float4 b = chunkPoints[k * POINT_QUADS + POINT_QUADS / 2];
        const float4 c0 = chunkCodes[k * CODE_QUADS];
        const float4 c1 = chunkCodes[k * CODE_QUADS + CODE_QUADS / 2];
        const float p[8] = {a.s0, a.s1, a.s2, a.s3, b.s0, b.s1, b.s2, b.s3};
#pragma unroll
        for (int i = 0; i < 8; i++) {
          sums0[i] = fma((float4)(p[i]), c0, sums0[i]);
          sums1[i] = fma((float4)(p[i]), c1, sums1[i]);
        }
      }

      // The other half was last read before the last barrier.
      buffer ^= 1;
      if (more) {
        local float4 *pointsTo = stage + (buffer * (CHUNK * (POINT_QUADS + CODE_QUADS)) + item);
        local float4 *codesTo = pointsTo + CHUNK * POINT_QUADS;
#pragma unroll
        for (int i = 0; i < COPIES(POINT_QUADS); i++) {
          if ((CHUNK * POINT_QUADS) % WORK_ITEMS == 0 || item + i * WORK_ITEMS < CHUNK * POINT_QUADS) {
            pointsTo[i * WORK_ITEMS] = nextPoints[i];
          }
        }
#pragma unroll
        for (int i = 0; i < COPIES(CODE_QUADS); i++) {
          if ((CHUNK * CODE_QUADS) % WORK_ITEMS == 0 || item + i * WORK_ITEMS < CHUNK * CODE_QUADS) {
            codesTo[i * WORK_ITEMS] = nextCodes[i];
          }
        }
        if (lastOfTile) {
#pragma unroll
          for (int i = 0; i < TERM_COPIES; i++) {
            if ((2 * CODE_TILE) % WORK_ITEMS == 0 || item + i * WORK_ITEMS < 2 * CODE_TILE) {
              ((local float *)tileTerms[(tile + 1 - begin) & 1])[item + i * WORK_ITEMS] = nextTerms[i];
            }
          }
        }
      }
      barrier(CLK_LOCAL_MEM_FENCE);
    }

#pragma unroll
    for (int i = 0; i < 8; i++) {
      const float bound = least(sums0[i], sums1[i]);
      least2[i] = fmin(least2[i], fmax(least1[i], bound));
      if (bound < least1[i]) {
        least1[i] = bound;
        bestOctets[x * POINT_TILE + (i < 4 ? 0 : POINT_TILE / 2) + 4 * y + (i & 3)] = octet0 + tile * ITEMS_X + x;
      }
    }
  }

  // Work-items that share points put together what they found, in the memory of the stage.
  local float *least1s = (local float *)stage;
  local float *least2s = least1s + ITEMS_X * POINT_TILE;
  barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
  for (int i = 0; i < 8; i++) {
    const int place = x * POINT_TILE + (i < 4 ? 0 : POINT_TILE / 2) + 4 * y + (i & 3);
    least1s[place] = least1[i];
    least2s[place] = least2[i];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  const size_t state0 = (get_group_id(1) * get_num_groups(0) + get_group_id(0)) * POINT_TILE;
  for (int point = item; point < POINT_TILE; point += WORK_ITEMS) {
    float first = resume ? best[state0 + point] : NOBODY;
    float other = resume ? second[state0 + point] : NOBODY;
    int octet = resume ? octets[state0 + point] : octet0;
    for (int i = 0; i < ITEMS_X; i++) {
      const float bound = least1s[i * POINT_TILE + point];
      other = fmin(fmin(other, least2s[i * POINT_TILE + point]), fmax(first, bound));
      octet = bound < first ? bestOctets[i * POINT_TILE + point] : octet;
      first = fmin(first, bound);
    }
    best[state0 + point] = first;
    second[state0 + point] = other;
    octets[state0 + point] = octet;
  }
}
