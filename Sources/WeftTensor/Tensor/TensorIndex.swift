/// What may stand between the brackets of `x[...]`, for one or several axes.
public enum TensorIndex: Sendable {
  /// One element; the axis goes. Negative ones count from the end.
  case element(Int)
  /// The elements from `lower` (the first) to `upper` (the last), which closed ranges include. Negative ones count
  /// from the end, where an open range may end with 0.
  case range(lower: Int?, upper: Int?, isClosed: Bool)
  /// Every n-th element from `from` up to `to`, clamped as in Python; a negative n walks backward.
  case strided(Int, from: Int?, to: Int?)
  /// The whole axis.
  case wholeAxis
  /// A new axis of size 1.
  case insertedAxis
  /// As many whole axes as there are left.
  case otherAxes
  /// The elements at these indices (any integer type; negative ones count from the end), or those where a mask holds,
  /// which stands for as many axes as it has.
  case tensor(Tensor)
}

/// What subscripts of a tensor accept: integers, ranges, arrays and tensors of indices, masks, and the cases of
/// `TensorIndex`.
public protocol TensorIndexing {
  /// What it stands for between the brackets.
  var tensorIndex: TensorIndex { get }
}

/// Itself.
extension TensorIndex: TensorIndexing { public var tensorIndex: TensorIndex { self } }
/// Indices, or a mask.
extension Tensor: TensorIndexing { public var tensorIndex: TensorIndex { .tensor(self) } }
/// Several indices, or a mask, as a tensor of them is.
extension Array: TensorIndexing where Element: TensorScalar {
  /// Indices, or a mask.
  public var tensorIndex: TensorIndex { .tensor(Tensor(self)) }
}
/// One element; the axis goes.
extension Int: TensorIndexing { public var tensorIndex: TensorIndex { .element(self) } }
extension Range<Int>: TensorIndexing {
  /// The elements of the range; negative ones count from the end.
  public var tensorIndex: TensorIndex { .range(lower: lowerBound, upper: upperBound, isClosed: false) }
}
extension ClosedRange<Int>: TensorIndexing {
  /// The elements of the range; negative ones count from the end.
  public var tensorIndex: TensorIndex { .range(lower: lowerBound, upper: upperBound, isClosed: true) }
}
extension PartialRangeFrom<Int>: TensorIndexing {
  /// The elements of the range; negative ones count from the end.
  public var tensorIndex: TensorIndex { .range(lower: lowerBound, upper: nil, isClosed: false) }
}
extension PartialRangeUpTo<Int>: TensorIndexing {
  /// The elements of the range; negative ones count from the end.
  public var tensorIndex: TensorIndex { .range(lower: nil, upper: upperBound, isClosed: false) }
}
extension PartialRangeThrough<Int>: TensorIndexing {
  /// The elements of the range; negative ones count from the end.
  public var tensorIndex: TensorIndex { .range(lower: nil, upper: upperBound, isClosed: true) }
}

// By short names, as in `x[.ellipsis, .every(2)]`.
extension TensorIndexing where Self == TensorIndex {
  /// The whole axis.
  public static var all: TensorIndex { .wholeAxis }
  /// A new axis of size 1.
  public static var newAxis: TensorIndex { .insertedAxis }
  /// As many whole axes as there are left.
  public static var ellipsis: TensorIndex { .otherAxes }
  /// Every `step`-th element from `from` up to `to`, clamped as in Python; a negative step walks backward.
  public static func every(_ step: Int, from: Int? = nil, to: Int? = nil) -> TensorIndex {
    .strided(step, from: from, to: to)
  }
}
