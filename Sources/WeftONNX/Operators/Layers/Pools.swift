import WeftTensor

extension Operator {
  /// Pools over windows and over everything.
  static let pools: [Operator] = [
    .several("MaxPool") { try maxPool($0) },
    Operator("AveragePool") { try averagePool($0) },
    Operator("LpPool") { try lpPool($0) },
    Operator("GlobalAveragePool") { try overall($0) { $0.mean(axes: $1, keepDims: true) } },
    Operator("GlobalMaxPool") { try overall($0) { $0.max(axes: $1, keepDims: true) } },
    Operator("GlobalLpPool") { call in
      let order = Double(try call.attributes.int("p", 2))
      return try overall(call) { $0.norm(order: order, axes: $1, keepDims: true) }
    },
    Operator("MaxUnpool", fixed: [1, 2]) { try maxUnpool($0) },
  ]

  private static func overall(_ call: NodeCall, _ body: (Tensor, [Int]) -> Tensor) throws -> Tensor {
    let x = try call.tensor(0)
    guard x.rank >= 2 else { throw NodeFailure(expected: "[N, C, spatial...]", got: "\(x.spec)") }
    return body(x, Array(2..<x.rank))
  }

  private static func input(_ call: NodeCall) throws -> (Tensor, [Int], Windows, [Int]) {
    let x = try call.tensor(0)
    guard x.rank >= 3 else { throw NodeFailure(expected: "[N, C, spatial...]", got: "\(x.spec)") }
    let sizes = Array(x.shape.sizes.dropFirst(2))
    let windows = try Windows(call, sizes: sizes)
    let roundsUp = try call.attributes.flag("ceil_mode")
    return (x, sizes, windows, windows.beyond(sizes, roundsUp: roundsUp))
  }

  static func maxPool(_ call: NodeCall) throws -> [Tensor] {
    let (given, sizes, windows, beyond) = try input(call)
    let x = given.dtype.isFloatingPoint ? given : given.converted(to: .float32)
    let isPlain =
      windows.isSymmetric && !beyond.contains { $0 > 0 }
      && zip(windows.before, windows.kernel).allSatisfy { 2 * $0 <= $1 }
    let padded = isPlain ? x : x.padded(windows.amounts(beyond: beyond), mode: .constant(-.infinity))
    let padding = PerAxis(isPlain ? windows.before : Array(repeating: 0, count: sizes.count))
    let (kernel, stride, dilation) = (PerAxis(windows.kernel), PerAxis(windows.strides), PerAxis(windows.dilations))
    guard call.wants(1) else {
      let y = padded.maxPooled(
        kernel: kernel, stride: stride, padding: padding, dilation: dilation, spatialAxes: sizes.count)
      return [y.converted(to: given.dtype)]
    }
    let (values, found) = padded.maxPooledWithIndices(
      kernel: kernel, stride: stride, padding: padding, dilation: dilation, spatialAxes: sizes.count)
    try checkTensorErrors()
    let shift = isPlain ? Array(repeating: 0, count: sizes.count) : windows.before
    let places = places(
      found.converted(to: .int64), in: Array(padded.shape.sizes.dropFirst(2)), shift, sizes,
      columnsFirst: try call.attributes.flag("storage_order"))
    let channels = (Tensor(arange: x.shape[0] * x.shape[1]) * sizes.reduce(1, *))
      .reshaped(to: Shape([x.shape[0], x.shape[1]] + Array(repeating: 1, count: sizes.count)))
    return [values.converted(to: given.dtype), places + channels]
  }

  /// Places in the padded image as places in the image.
  private static func places(
    _ flat: Tensor, in padded: [Int], _ before: [Int], _ sizes: [Int], columnsFirst: Bool
  ) -> Tensor {
    var rest = flat
    var coordinates: [Tensor] = []
    for axis in padded.indices.reversed() {
      coordinates.insert(rest % padded[axis] - before[axis], at: 0)
      rest = rest.floorDivided(by: Tensor(padded[axis]))
    }
    let order = columnsFirst ? Array(sizes.indices.reversed()) : Array(sizes.indices)
    return order.reduce(Tensor(0)) { $0 * sizes[$1] + coordinates[$1] }
  }

  static func averagePool(_ call: NodeCall) throws -> Tensor {
    let (x, sizes, windows, beyond) = try input(call)
    let counts = try call.attributes.flag("count_include_pad")
    let isPlain = !windows.isPadded && !beyond.contains { $0 > 0 }
    let sum = mean(x.padded(windows.amounts(beyond: beyond)), windows)
    if isPlain { return sum }
    let none = Array(repeating: 0, count: sizes.count)
    // What share of each window counts.
    var mask = Tensor(ones: Shape([1, 1] + sizes), dtype: x.dtype)
    mask = mask.padded(windows.amounts(beyond: none), mode: .constant(counts ? 1 : 0))
    mask = mask.padded(beyond.map { (0, $0) })
    return sum / mean(mask, windows)
  }

  private static func mean(_ x: Tensor, _ windows: Windows) -> Tensor {
    if windows.dilations.allSatisfy({ $0 == 1 }) {
      return x.averagePooled(
        kernel: PerAxis(windows.kernel), stride: PerAxis(windows.strides), spatialAxes: windows.kernel.count)
    }
    return opened(x, windows).mean(axes: windows.kernel.indices.map { x.rank + $0 })
  }

  /// Every window along axes of its own, at the end.
  private static func opened(_ x: Tensor, _ windows: Windows) -> Tensor {
    windows.kernel.indices.reduce(x) {
      $0.slidingWindows(
        axis: 2 + $1, size: windows.kernel[$1], step: windows.strides[$1], dilation: windows.dilations[$1])
    }
  }

  private static func lpPool(_ call: NodeCall) throws -> Tensor {
    let (x, _, windows, beyond) = try input(call)
    let order = Double(try call.attributes.int("p", 2))
    let padded = x.padded(windows.amounts(beyond: beyond))
    return opened(padded, windows).norm(order: order, axes: windows.kernel.indices.map { x.rank + $0 })
  }

  private static func maxUnpool(_ call: NodeCall) throws -> Tensor {
    let (x, places) = (try call.tensor(0), try call.tensor(1))
    guard x.rank >= 3 else { throw NodeFailure(expected: "[N, C, spatial...]", got: "\(x.spec)") }
    let windows = try Windows(call, sizes: Array(x.shape.sizes.dropFirst(2)))
    let own = windows.kernel.indices.map { axis in
      (x.shape[2 + axis] - 1) * windows.strides[axis] + windows.kernel[axis] - windows.before[axis]
        - windows.after[axis]
    }
    let sizes = try call.integers(2) ?? x.shape.sizes.prefix(2) + own
    guard sizes.count == x.rank, Array(sizes.prefix(2)) == Array(x.shape.sizes.prefix(2)),
      let count = Shape(sizes).validElementCount, zip(sizes.dropFirst(2), own).allSatisfy({ $0 >= $1 })
    else { throw NodeFailure(expected: "an output of at least \(own)", got: "\(sizes)") }
    // The places are those of the smallest image that fits; a larger one has them row by row.
    let channels = max(sizes[0] * sizes[1], 1)
    let image = own.reduce(1, *)
    var rest = places.converted(to: .int64) % max(image, 1)
    var coordinates: [Tensor] = []
    for axis in own.indices.reversed() {
      coordinates.insert(rest % own[axis], at: 0)
      rest = rest.floorDivided(by: Tensor(own[axis]))
    }
    let flat = own.indices.reduce(Tensor(0)) { $0 * sizes[2 + $1] + coordinates[$1] }
    return Tensor(zeros: [channels, count / channels], dtype: x.dtype)
      .scattered(x.reshaped(to: [channels, -1]), at: flat.reshaped(to: [channels, -1]), axis: 1)
      .reshaped(to: Shape(sizes))
  }
}
