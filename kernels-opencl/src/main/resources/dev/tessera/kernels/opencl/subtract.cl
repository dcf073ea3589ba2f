// Residuals for the next level of a residual quantizer: rows[row] -= codewords[ids[row]], element by element.
//
// One float32 subtraction an element, which OpenCL rounds correctly: the same bits as Java's.
//
//   dim        columns of a row, at least 1
//   rows       [count x dim] float32, row-major, packed; read and written
//   ids        [count]; a row with a negative one stays as it is
//   codewords  [codes x dim] float32, packed
//
// A work-group takes every get_num_groups(0)-th row, its work-items every get_local_size(0)-th column, so that
// neighbours read and write neighbours. Any global size and work-group size.
#pragma OPENCL FP_CONTRACT OFF

kernel void subtract(
    const int dim, global float *restrict rows, const int count, global const int *restrict ids,
    global const float *restrict codewords) {
  for (size_t row = get_group_id(0); row < (size_t)count; row += get_num_groups(0)) {
    const int id = ids[row];
    if (id >= 0) {
      for (int i = get_local_id(0); i < dim; i += get_local_size(0)) {
        rows[row * dim + i] -= codewords[(size_t)id * dim + i];
      }
    }
  }
}
