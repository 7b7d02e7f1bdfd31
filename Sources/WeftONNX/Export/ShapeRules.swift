import WeftTensor

// Operations that move elements without looking at them.
extension ExportRules {
  static let shapes: [(String, ExportRule)] = [
    rule(Reshape.self) { _, step in [try step.graph.reshape(step.inputs[0], to: step.outputShapes[0])] },
    rule(Permute.self) { operation, step in
      let rank = step.inputs[0].rank
      return [step.graph.transpose(step.inputs[0], operation.axes.map { $0 < 0 ? $0 + rank : $0 })]
    },
    rule(Expand.self) { _, step in [try step.graph.expand(step.inputs[0], to: step.outputShapes[0])] },
    rule(Contiguous.self) { _, step in [step.inputs[0]] },
    rule(Concatenate.self) { operation, step in
      let inputs = step.inputs.indices.map { step.input($0) }
      let axis = try step.place(operation.axis, of: 0)
      return [step.graph.emit("Concat", inputs, ["axis": .integer(axis)], shapes: step.outputShapes[0])]
    },
    rule(Stack.self) { operation, step in
      let rank = step.outputs[0].shape.rank
      let axis = operation.axis < 0 ? operation.axis + rank : operation.axis
      let inputs = step.inputs.indices.map { step.graph.unsqueeze(step.input($0), [axis]) }
      return [step.graph.emit("Concat", inputs, ["axis": .integer(axis)], shapes: step.outputShapes[0])]
    },
    rule(Split.self) { operation, step in
      let axis = try step.place(operation.axis, of: 0)
      let sizes = step.operations.compactMap { ($0 as? Split)?.sizes }
      return step.graph.emit(
        "Split", [step.inputs[0], try step.graph.shape(sizes, near: step.inputs)], ["axis": .integer(axis)],
        results: zip(step.outputs, step.outputShapes).map { ($0.dtype, $1) })
    },
    rule(Unbind.self) { operation, step in
      let axis = try step.place(operation.axis, of: 0)
      return step.outputs.indices.map { place in
        let index = step.graph.constant(Tensor(place).converted(to: .int64))
        return step.graph.emit(
          "Gather", [step.inputs[0], index], ["axis": .integer(axis)], shapes: step.outputShapes[place])
      }
    },
    rule(Pad.self) { operation, step in
      let dtype = step.outputs[0].dtype
      let both = step.operations.compactMap { ($0 as? Pad).map { ($0.before, $0.after) } }
      return [try step.padded(both, "constant", step.graph.scalar(operation.value, dtype))]
    },
    rule(ContinuedPad.self) { operation, step in
      let both = step.operations.compactMap { ($0 as? ContinuedPad).map { ($0.before, $0.after) } }
      switch operation.mode {
      case .reflect: return [try step.padded(both, "reflect", nil)]
      case .replicate: return [try step.padded(both, "edge", nil)]
      case .circular: return [step.wrapped(operation)]
      }
    },
    rule(Roll.self) { operation, step in
      let axis = try step.place(operation.axis, of: 0)
      let (value, size) = (step.inputs[0], step.inputs[0].shapes[0][axis])
      guard size > 0 else { return [value] }
      let isFixed = value.sizes(of: axis)?.allSatisfy { $0 == size } ?? false
      guard isFixed || operation.shift.magnitude < size else {
        throw ExportObstacle("a roll by more than a free axis may be long")
      }
      let shift = isFixed ? ((operation.shift % size) + size) % size : operation.shift
      if shift == 0 { return [value] }
      let parts = [
        step.graph.slice(value, axis, from: -shift, to: nil), step.graph.slice(value, axis, from: 0, to: -shift),
      ]
      return [step.graph.emit("Concat", parts, ["axis": .integer(axis)], shapes: value.shapes)]
    },
    rule(Tril.self) { operation, step in [step.triangle(operation.diagonal, isUpper: false)] },
    rule(Triu.self) { operation, step in [step.triangle(operation.diagonal, isUpper: true)] },
    rule(Diagonal.self) { operation, step in [try step.diagonal(operation)] },
  ]
}

extension ExportStep {
  /// The axis of an input, from 0.
  func place(_ axis: Int, of input: Int) throws -> Int {
    guard let place = inputSpecs[input].shape.axis(axis) else { throw ExportObstacle("axis \(axis) of a scalar") }
    return place
  }

  /// A pad by the numbers of each recording.
  fileprivate func padded(
    _ amounts: [(before: [Int], after: [Int])], _ mode: String, _ filling: GraphValue?
  ) throws -> GraphValue {
    let rank = inputs[0].rank
    let lists = amounts.map { before, after -> [Int] in
      let lead = Array(repeating: 0, count: rank - before.count)
      return lead + before + lead + after
    }
    return graph.emit(
      "Pad", [inputs[0], try graph.shape(lists, near: inputs), filling], ["mode": .text(mode)], shapes: outputShapes[0])
  }

  /// The value with its own elements from the other end around it, axis by axis.
  fileprivate func wrapped(_ operation: ContinuedPad) -> GraphValue {
    var value = inputs[0]
    let lead = value.rank - operation.before.count
    for (place, (before, after)) in zip(operation.before, operation.after).enumerated() where before + after > 0 {
      let axis = lead + place
      let front = before > 0 ? [graph.slice(value, axis, from: -before, to: nil)] : []
      let back = after > 0 ? [graph.slice(value, axis, from: 0, to: after)] : []
      let shapes = value.shapes.mapShapes { shape in
        var shape = shape
        shape[axis] += before + after
        return shape
      }
      value = graph.emit("Concat", front + [value] + back, ["axis": .integer(axis)], shapes: shapes)
    }
    return value
  }

  fileprivate func triangle(_ diagonal: Int, isUpper: Bool) -> GraphValue {
    // Runtimes have it for few types.
    let dtype = inputs[0].dtype
    let wide: DType = dtype.isFloatingPoint ? dtype : dtype == .bool ? .bool : .int64
    return graph.emit(
      "Trilu", [graph.cast(inputs[0], to: wide), graph.scalar(Double(diagonal), .int64)],
      ["upper": .integer(isUpper ? 1 : 0)], shapes: inputs[0].shapes)
  }

  /// The elements of a diagonal, gathered from the matrices' elements in a row.
  fileprivate func diagonal(_ operation: Diagonal) throws -> GraphValue {
    let (row, column) = (try place(operation.rowAxis, of: 0), try place(operation.columnAxis, of: 0))
    let rest = (0..<inputs[0].rank).filter { $0 != row && $0 != column }
    let matrices = graph.transpose(inputs[0], rest + [row, column])
    let sizes = matrices.shapes.map { Array($0.suffix(2)) }
    guard sizes.isFixed else { throw ExportObstacle("a diagonal of a matrix whose size is free") }
    let (rows, columns) = (sizes[0][0], sizes[0][1])
    let places = (0..<rows).filter { (0..<columns).contains($0 + operation.offset) }
      .map { $0 * columns + $0 + operation.offset }
    let lines = try graph.reshape(matrices, to: matrices.shapes.mapShapes { $0.dropLast(2) + [rows * columns] })
    return graph.emit(
      "Gather", [lines, graph.integers(places)], ["axis": .integer(lines.rank - 1)], shapes: outputShapes[0])
  }
}
