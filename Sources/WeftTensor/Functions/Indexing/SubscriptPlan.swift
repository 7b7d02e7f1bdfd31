/// What the brackets of `x[...]` mean for a shape: a window by integers and ranges, then indices from tensors along
/// some axes of it.
struct SubscriptPlan {
  var window: Window
  /// Index tensors and masks, and the first of the window's axes each stands for.
  private(set) var tensors: [(axis: Int, index: Tensor)] = []
  let spec: TensorSpec
  private var shape: Shape { spec.shape }

  init(_ indices: [TensorIndex], _ spec: TensorSpec) throws(TensorError) {
    self.spec = spec
    window = Window(starts: [], counts: [], steps: [], layout: [])
    let named = indices.reduce(0) { $0 + $1.axisCount }
    guard named <= shape.rank, indices.filter(\.isEllipsis).count <= 1 else {
      throw TensorError(
        .index, operation: Subscript.name, operands: [("tensor", spec)],
        expected: "indices for at most \(shape.rank) axes, and at most one ellipsis", got: "indices for \(named) axes")
    }
    for index in indices { try add(index, left: shape.rank - named) }
    while window.starts.count < shape.rank { take(start: 0, count: shape.axes[axis]) }
  }

  /// The tensor's axis that comes next.
  private var axis: Int { window.starts.count }

  private mutating func take(start: Int, count: Int, step: Int = 1, keepsAxis: Bool = true) {
    if keepsAxis { window.layout.append(axis) }
    window.starts.append(start)
    window.counts.append(count)
    window.steps.append(step)
  }

  private mutating func add(_ index: TensorIndex, left: Int) throws(TensorError) {
    switch index {
    case .insertedAxis: window.layout.append(nil)
    case .otherAxes: for _ in 0..<left { take(start: 0, count: shape.axes[axis]) }
    case .wholeAxis: take(start: 0, count: shape.axes[axis])
    case .element(let place):
      let size = shape.axes[axis]
      guard (-size..<size).contains(place) else { throw outside("an index in \(-size) ..< \(size)", "\(place)") }
      take(start: place < 0 ? place + size : place, count: 1, keepsAxis: false)
    case .range(let lower, let upper, let isClosed):
      let (start, end) = try resolve(lower, upper, isClosed)
      take(start: start, count: end - start)
    case .strided(let step, let start, let end):
      guard step != 0 else { throw outside("a step", "step 0") }
      let (first, count) = Slice(axis: axis, from: start, to: end, step: step).range(in: shape.axes[axis])
      // A step that nobody takes may be of any size.
      take(start: first, count: count, step: count > 1 ? step : 1)
    case .tensor(let index): try add(index)
    }
  }

  private func resolve(_ lower: Int?, _ upper: Int?, _ isClosed: Bool) throws(TensorError) -> (Int, Int) {
    let size = shape.axes[axis]
    let start = lower.map { $0 < 0 ? $0 + size : $0 } ?? 0
    var end = upper.map { $0 < 0 ? $0 + size : $0 } ?? size
    if isClosed, end < size { end += 1 } else if isClosed { end = size + 1 }
    if let lower, lower < 0, upper == 0, !isClosed { end = size }
    guard 0 <= start, start <= end, end <= size else {
      let text = (lower.map(String.init) ?? "") + (isClosed ? "..." : "..<") + (upper.map(String.init) ?? "")
      throw outside("a range inside 0 ..< \(size)", text, hint: "`.every(1, from:to:)` and `sliced` clamp")
    }
    return (start, end)
  }

  private func outside(_ expected: String, _ got: String, hint: String = "") -> TensorError {
    TensorError(
      .index, operation: Subscript.name, operands: [("tensor", spec)],
      expected: expected + " for axis \(axis)", got: got, hint: hint)
  }

  private mutating func add(_ index: Tensor) throws(TensorError) {
    let first = window.layout.count
    if index.dtype == .bool {
      let covered = Shape(shape.sizes[axis..<(axis + index.rank)])
      guard index.shape == covered, index.rank > 0 else {
        throw outside("a mask of the shape \(covered) it covers", "\(index.shape)")
      }
    } else {
      try index.spec.requireIndexType(
        "indices", operation: Subscript.name,
        operands: [("tensor", spec), ("indices", index.spec)])
    }
    tensors.append((first, index))
    for _ in 0..<TensorIndex.tensor(index).axisCount { take(start: 0, count: shape.axes[axis]) }
  }
}

extension TensorIndex {
  /// How many of a tensor's axes this names.
  fileprivate var axisCount: Int {
    switch self {
    case .insertedAxis, .otherAxes: 0
    case .tensor(let index): index.dtype == .bool ? index.rank : 1
    default: 1
    }
  }

  fileprivate var isEllipsis: Bool { if case .otherAxes = self { true } else { false } }
}

/// Index tensors of a subscript brought to one list along one axis, which the axes they stand for are joined to.
struct ListedIndices {
  /// The order of the window's axes in which those indexed are neighbours.
  let order: [Int]
  /// The window's shape in that order, and with the axes indexed joined to `axis`.
  let ordered: Shape
  let joined: Shape
  let axis: Int
  /// int64, row-major over `shape`, which takes the place of the joined axis.
  let list: Tensor
  let shape: Shape

  /// Nil after a report where an index is out of range.
  init?(_ plan: SubscriptPlan, operation: String) throws(TensorError) {
    let window = plan.window.shape
    var axes: [Int] = []
    var linear: Tensor?
    for (first, index) in plan.tensors {
      let covered = Array(first..<(first + (index.dtype == .bool ? index.rank : 1)))
      axes += covered
      let size = covered.reduce(1) { $0 * window.axes[$1] }
      if index.dtype == .bool, index.isBatched {
        let isRead = operation == Subscript.name
        throw .batchedMask(
          operation, index,
          hint: isRead
            ? "`Tensor.where(mask, x, 0)` keeps what is chosen where it stands"
            : "`x.maskedFilled(where: mask, with: v)`, or `Tensor.where(mask, v, x)` for a value for each element")
      }
      guard let places = Self.places(index, size, plan.spec) else { return nil }
      linear = linear.map { $0 * Tensor(weak: size) + places } ?? places
    }
    guard let linear, !linear.isInvalid else { return nil }
    let areNeighbours = axes.last.map { $0 - axes[0] + 1 == axes.count } ?? false
    axis = areNeighbours ? axes[0] : 0
    var rest = window.sizes.indices.filter { !axes.contains($0) }
    rest.insert(contentsOf: axes, at: axis)
    order = rest
    ordered = Shape(order.map { window.axes[$0] })
    let size = axes.reduce(1) { $0 * window.axes[$1] }
    joined = Shape(ordered.sizes[..<axis] + [size] + ordered.sizes[(axis + axes.count)...])
    shape = linear.shape
    list = linear.reshaped(to: [-1])
  }

  private static func places(_ index: Tensor, _ size: Int, _ spec: TensorSpec) -> Tensor? {
    if index.dtype == .bool { return index.nonzeroPositions() }
    let operands = [(name: "tensor", spec: spec), (name: "indices", spec: index.spec)]
    return index.checkedIndices(below: size, operation: Subscript.name, operands: operands, fromEnd: true)
  }

  /// The shape that values read or assigned have, and the same with the list's axis as one.
  var result: Shape { Shape(joined.sizes[..<axis]) + shape + Shape(joined.sizes[(axis + 1)...]) }
  var flatResult: Shape {
    var flat = joined
    flat[axis] = list.elementCount
    return flat
  }

  var isInOrder: Bool { order == Array(order.indices) }
  var inverseOrder: [Int] {
    var inverse = order
    for (place, axis) in order.enumerated() { inverse[axis] = place }
    return inverse
  }
}
