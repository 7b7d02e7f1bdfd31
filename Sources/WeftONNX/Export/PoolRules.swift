import WeftTensor

// Pools.
extension ExportRules {
  static let pools: [(String, ExportRule)] = [
    rule(MaxPool.self) { operation, step in
      let pool = try PoolWriter(step, operation.windows)
      return try pool.maximum()
    },
    rule(AveragePool.self) { operation, step in
      let pool = try PoolWriter(step, operation.windows)
      return [try pool.average(operation)]
    },
  ]
}

/// Writes one pool.
private struct PoolWriter {
  let step: ExportStep
  let geometry: PoolGeometry
  let rounds: Bool
  let axes: Int

  var graph: GraphWriter { step.graph }
  var x: GraphValue { step.inputs[0] }
  /// Whether the spatial axes have one size.
  var isFixed: Bool { x.shapes.map { Array($0.dropFirst(2)) }.isFixed }

  init(_ step: ExportStep, _ windows: PoolWindows) throws {
    self.step = step
    geometry = try PoolGeometry(step.inputSpecs[0], windows, operation: "export")
    axes = geometry.inSize.count
    rounds = if case .sliding(_, _, _, _, let ceilMode) = windows { ceilMode } else { false }
  }

  /// How far the last windows reach beyond the padding, where sizes are rounded up.
  private var overhang: [Int] {
    (0..<axes).map { axis in
      let reach = geometry.dilation[axis] * (geometry.kernel[axis] - 1) + 1
      let end = (geometry.outSize[axis] - 1) * geometry.stride[axis] + reach
      return max(end - geometry.inSize[axis] - 2 * geometry.padding[axis], 0)
    }
  }

  /// Whether rounding up alone leads to the sizes: ONNX counts a last window too that begins behind the elements.
  private var roundsAsONNX: Bool {
    (0..<axes).allSatisfy { axis in
      let reach = geometry.dilation[axis] * (geometry.kernel[axis] - 1) + 1
      let room = geometry.inSize[axis] + 2 * geometry.padding[axis] - reach
      return (room + geometry.stride[axis] - 1) / geometry.stride[axis] + 1 == geometry.outSize[axis]
    }
  }

  /// What a fixed rounding up comes to is padding behind, which all runtimes take alike. ONNX Runtime wants it to be
  /// less than a window, which it may not be where that has gaps.
  private func attributes(behind: [Int]) -> [(String, GraphAttribute)] {
    let sums = zip(geometry.padding, behind).map { $0 + $1 }
    let isTaken = zip(sums, geometry.kernel).allSatisfy { $0 < $1 }
    let isPadding = isFixed && (isTaken || !roundsAsONNX)
    return [
      ("kernel_shape", .integers(geometry.kernel)), ("strides", .integers(geometry.stride)),
      ("pads", .integers(geometry.padding + (isPadding ? sums : geometry.padding))),
      ("ceil_mode", .integer(rounds && !isPadding ? 1 : 0)),
    ]
  }

  // MARK: Maximum

  func maximum() throws -> [GraphValue?] {
    if geometry.isAdaptive { return try adaptiveMaximum() }
    let results = graph.emitList(
      "MaxPool", [x], attributes(behind: overhang) + [("dilations", .integers(geometry.dilation))],
      results: [(x.dtype, step.outputShapes[0]), (.int64, step.outputShapes[1])])
    return [results[0], try channelPlaces(results[1])]
  }

  /// ONNX counts places in the whole tensor, Weft in one channel.
  private func channelPlaces(_ places: GraphValue) throws -> GraphValue {
    let counts = x.shapes.map { $0.dropFirst(2).reduce(1, *) }
    return graph.emit("Mod", [places, try graph.size(counts, near: step.inputs)], shapes: places.shapes)
  }

  private var coversAll: Bool {
    geometry.outSize.allSatisfy { $0 == 1 }
      && step.outputShapes[0].allSatisfy { $0.dropFirst(2).allSatisfy { $0 == 1 } }
  }

  private func adaptiveMaximum() throws -> [GraphValue?] {
    if let kernel = evenKernel {
      let results = graph.emit(
        "MaxPool", [x], ["kernel_shape": .integers(kernel), "strides": .integers(kernel)],
        results: [(x.dtype, step.outputShapes[0]), (.int64, step.outputShapes[1])])
      return [results[0], try channelPlaces(results[1])]
    }
    if coversAll { return [graph.emit("GlobalMaxPool", [x], shapes: step.outputShapes[0]), nil] }
    guard isFixed else { throw ExportObstacle("an adaptive pool of axes whose sizes are free to more than one window") }
    var value = x
    for axis in 0..<axes {
      let windows = (0..<geometry.outSize[axis]).map { geometry.window($0, axis: axis).places }
      let parts = windows.map { places in
        graph.reduce(
          "ReduceMax", graph.slice(value, axis + 2, from: places[0], to: places[places.count - 1] + 1), [axis + 2],
          keepDims: true)
      }
      let shapes = value.shapes.mapShapes { shape in
        var shape = shape
        shape[axis + 2] = parts.count
        return shape
      }
      value = graph.emit("Concat", parts, ["axis": .integer(axis + 2)], shapes: shapes)
    }
    return [value, nil]
  }

  /// The kernel of an adaptive pool whose windows are alike.
  private var evenKernel: [Int]? {
    guard isFixed, zip(geometry.inSize, geometry.outSize).allSatisfy({ $0.isMultiple(of: $1) }) else { return nil }
    return zip(geometry.inSize, geometry.outSize).map { $0 / $1 }
  }

  // MARK: Average

  func average(_ operation: AveragePool) throws -> GraphValue {
    if geometry.isAdaptive { return try adaptiveAverage() }
    if x.dtype == .float64, let means = averageOfDoubles(operation) { return means }
    let hasPadding = geometry.padding.contains { $0 > 0 }
    if operation.divisor == nil, !rounds || (isFixed && overhang.allSatisfy { $0 == 0 }) {
      let counts = operation.countsPadding && hasPadding ? 1 : 0
      return graph.emitList(
        "AveragePool", [x], attributes(behind: overhang) + [("count_include_pad", .integer(counts))],
        results: [(x.dtype, step.outputShapes[0])])[0]
    }
    guard isFixed else { throw ExportObstacle("an average pool of its own divisor, or rounded up, over free axes") }
    // Means over all of each window, and what they are to be multiplied by.
    let whole = graph.emitList(
      "AveragePool", [x], attributes(behind: overhang) + [("count_include_pad", .integer(1))],
      results: [(x.dtype, step.outputShapes[0])])[0]
    return graph.emit("Mul", [whole, graph.constant(try factors(operation))])
  }

  /// For each window its size by what its sum is to be divided by.
  private func factors(_ operation: AveragePool) throws -> Tensor {
    let size = Double(geometry.kernel.reduce(1, *))
    var divisors = Tensor(ones: Shape([1, 1] + geometry.outSize.map { _ in 1 }), dtype: .float64)
    for axis in 0..<axes {
      let counts = (0..<geometry.outSize[axis]).map { place -> Double in
        let window = geometry.window(place, axis: axis)
        return Double(operation.countsPadding ? window.size : window.places.count)
      }
      var shape = Array(repeating: 1, count: axes + 2)
      shape[axis + 2] = counts.count
      divisors = divisors * Tensor(counts, shape: Shape(shape), dtype: .float64)
    }
    if let divisor = operation.divisor { divisors = divisors * 0 + Double(divisor) }
    return (size / divisors).converted(to: x.dtype)
  }

  /// Without the node, which ONNX Runtime has for no float64; nil where only the node says it.
  private func averageOfDoubles(_ operation: AveragePool) -> GraphValue? {
    let isPlain = operation.divisor == nil && !rounds && geometry.padding.allSatisfy { $0 == 0 }
    return isPlain ? averageOfSlices() : isFixed ? averageOfShares(operation) : nil
  }

  /// Axis by axis the sum of what stands at the first place of each window, at the second, and so on.
  private func averageOfSlices() -> GraphValue {
    var value = x
    for axis in 0..<axes {
      let (kernel, stride) = (geometry.kernel[axis], geometry.stride[axis])
      let shapes = zip(value.shapes, step.outputShapes[0]).map { shape, result in
        shape.indices.map { $0 == axis + 2 ? result[$0] : shape[$0] }
      }
      let parts = (0..<kernel).map { place in
        let end = place == kernel - 1 ? Int.max : place - kernel + 1
        let bounds = [[place], [end], [axis + 2], [stride]].map { graph.integers($0) }
        return graph.emit("Slice", [value] + bounds, shapes: shapes)
      }
      value = parts.dropFirst().reduce(parts[0]) { graph.emit("Add", [$0, $1], shapes: shapes) }
    }
    return graph.emit("Mul", [value, graph.scalar(1 / Double(geometry.kernel.reduce(1, *)), x.dtype)])
  }

  /// Axis by axis a product with the windows' shares.
  private func averageOfShares(_ operation: AveragePool) -> GraphValue {
    var value = x
    for axis in 0..<axes {
      var shares = Array(repeating: 0.0, count: geometry.outSize[axis] * geometry.inSize[axis])
      for place in 0..<geometry.outSize[axis] {
        let window = geometry.window(place, axis: axis)
        let count = operation.divisor != nil ? 1 : operation.countsPadding ? window.size : window.places.count
        for input in window.places { shares[place * geometry.inSize[axis] + input] = 1 / Double(count) }
      }
      let map = Tensor(shares, shape: [geometry.outSize[axis], geometry.inSize[axis]], dtype: value.dtype)
      value = graph.mapped(value, axis: axis + 2, by: map)
    }
    return operation.divisor.map { graph.emit("Mul", [value, graph.scalar(1 / Double($0), x.dtype)]) } ?? value
  }

  private func adaptiveAverage() throws -> GraphValue {
    if coversAll { return graph.emit("GlobalAveragePool", [x], shapes: step.outputShapes[0]) }
    if let kernel = evenKernel {
      return graph.emit(
        "AveragePool", [x], ["kernel_shape": .integers(kernel), "strides": .integers(kernel)],
        shapes: step.outputShapes[0])
    }
    guard isFixed else { throw ExportObstacle("an adaptive pool of axes whose sizes are free to more than one window") }
    // A product with the windows' shares, axis by axis.
    var value = x
    for axis in 0..<axes where geometry.inSize[axis] != geometry.outSize[axis] {
      var shares = Array(repeating: 0.0, count: geometry.outSize[axis] * geometry.inSize[axis])
      for place in 0..<geometry.outSize[axis] {
        let places = geometry.window(place, axis: axis).places
        for input in places { shares[place * geometry.inSize[axis] + input] = 1 / Double(places.count) }
      }
      let map = Tensor(shares, shape: [geometry.outSize[axis], geometry.inSize[axis]], dtype: value.dtype)
      value = graph.mapped(value, axis: axis + 2, by: map)
    }
    return value
  }
}

extension GraphWriter {
  /// A linear map of one axis: the product with a matrix [result, input].
  func mapped(_ value: GraphValue, axis: Int, by map: Tensor) -> GraphValue {
    let last = value.rank - 1
    var order = Array(0...last)
    order.swapAt(axis, last)
    let turned = transpose(value, order)
    let product = emit(
      "MatMul", [turned, constant(map.transposed(0, 1).contiguous())],
      shapes: turned.shapes.mapShapes { $0.dropLast() + [map.shape[0]] })
    return transpose(product, order)
  }

  /// `emit` for settings that are put together.
  func emitList(
    _ type: String, _ inputs: [GraphValue?], _ attributes: [(String, GraphAttribute)],
    results: [(dtype: DType, shapes: [[Int]])]
  ) -> [GraphValue] {
    let values = emit(type, inputs, results: results)
    nodes[nodes.count - 1].attribute = attributes.map { $0.1.proto($0.0) }
    return values
  }
}
