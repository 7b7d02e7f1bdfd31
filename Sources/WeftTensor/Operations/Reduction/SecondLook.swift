/// The groups of a reduction whose statistic left its type's range, which are taken once more, and no others: neither a
/// row of zeros nor one large number costs the other rows a second pass over memory.
///
/// Groups are counted row-major along the axes that stay.
struct SecondLook {
  private let places: [Int]
  /// Whether these are all groups there are: then the whole tensor stands for them, without a copy.
  private let isWhole: Bool

  var count: Int { places.count }

  /// - Parameters:
  ///   - low: The smallest number of `statistic` that is as it should be; left out, all that are finite are. NaN never is.
  ///   - high: The largest; left out, that of its type.
  /// - Returns: nil where all are, as nearly always.
  init?(at statistic: Tensor, from low: Double? = nil, through high: Double = .infinity) {
    let range = statistic.dtype.range(from: low)
    let (low, high) = (range.low, Swift.min(range.high, high))
    if statistic.isWithin(low, high) { return nil }
    let spec = TensorSpec(statistic.shape, .bool)
    places = statistic.backend.map(Tensor.outside, [low, high], [statistic], as: [spec])[0].nonzeroPlaces()
    isWhole = places.count == statistic.elementCount
  }

  private init(_ places: [Int], isWhole: Bool) { (self.places, self.isWhole) = (places, isWhole) }

  /// Those of the groups at which `flags`, one for each of them, are true; nil where none is.
  func narrowed(to flags: Tensor) -> SecondLook? {
    let chosen = flags.nonzeroPlaces()
    if chosen.isEmpty { return nil }
    return chosen.count == count ? self : SecondLook(chosen.map { places[$0] }, isWhole: false)
  }

  /// The groups in parts of at most `size`, whose copies are small where an operand is broadcast to many groups.
  func parts(of size: Int) -> [SecondLook] {
    if isWhole || count <= size { return [self] }
    return stride(from: 0, to: count, by: size).map { first in
      SecondLook(Array(places[first..<Swift.min(first + size, count)]), isWhole: false)
    }
  }

  /// The groups of `tensors`, which have one shape, and along which axes their elements lie.
  func groups(of tensors: [Tensor], over axes: [Int]) -> (values: [Tensor], axes: [Int]) {
    if isWhole { return (tensors, axes) }
    let values = tensors.map { tensor in
      let (groups, indices) = layout(of: tensor, over: axes)
      return tensors.backend.gather(groups, indices, axis: 0)
    }
    return (values, Array(1..<(axes.count + 1)))
  }

  /// Writes what was found for each of the groups into `result`, which nobody else has yet: one number for each, or as
  /// many as lie along `axes`.
  func put(_ found: Tensor, into result: Tensor, over axes: [Int] = []) {
    let backend = found.backend
    if isWhole {
      let shaped =
        found.shape == result.shape
        ? found : found.contiguous().view(shape: result.shape, strides: result.shape.contiguousStrides)
      return backend.map(Formulas.identity, [], [shaped], into: [result])
    }
    let (groups, indices) = layout(of: result, over: axes)
    let values = found.contiguous().view(shape: indices.shape, strides: indices.shape.contiguousStrides)
    backend.scatter(values, indices, axis: 0, into: groups, adding: false)
  }

  /// `x` as one group for each place in memory where one might begin, and where those of the second look do.
  private func layout(of x: Tensor, over axes: [Int]) -> (groups: Tensor, indices: Tensor) {
    let kept = (0..<x.rank).filter { !axes.contains($0) }
    let (sizes, strides) = (kept.map { x.shape[$0] }, kept.map { x.strides[$0] })
    let offsets = places.map { place in
      var (rest, offset) = (place, 0)
      for (size, stride) in zip(sizes, strides).reversed() {
        offset += rest % size * stride
        rest /= size
      }
      return offset
    }
    let inner = axes.map { x.shape[$0] }
    // From the first in memory on, which comes last where x lies backward.
    let (first, last) = (offsets.min() ?? 0, offsets.max() ?? 0)
    let groups = x.view(
      shape: Shape([last - first + 1] + inner), strides: AxisValues([1] + axes.map { x.strides[$0] }),
      offset: x.offset + first)
    let shape = Shape([count] + inner)
    let indices = Tensor(offsets.map { $0 - first })
    return (groups, indices.view(shape: shape, strides: AxisValues([1] + axes.map { _ in 0 })))
  }
}

extension Tensor {
  /// Where it is other than 0, row-major.
  fileprivate func nonzeroPlaces() -> [Int] {
    let backend = backend
    return backend.nonzeroPositions(self, count: backend.nonzeroCount(self)).scalars(as: Int.self)
  }

  /// Whether all numbers of a statistic lie from `low`, or the type's least, through the type's largest; NaN does not.
  func isInRange(from low: Double? = nil) -> Bool {
    willBeRead(by: "isInRange")
    let (low, high) = dtype.range(from: low)
    // A kernel's result is that already, and looked at as it is.
    return converted(to: dtype.statistics).contiguous().isWithin(low, high)
  }

  /// The same for what a rule reads of its own operation's statistics, which a recording need not know: they choose between
  /// two ways to one result. NaN is no reason for another, as it stays what it is.
  func isInRangeOrNaN(from low: Double? = nil, through most: Double = .infinity) -> Bool {
    let (range, backend) = (dtype.range(from: low), backend)
    let (low, high) = (range.low, Swift.min(range.high, most))
    let values = with(source: nil).converted(to: dtype.statistics).contiguous()
    if backend.isWithin(values, low, high) { return true }
    return backend.isWithin(backend.map(Self.numbers, [low], [values], as: [values.spec])[0], low, high)
  }

  /// x, and a parameter where it is NaN.
  private static let numbers = Formula(inputs: 1, parameters: 1) { x, p in
    [WeftTensor.select(WeftTensor.isNaN(x[0]), p[0], x[0])]
  }

  fileprivate func isWithin(_ low: Double, _ high: Double) -> Bool {
    let backend = backend
    // As many as that are worth sharing out among the threads.
    if elementCount < 1 << 15 { return backend.isWithin(self, low, high) }
    let spec = TensorSpec(shape.removing(axes: Array(0..<rank), keepDims: true), .float32)
    let found = backend.reduce(
      Self.outside, [low, high], by: [.maximum], axes: Array(0..<rank), [self], as: [spec])[0]
    return backend.number(found) == 0
  }

  /// Whether a number is not in the range of two parameters.
  fileprivate static let outside = Formula(inputs: 1, parameters: 2) { x, p in
    [WeftTensor.select((x[0] .>= p[0]) .& (x[0] .<= p[1]), 0, 1)]
  }
}

extension DType {
  /// From `low`, or the least finite number, through the largest of a type of statistics.
  fileprivate func range(from low: Double?) -> (low: Double, high: Double) {
    let high = self == .float64 ? Double.greatestFiniteMagnitude : Double(Float.greatestFiniteMagnitude)
    return (low ?? -high, high)
  }
}
