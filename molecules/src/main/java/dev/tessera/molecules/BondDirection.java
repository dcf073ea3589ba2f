package dev.tessera.molecules;

/// Which way a single bond beside a double one points, from the atom that it begins with: two of
/// them say on which sides of the double bond its neighbours lie. The order of the constants is
/// that of Mole-BERT's feature, 0 to 2.
public enum BondDirection {
  /// Nothing is said, or it makes no difference.
  NONE,

  /// Upwards, `/`.
  UP,

  /// Downwards, `\`.
  DOWN;

  /// The direction of the same bond from its other end.
  BondDirection reversed() {
    return switch (this) {
      case UP -> DOWN;
      case DOWN -> UP;
      case NONE -> NONE;
    };
  }
}
