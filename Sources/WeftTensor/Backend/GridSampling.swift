/// How an image is sampled at the positions of a grid.
struct GridSampling: Hashable, Sendable {
  /// Between the pixels around a position, rather than the nearest one.
  var isLinear: Bool
  var padding: GridPadding
  /// -1 and 1 are the centers of the outermost pixels, rather than their outer edges.
  var alignCorners: Bool
}
