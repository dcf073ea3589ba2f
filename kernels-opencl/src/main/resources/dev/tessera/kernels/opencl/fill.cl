// target[i] = value, for all i < count.
//
// clEnqueueFillBuffer is broken on NVIDIA from 2 GiB on, so buffers are filled here.
//
//   target   [count] 32-bit words
//   value    the word's bits (a float's, an integer's)
//   count    words
//
// Any global size and work-group size: each work-item takes every get_global_size(0)-th word, so that neighbours
// write neighbours.

kernel void fill(global uint *restrict target, const uint value, const ulong count) {
  for (size_t i = get_global_id(0); i < count; i += get_global_size(0)) {
    target[i] = value;
  }
}
