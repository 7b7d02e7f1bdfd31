/// Mean and variance in little more than one pass over memory.
///
/// Σ(x - k) and Σ(x - k)² are taken together, with k the mean of a part of about 1/N of the elements. As the variance is
/// at least (μ - k)²/N, subtracting (μ - k)² from the mean square loses a factor of at most N + 1 in precision (N is 64
/// or less, but for short axes), and hardly any unless that part is made of outliers.
enum Moments {
  /// The mean of `x` over `axes` (from 0) and its biased variance, both of them in float64 where a variance leaves the
  /// range of `spec`, which keeps the axes at size 1.
  static func of(_ x: Tensor, over axes: [Int], as spec: TensorSpec) -> (mean: Tensor, variance: Tensor) {
    let (mean, variance) = plain(x, over: axes, as: spec)
    guard let look = SecondLook(at: variance, from: 0) else { return (mean, variance) }
    let wide = [mean, variance].map {
      x.backend.map(Formulas.identity, [], [$0], as: [TensorSpec(spec.shape, .float64)])[0]
    }
    let exact = rescaled(x, over: axes, look)
    look.put(exact.unit.restored(exact.mean, as: .float64), into: wide[0])
    look.put(exact.unit.restored(exact.variance, power: 2, as: .float64), into: wide[1])
    return (wide[0], wide[1])
  }

  /// Mean and variance of the groups of a second look, in float64 and the unit of the rescaled numbers.
  static func rescaled(
    _ x: Tensor, over axes: [Int], _ look: SecondLook
  ) -> (mean: Tensor, variance: Tensor, unit: Rescaled) {
    let groups = look.groups(of: [x], over: axes)
    let unit = Rescaled(groups.values[0], over: groups.axes)
    let exact = plain(unit.values, over: groups.axes, as: unit.scale.spec)
    return (exact.mean, exact.variance, unit)
  }

  /// The same in the type of `spec`, in which squares may leave the range.
  static func plain(_ x: Tensor, over axes: [Int], as spec: TensorSpec) -> (mean: Tensor, variance: Tensor) {
    let backend = x.backend
    let pilot = Mean(axes: axes, keepDims: true).forward([part(of: x, axes)], as: [spec])[0]
    let sums = sums(of: x, around: pilot, over: axes, as: spec)
    let count = Double(x.shape.count(along: axes))
    let found = backend.map(Self.corrected, [count], [pilot] + sums, as: [spec, spec])
    return (found[0], found[1])
  }

  /// Σ(x - k) and Σ(x - k)². Of short runs of neighbours, one behind the other, as a group's channels are where channels
  /// lie last, each neighbour's sum is taken by itself first: so whole rows of memory are added up.
  private static func sums(
    of x: Tensor, around pilot: Tensor, over axes: [Int], as spec: TensorSpec
  ) -> [Tensor] {
    let axes = axes.compactMap { x.shape.axis($0) }
    guard let run = shortRun(in: x, axes) else {
      return x.backend.reduce(Self.shifted, [], by: [.sum, .sum], axes: axes, [x, pilot], as: [spec, spec])
    }
    var shape = spec.shape
    shape[run] = x.shape[run]
    let ofEach = TensorSpec(shape, spec.dtype)
    let others = axes.filter { $0 != run }
    return x.backend.reduce(Self.shifted, [], by: [.sum, .sum], axes: others, [x, pilot], as: [ofEach, ofEach]).map {
      x.backend.reduce(Formulas.identity, [], by: [.sum], axes: [run], [$0], as: [spec])[0]
    }
  }

  /// The reduced axis of such runs: innermost in memory and short, with one that stays next to it and a reduced one behind.
  private static func shortRun(in x: Tensor, _ axes: [Int]) -> Int? {
    guard let run = axes.first(where: { x.strides[$0] == 1 && (2...32).contains(x.shape[$0]) }) else { return nil }
    let width = x.shape[run]
    let next = (0..<x.rank).first { x.strides[$0] == width && x.shape[$0] > 1 }
    guard let next, !axes.contains(next) else { return nil }
    let row = width * x.shape[next]
    return axes.contains { x.strides[$0] >= row && x.shape[$0] > 1 } ? run : nil
  }

  /// The first places along an axis: one long enough for them to be few, outermost if there is a choice.
  private static func part(of x: Tensor, _ axes: [Int]) -> Tensor {
    guard let longest = axes.max(by: { x.shape[$0] < x.shape[$1] }) else { return x }
    let axis = axes.first { x.shape[$0] >= 16 } ?? longest
    return Slice(axis: axis, from: 0, to: Swift.max(1, x.shape[axis] / 64)).view(of: x)
  }

  private static let shifted = Formula(inputs: 2) { x, _ in
    let shifted = x[0] - x[1]
    return [shifted, shifted * shifted]
  }

  /// From k, Σ(x - k), Σ(x - k)².
  private static let corrected = Formula(inputs: 3, parameters: 1) { x, p in
    let shift = x[1] / p[0]
    return [x[0] + shift, maximum(x[2] / p[0] - shift * shift, 0)]
  }
}

extension Slice {
  /// The slice of a tensor, outside any graph.
  fileprivate func view(of tensor: Tensor) -> Tensor {
    var shape = tensor.shape
    shape[axis] = range(in: shape[axis]).count
    return forward([tensor], as: [TensorSpec(shape, tensor.dtype)])[0]
  }
}
