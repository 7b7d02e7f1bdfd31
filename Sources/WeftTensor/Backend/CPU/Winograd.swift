import CWeft

/// Winograd's algorithm for convolutions in float32: 3x3, stride 1 or 2, 32 channels or more on both sides. It takes a
/// quarter of the products, and up to twice the rounding error of direct sums (five times in the gradient of the weights).
///
/// Its outputs come from tiles of inputs, in which those that an output does not depend on cancel out. A tile in which
/// that would cost digits is summed up directly: one that holds a number that is not finite, and one of whose outputs
/// sees inputs with less than 1/32 of the tile's root of the sum of squares, over all channels. So a NaN reaches the
/// outputs that depend on it and no others, an output that sees only zeros is its bias, and the error is at most 32 times
/// that of direct sums where a tile's inputs lie that far apart. Convolutions in which some sums have terms of one sign
/// only (no negative input, and no negative weight of a channel) are direct as a whole, and so never below zero.
public enum Winograd {
  /// Whether it is used, in the whole process: yes, unless `WEFT_WINOGRAD=0` is in the environment.
  ///
  /// ```swift
  /// Winograd.isEnabled = false   // direct sums for all convolutions
  /// ```
  public static var isEnabled: Bool {
    get { weft_winograd_enabled() }
    set { weft_winograd_enable(newValue) }
  }
}
