import WeftTensor

// Reductions over axes, and along one.
extension ExportRules {
  static let reductions: [(String, ExportRule)] = [
    rule(Sum.self) { operation, step in
      [step.graph.sum(step.input(0), try step.axes(operation.axes), keepDims: operation.keepDims)]
    },
    rule(Mean.self) { operation, step in [try step.reduced("ReduceMean", operation.axes, operation.keepDims)] },
    rule(Max.self) { operation, step in [try step.reduced("ReduceMax", operation.axes, operation.keepDims)] },
    rule(Min.self) { operation, step in [try step.reduced("ReduceMin", operation.axes, operation.keepDims)] },
    rule(Product.self) { operation, step in [try step.reduced("ReduceProd", operation.axes, operation.keepDims)] },
    rule(LogSumExp.self) { operation, step in
      [try step.reduced("ReduceLogSumExp", operation.axes, operation.keepDims)]
    },
    rule(AllOf.self) { operation, step in [try step.truths("ReduceMin", operation.axes, operation.keepDims)] },
    rule(AnyOf.self) { operation, step in [try step.truths("ReduceMax", operation.axes, operation.keepDims)] },
    rule(Norm.self) { operation, step in [try step.norm(operation)] },
    rule(Variance.self) { operation, step in
      try step.moments(operation.axes, operation.keepDims, operation.correction)
    },
    rule(StandardDeviation.self) { operation, step in
      let both = try step.moments(operation.axes, operation.keepDims, operation.correction)
      return [step.graph.emit("Sqrt", [both[0]]), both[1]]
    },
    rule(ArgMax.self) { operation, step in [try step.position("ArgMax", operation.axis, operation.keepDims)] },
    rule(ArgMin.self) { operation, step in [try step.position("ArgMin", operation.axis, operation.keepDims)] },
    rule(MaxAlongAxis.self) { operation, step in
      [
        try step.reduced("ReduceMax", [operation.axis], operation.keepDims),
        try step.position("ArgMax", operation.axis, operation.keepDims),
      ]
    },
    rule(MinAlongAxis.self) { operation, step in
      [
        try step.reduced("ReduceMin", [operation.axis], operation.keepDims),
        try step.position("ArgMin", operation.axis, operation.keepDims),
      ]
    },
    rule(CumulativeSum.self) { operation, step in
      let axis = step.graph.scalar(Double(try step.place(operation.axis, of: 0)), .int64)
      return [step.graph.emit("CumSum", [step.input(0), axis], shapes: step.inputs[0].shapes)]
    },
  ]
}

extension ExportStep {
  /// The reduced axes, from 0.
  fileprivate func axes(_ axes: [Int]?) throws -> [Int] {
    guard let axes else { return Array(0..<inputs[0].rank) }
    return inputs[0].rank == 0 ? [] : try axes.map { try place($0, of: 0) }.sorted()
  }

  fileprivate func reduced(_ name: String, _ axes: [Int]?, _ keepDims: Bool) throws -> GraphValue {
    graph.reduce(name, input(0), try self.axes(axes), keepDims: keepDims)
  }

  /// Whether all, or any, are other than 0.
  fileprivate func truths(_ name: String, _ axes: [Int]?, _ keepDims: Bool) throws -> GraphValue {
    let numbers = graph.cast(graph.cast(inputs[0], to: .bool), to: .int32)
    return graph.cast(graph.reduce(name, numbers, try self.axes(axes), keepDims: keepDims), to: .bool)
  }

  fileprivate func norm(_ operation: Norm) throws -> GraphValue {
    let (value, axes) = (input(0), try axes(operation.axes))
    func reduce(_ name: String, _ value: GraphValue) -> GraphValue {
      graph.reduce(name, value, axes, keepDims: operation.keepDims)
    }
    switch operation.order {
    case 2 where !axes.isEmpty: return reduce("ReduceL2", value)
    case 1 where !axes.isEmpty: return reduce("ReduceL1", value)
    case .infinity: return reduce("ReduceMax", graph.emit("Abs", [value]))
    case -.infinity: return reduce("ReduceMin", graph.emit("Abs", [value]))
    case 0:
      let zero = graph.scalar(0, value.dtype)
      let isOther = graph.emit("Not", [graph.emit("Equal", [value, zero], as: .bool)])
      return graph.sum(graph.cast(isOther, to: value.dtype), axes, keepDims: operation.keepDims)
    default:
      let powers = graph.emit("Pow", [graph.emit("Abs", [value]), graph.scalar(operation.order, value.dtype)])
      let sum = graph.sum(powers, axes, keepDims: operation.keepDims)
      return graph.emit("Pow", [sum, graph.scalar(1 / operation.order, value.dtype)])
    }
  }

  /// The variance and the mean.
  fileprivate func moments(_ axes: [Int]?, _ keepDims: Bool, _ correction: Double) throws -> [GraphValue] {
    let (value, axes) = (input(0), try self.axes(axes))
    let mean = graph.reduce("ReduceMean", value, axes, keepDims: true)
    let centered = graph.emit("Sub", [value, mean])
    let square = graph.emit("Mul", [centered, centered])
    let counts = value.shapes.map { shape in axes.reduce(1) { $0 * shape[$1] } }
    let variance: GraphValue
    if correction == 0 {
      variance = graph.reduce("ReduceMean", square, axes, keepDims: keepDims)
    } else {
      let sum = graph.sum(square, axes, keepDims: keepDims)
      let isFixed = counts.allSatisfy { $0 == counts[0] }
      let count =
        isFixed
        ? graph.scalar(Double(counts[0]), value.dtype)
        : graph.cast(graph.squeeze(try graph.size(counts, near: inputs), [0]), to: value.dtype)
      variance = graph.emit(
        "Div", [sum, graph.emit("Sub", [count, graph.scalar(correction, value.dtype)])], shapes: sum.shapes)
    }
    return [variance, keepDims ? mean : graph.squeeze(mean, axes)]
  }

  /// The place of an extreme along an axis, or among all elements.
  fileprivate func position(_ name: String, _ axis: Int?, _ keepDims: Bool) throws -> GraphValue {
    var value = inputs[0]
    // Runtimes have it for few types.
    if !value.dtype.isFloatingPoint { value = graph.cast(value, to: value.dtype == .int32 ? .int32 : .int64) }
    if value.rank == 0 || axis == nil {
      value = graph.emit(
        "Reshape", [value, graph.integers([-1])], shapes: value.shapes.mapShapes { [$0.reduce(1, *)] })
      let place = graph.emit(
        name, [value], ["axis": .integer(0), "keepdims": .integer(0)], as: .int64,
        shapes: value.shapes.mapShapes { _ in [] })
      return try graph.reshape(place, to: outputShapes[outputs.count - 1])
    }
    let place = try place(axis ?? 0, of: 0)
    return graph.emit(
      name, [value], ["axis": .integer(place), "keepdims": .integer(keepDims ? 1 : 0)], as: .int64,
      shapes: outputShapes[outputs.count - 1])
  }
}
