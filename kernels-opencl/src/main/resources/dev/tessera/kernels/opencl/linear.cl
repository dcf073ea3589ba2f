// A span of the sums of a linear layer, and at its end the layer's results:
//
//   y(row, output) = activation(sum_k x(row, k) w(output, k) + b(output))
//
// Bounds, as dev.tessera.kernel.LinearKernel states them: a chain of at most BLOCK fused steps, then the blocks of a span one after the
// other, then the spans, which the host launches one after the other; see dev.tessera.internal.linear.SumLevels. The activations
// err by at most 1e-6 of their argument's magnitude: `exp` is within 3 ulp, `tanh` within 5, a division within 2.5.
//
// Constants (-D)
//   BLOCK        terms of a chain, a multiple of CHUNK
//   ACTIVATION   a name of dev.tessera.kernel.Activation
//
// Data
//   x       [rows x inputs]
//   w       [outputs x inputs]
//   b       [outputs]
//   y       [rows x outputs], written; holds the sums so far between the launches of a call
//   from    the span's first input, a multiple of BLOCK
//   to      behind its last input
//   biased  whether there is a b
//
// Work-group: 128 work-items. Global size: (tiles of 64 outputs x 128, tiles of 64 rows).
//
// Tile. 64 rows x 64 outputs, CHUNK inputs at a time in local memory, k-major, so that what is read at a time is 16 bytes; rows of the
// stage are 4 floats longer than the tile, so that the transposing stores spread over the banks. A work-item holds 8 rows x 4 outputs
// twice: the chain at hand, and the blocks so far. 32 fused steps for three 16-byte reads of local memory. The next chunk travels from
// global memory into registers while this one is computed. Beyond the last row, output and input there are zeros.
//
// Local memory: 2 x CHUNK x 68 floats, 8.5 KiB.
#pragma OPENCL FP_CONTRACT OFF

#define NONE 0
#define GELU 1
#define GELU_TANH 2
#define TANH 3
#define RELU 4
#define SILU 5

#define CHUNK 16
#define TILE 64
#define STRIDE (TILE + 4)
#define WORK_ITEMS 128
#define COPIES (TILE * CHUNK / WORK_ITEMS) // elements of each operand that a work-item copies of a chunk

// 1 / (1 + e^-v), zero where that is below the least normal number.
static inline float sigmoid(const float v) { return v < -87.0f ? 0.0f : 1.0f / (1.0f + exp(-v)); }

static inline float activate(const float v) {
#if ACTIVATION == GELU
  // v Phi(v), by Abramowitz and Stegun, 7.1.26: erf within 1.5e-7
  const float t = 1.0f / fma(0.231641888f, fabs(v), 1.0f); // 0.3275911 / sqrt(2)
  float polynomial = fma(t, 1.061405429f, -1.453152027f);
  polynomial = fma(t, polynomial, 1.421413741f);
  polynomial = fma(t, polynomial, -0.284496736f);
  polynomial = fma(t, polynomial, 0.254829592f);
  const float tail = t * polynomial * (exp(-0.5f * v * v) * 0.5f);
  return v * (v < 0.0f ? tail : 1.0f - tail);
#elif ACTIVATION == GELU_TANH
  return v * sigmoid(1.59576912f * (fma(v * v, 0.044715f, 1.0f) * v)); // 2 sqrt(2 / pi)
#elif ACTIVATION == TANH
  return tanh(v);
#elif ACTIVATION == RELU
  return v > 0.0f || isnan(v) ? v : 0.0f;
#elif ACTIVATION == SILU
  return v * sigmoid(v);
#elif ACTIVATION == NONE
  return v;
#else
#error an unknown activation
#endif
}

kernel __attribute__((reqd_work_group_size(WORK_ITEMS, 1, 1))) void linear(
    const int rows, const int inputs, const int outputs, const int from, const int to, global const float *restrict x,
    global const float *restrict w, global const float *restrict b, const int biased, global float *restrict y) {
  local float4 rowStage[CHUNK * STRIDE / 4]; // quads: what is read 16 bytes at a time must be aligned to them
  local float4 outputStage[CHUNK * STRIDE / 4];

  const int item = get_local_id(0);
  const int quad = item % 16;  // outputs 4 quad and on
  const int octet = item / 16; // rows 8 octet and on
  const int row0 = (int)get_group_id(1) * TILE;
  const int output0 = (int)get_group_id(0) * TILE;
  const int copiedK = item % CHUNK;
  const int copied0 = item / CHUNK; // of each operand the rows copied0, copied0 + WORK_ITEMS / CHUNK and on

  float4 sums[8];
  float4 totals[8];
#pragma unroll
  for (int i = 0; i < 8; i++) {
    sums[i] = (float4)(0.0f);
    totals[i] = (float4)(0.0f);
  }

  float nextRows[COPIES];
  float nextOutputs[COPIES];
#pragma unroll
  for (int i = 0; i < COPIES; i++) {
    const int place = copied0 + i * (WORK_ITEMS / CHUNK);
    const int k = from + copiedK;
    nextRows[i] = row0 + place < rows && k < to ? x[(size_t)(row0 + place) * inputs + k] : 0.0f;
    nextOutputs[i] = output0 + place < outputs && k < to ? w[(size_t)(output0 + place) * inputs + k] : 0.0f;
  }

  for (int begin = from; begin < to; begin += CHUNK) {
    barrier(CLK_LOCAL_MEM_FENCE); // the stage has been read
#pragma unroll
    for (int i = 0; i < COPIES; i++) {
      const int place = copied0 + i * (WORK_ITEMS / CHUNK);
      ((local float *)rowStage)[copiedK * STRIDE + place] = nextRows[i];
      ((local float *)outputStage)[copiedK * STRIDE + place] = nextOutputs[i];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const int k = begin + CHUNK + copiedK;
#pragma unroll
    for (int i = 0; i < COPIES; i++) {
      const int place = copied0 + i * (WORK_ITEMS / CHUNK);
      nextRows[i] = row0 + place < rows && k < to ? x[(size_t)(row0 + place) * inputs + k] : 0.0f;
      nextOutputs[i] = output0 + place < outputs && k < to ? w[(size_t)(output0 + place) * inputs + k] : 0.0f;
    }

#pragma unroll
    for (int step = 0; step < CHUNK; step++) {
      const float4 a = rowStage[step * (STRIDE / 4) + 2 * octet];
      const float4 c = rowStage[step * (STRIDE / 4) + 2 * octet + 1];
      const float4 v = outputStage[step * (STRIDE / 4) + quad];
      sums[0] = fma((float4)(a.s0), v, sums[0]);
      sums[1] = fma((float4)(a.s1), v, sums[1]);
      sums[2] = fma((float4)(a.s2), v, sums[2]);
      sums[3] = fma((float4)(a.s3), v, sums[3]);
      sums[4] = fma((float4)(c.s0), v, sums[4]);
      sums[5] = fma((float4)(c.s1), v, sums[5]);
      sums[6] = fma((float4)(c.s2), v, sums[6]);
      sums[7] = fma((float4)(c.s3), v, sums[7]);
    }
    if ((begin + CHUNK - from) % BLOCK == 0 || begin + CHUNK >= to) {
#pragma unroll
      for (int i = 0; i < 8; i++) {
        totals[i] += sums[i];
        sums[i] = (float4)(0.0f);
      }
    }
  }

  for (int i = 0; i < 8; i++) {
    const int row = row0 + 8 * octet + i;
    const float found[4] = {totals[i].s0, totals[i].s1, totals[i].s2, totals[i].s3};
    for (int j = 0; j < 4; j++) {
      const int output = output0 + 4 * quad + j;
      if (row < rows && output < outputs) {
        global float *target = y + ((size_t)row * outputs + output);
        float value = found[j];
        if (from > 0) {
          value = *target + value;
        }
        if (to == inputs) {
          value = activate(biased ? value + b[output] : value);
        }
        *target = value;
      }
    }
  }
}
