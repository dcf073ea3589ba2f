// Byte-pair merges: joins the symbols of each piece until no rule applies, one pair at a time, always that of the lowest
// rank, of equal ranks the leftmost (dev.tessera.kernel.MergeKernel).
//
// A work-item per piece. Its symbols and the ranks of its pairs lie in local memory, [position][work-item], so that
// neighbours never meet in a bank; each round looks for the lowest rank, joins, moves what is behind up by one, and looks
// up the two new pairs. That is quadratic in the length, and for at most 32 symbols faster than any list. Pieces of one
// length are merged together, so that the work-items of a warp take about as many rounds.
//
// Constants (-D)
//   MOST   symbols of the longest piece
//   ITEMS  work-items of a work-group
//
// Data
//   rules    [2^bits] open addressing with linear probing: (left, right, rank, merged); left is NOBODY where a place is
//            free. A rule's search begins at HASH of its pair
//   symbols  from `first` on [length x pieces]: position by position, so that neighbours read neighbours; the merged ids
//            take the places of the first symbols
//   lengths  from `firstPiece` on [pieces], written: ids of each piece
#define NOBODY 0xffffffffu

// The place of a pair's rule, or that of a free place.
static inline uint find(const uint left, const uint right, global const uint4 *rules, const int bits) {
  const ulong pair = ((ulong)left << 21) | right;
  const uint mask = (1u << bits) - 1;
  uint place = (uint)((pair * 0x9e3779b97f4a7c15UL) >> (64 - bits));
  while (true) {
    const uint4 rule = rules[place];
    if (rule.x == NOBODY || (rule.x == left && rule.y == right)) {
      return place;
    }
    place = (place + 1) & mask;
  }
}

// The rank of a pair, NOBODY where it has no rule: a free place has that rank.
static inline uint rank(const uint left, const uint right, global const uint4 *rules, const int bits) {
  return rules[find(left, right, rules, bits)].z;
}

kernel void merge_pieces(
    global const uint4 *restrict rules, const int bits, const int length, const uint pieces, const ulong first,
    const ulong firstPiece, global uint *restrict symbols, global int *restrict lengths) {
  local uint ids[MOST * ITEMS];
  local uint ranks[MOST * ITEMS];
  const uint item = get_local_id(0);
  const uint piece = get_global_id(0);
  if (piece >= pieces) {
    return;
  }
  for (int i = 0; i < length; i++) {
    ids[i * ITEMS + item] = symbols[first + i * (ulong)pieces + piece];
  }
  for (int i = 0; i + 1 < length; i++) {
    ranks[i * ITEMS + item] = rank(ids[i * ITEMS + item], ids[(i + 1) * ITEMS + item], rules, bits);
  }
  int left = length; // symbols that are left
  while (left > 1) {
    uint lowest = NOBODY;
    int at = 0;
    for (int i = 0; i + 1 < left; i++) {
      const uint each = ranks[i * ITEMS + item];
      if (each < lowest) {
        lowest = each;
        at = i;
      }
    }
    if (lowest == NOBODY) {
      break;
    }
    const uint place = find(ids[at * ITEMS + item], ids[(at + 1) * ITEMS + item], rules, bits);
    const uint merged = rules[place].w;
    ids[at * ITEMS + item] = merged;
    left--;
    for (int i = at + 1; i < left; i++) {
      ids[i * ITEMS + item] = ids[(i + 1) * ITEMS + item];
    }
    for (int i = at + 1; i + 1 < left; i++) {
      ranks[i * ITEMS + item] = ranks[(i + 1) * ITEMS + item];
    }
    if (at > 0) {
      ranks[(at - 1) * ITEMS + item] = rank(ids[(at - 1) * ITEMS + item], merged, rules, bits);
    }
    if (at + 1 < left) {
      ranks[at * ITEMS + item] = rank(merged, ids[(at + 1) * ITEMS + item], rules, bits);
    }
  }
  for (int i = 0; i < left; i++) {
    symbols[first + i * (ulong)pieces + piece] = ids[i * ITEMS + item];
  }
  lengths[firstPiece + piece] = left;
}
