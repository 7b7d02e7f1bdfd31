/// How an image is sampled at the positions of a grid.
struct GridSampling: Hashable, Sendable {
  /// Between the pixels around a position, rather than the nearest one.
  var isLinear: Bool
  var padding: GridPadding
  /// -1 and 1 are the centers of the outermost pixels, rather than their outer edges.
  var alignCorners: Bool
}

/// What a position outside of an image shows.
public enum GridPadding: String, Hashable, Sendable, Codable, CaseIterable {
  /// 0.
  case zeros
  /// The nearest pixel of the border.
  case border
  /// The image mirrored, at the centers of its outermost pixels with `alignCorners`, else at their outer edges.
  case reflection
}
