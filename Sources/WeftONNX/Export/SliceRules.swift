import WeftTensor

// Parts of tensors, taken and put in.
extension ExportRules {
  static let slices: [(String, ExportRule)] = [
    rule(Slice.self) { operation, step in
      let axis = try step.place(operation.axis, of: 0)
      let all = step.operations.compactMap { $0 as? Slice }
      let (first, last) = (
        try step.bound(all.map(\.start), isEnd: false, operation.step),
        try step.bound(all.map(\.end), isEnd: true, operation.step)
      )
      let inputs = [step.inputs[0], first, last, step.graph.integers([axis]), step.graph.integers([operation.step])]
      return [step.graph.emit("Slice", inputs, shapes: step.outputShapes[0])]
    },
    ("subscript", { step in [try step.window(WindowNumbers(step.attributes()))] }),
    ("subscriptAssignment", { step in [try step.putInto(WindowNumbers(step.attributes()))] }),
    rule(SlidingWindows.self) { operation, step in [try step.windows(operation)] },
    rule(OverlapAdd.self) { operation, step in [try step.overlapped(operation)] },
  ]
}

extension GraphWriter {
  /// Part of one axis; nil for all to its end.
  func slice(_ value: GraphValue, _ axis: Int, from start: Int, to end: Int?) -> GraphValue {
    let shapes = value.shapes.mapShapes { shape in
      var shape = shape
      func place(_ bound: Int) -> Int { min(max(bound < 0 ? bound + shape[axis] : bound, 0), shape[axis]) }
      shape[axis] = max(place(end ?? shape[axis]) - place(start), 0)
      return shape
    }
    return emit(
      "Slice", [value, integers([start]), integers([end ?? .max]), integers([axis])], shapes: shapes)
  }
}

/// What a subscript takes of each axis, in each recording.
struct WindowNumbers {
  let starts, counts, steps: [[Int]]
  /// For each axis of the result the tensor's axis that it is; nil for a new one.
  let layout: [Int?]

  init(_ attributes: [[String: AttributeTree]]) throws {
    func lists(_ name: String) -> [[Int]] { attributes.compactMap { $0["window"]?.members?[name]?.integers } }
    (starts, counts, steps) = (lists("starts"), lists("counts"), lists("steps"))
    guard starts.count == attributes.count, counts.count == attributes.count, steps.count == attributes.count,
      let layout = attributes[0]["window"]?.members?["layout"]?.list, steps.isFixed,
      attributes.allSatisfy({ $0["window"]?.members?["layout"]?.list == layout })
    else { throw ExportObstacle("a subscript without its places") }
    self.layout = layout.map { if case .integer(let axis) = $0 { Int(axis) } else { nil } }
  }
}

extension AttributeTree {
  var members: [String: AttributeTree]? { if case .members(let members) = self { members } else { nil } }
  var list: [AttributeTree]? { if case .list(let list) = self { list } else { nil } }
  var integer: Int? { if case .integer(let value) = self { Int(value) } else { nil } }
  var integers: [Int]? {
    guard let list else { return nil }
    let found = list.compactMap(\.integer)
    return found.count == list.count ? found : nil
  }
}

extension ExportStep {
  /// A bound of a slice as a list of one integer.
  fileprivate func bound(_ bounds: [Int?], isEnd: Bool, _ step: Int) throws -> GraphValue {
    let numbers = bounds.compactMap { $0 }
    if numbers.count == bounds.count { return try graph.size(numbers, near: inputs) }
    guard numbers.isEmpty else { throw ExportObstacle.movingSize }
    return graph.integers([isEnd ? (step > 0 ? .max : .min) : step > 0 ? 0 : .max])
  }

  /// The elements that brackets name: a slice of the axes that are not whole, without those of one element, in their
  /// order.
  fileprivate func window(_ window: WindowNumbers) throws -> GraphValue {
    var value = try sliced(window)
    let kept = window.layout.compactMap { $0 }
    let gone = (0..<value.rank).filter { !kept.contains($0) }
    value = graph.squeeze(value, gone)
    let rising = kept.sorted()
    value = graph.transpose(value, kept.compactMap { rising.firstIndex(of: $0) })
    return graph.unsqueeze(value, window.layout.indices.filter { window.layout[$0] == nil })
  }

  private func sliced(_ window: WindowNumbers) throws -> GraphValue {
    let input = inputs[0]
    var (starts, ends, axes, steps): ([GraphValue], [GraphValue], [Int], [Int]) = ([], [], [], [])
    for axis in 0..<input.rank {
      let (first, count) = (window.starts.map { $0[axis] }, window.counts.map { $0[axis] })
      let step = window.steps[0][axis]
      let sizes = input.sizes(of: axis) ?? []
      if step == 1, first.allSatisfy({ $0 == 0 }), count == sizes { continue }
      let past = zip(first, count).map { $0 + $1 * step }
      let reachesEnd = step > 0 ? zip(past, sizes).allSatisfy { $0 >= $1 } : past.allSatisfy { $0 < 0 }
      starts.append(try graph.size(first, near: inputs))
      ends.append(reachesEnd ? graph.integers([step > 0 ? .max : .min]) : try graph.size(past, near: inputs))
      axes.append(axis)
      steps.append(step)
    }
    if axes.isEmpty { return input }
    let shapes = zip(input.shapes, window.counts).map { shape, counts in
      shape.indices.map { axes.contains($0) ? counts[$0] : shape[$0] }
    }
    let bounds = [starts, ends].map { list -> GraphValue in
      list.count == 1 ? list[0] : graph.joined(list, count: list.count)
    }
    return graph.emit("Slice", [input] + bounds + [graph.integers(axes), graph.integers(steps)], shapes: shapes)
  }

  /// The tensor with values at the places that brackets name.
  fileprivate func putInto(_ window: WindowNumbers) throws -> GraphValue {
    guard inputs[0].isFixed, inputs[1].isFixed else {
      throw ExportObstacle("an assignment to a part of a tensor whose size is free")
    }
    let (shape, counts) = (inputs[0].shapes[0], window.counts[0])
    let places = Tensor(arange: shape.reduce(1, *)).reshaped(to: Shape(shape))
    var taken = places
    for axis in shape.indices {
      let list = (0..<counts[axis]).map { window.starts[0][axis] + $0 * window.steps[0][axis] }
      taken = taken.indexSelected(Tensor(list, shape: [list.count], dtype: .int64), axis: axis)
    }
    let kept = window.layout.compactMap { $0 }
    let gone = shape.indices.filter { !kept.contains($0) }
    let sizes = window.layout.map { $0.map { counts[$0] } ?? 1 }
    let ordered = taken.permuted(kept + gone).reshaped(-1)
    let values = try graph.expand(input(1), to: Array(repeating: sizes, count: graph.recordings))
    let flat = [input(0), values].map { value in
      graph.emit(
        "Reshape", [value, graph.integers([-1])], shapes: value.shapes.mapShapes { [$0.reduce(1, *)] })
    }
    let filled = graph.emit(
      "ScatterElements", [flat[0], graph.constant(ordered.converted(to: .int64)), flat[1]], shapes: flat[0].shapes)
    return try graph.reshape(filled, to: outputShapes[0])
  }
}

// Windows along an axis.
extension ExportStep {
  /// Gathered by a table of places, whose rows are the windows; their elements then go to the end.
  fileprivate func windows(_ operation: SlidingWindows) throws -> GraphValue {
    let axis = try place(operation.axis, of: 0)
    let counts = outputShapes[0].map { $0[axis] }
    let inside = Tensor(
      (0..<operation.size).map { $0 * operation.dilation }, shape: [1, operation.size], dtype: .int64)
    let places: GraphValue
    if counts.allSatisfy({ $0 == counts[0] }) {
      let starts = Tensor((0..<counts[0]).map { $0 * operation.step }, shape: [counts[0], 1], dtype: .int64)
      places = graph.constant(starts + inside)
    } else {
      let rows = graph.unsqueeze(try graph.range(counts, near: inputs), [1])
      let starts = graph.emit("Mul", [rows, graph.scalar(Double(operation.step), .int64)])
      places = graph.emit("Add", [starts, graph.constant(inside)])
    }
    let shapes = zip(inputs[0].shapes, counts).map { shape, count in
      Array(shape[..<axis]) + [count, operation.size] + Array(shape[(axis + 1)...])
    }
    let taken = graph.emit("Gather", [inputs[0], places], ["axis": .integer(axis)], shapes: shapes)
    return graph.transpose(taken, (0..<taken.rank).filter { $0 != axis + 1 } + [axis + 1])
  }

  /// The product with the matrix that says which element of which window lies where.
  fileprivate func overlapped(_ operation: OverlapAdd) throws -> GraphValue {
    let axis = try place(operation.axis, of: 0)
    let value = input(0)
    let (counts, sizes) = (value.sizes(of: axis) ?? [], value.sizes(of: -1) ?? [])
    guard counts.allSatisfy({ $0 == counts[0] }), sizes.allSatisfy({ $0 == sizes[0] }) else {
      throw ExportObstacle("overlapping windows along an axis whose size is free")
    }
    let last = value.rank - 1
    let rest = (0..<last).filter { $0 != axis }
    let turned = graph.transpose(value, rest + [axis, last])
    let lines = try graph.reshape(turned, to: turned.shapes.mapShapes { $0.dropLast(2) + [counts[0] * sizes[0]] })
    var matrix = Array(repeating: 0.0, count: counts[0] * sizes[0] * operation.length)
    for window in 0..<counts[0] {
      for place in 0..<sizes[0] {
        let row = window * sizes[0] + place
        matrix[row * operation.length + window * operation.step + place * operation.dilation] = 1
      }
    }
    let map = Tensor(matrix, shape: [counts[0] * sizes[0], operation.length], dtype: value.dtype)
    let sums = graph.emit(
      "MatMul", [lines, graph.constant(map)], shapes: lines.shapes.mapShapes { $0.dropLast() + [operation.length] })
    // The axis goes back to its place.
    var order = Array(0..<(sums.rank - 1))
    order.insert(sums.rank - 1, at: axis)
    return graph.transpose(sums, order)
  }
}
