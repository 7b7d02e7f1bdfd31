import Foundation
import WeftTensor

// Attention, and recurrent layers along whole sequences.
extension ExportRules {
  static let sequences: [(String, ExportRule)] = [
    rule(Attention.self) { operation, step in [try AttentionWriter(step, operation).write(), nil] },
    ("recurrentSequence", { step in try step.recurrent() }),
  ]
}

/// Writes softmax(q·kᵀ·scale + mask)·v.
private struct AttentionWriter {
  let step: ExportStep
  let operation: Attention
  let query, key, value: GraphValue
  let mask: GraphValue?

  var graph: GraphWriter { step.graph }

  init(_ step: ExportStep, _ operation: Attention) {
    (self.step, self.operation) = (step, operation)
    (query, key, value) = (step.input(0), step.input(1), step.input(2))
    mask = step.inputs.count > 3 ? step.inputs[3] : nil
  }

  func write() throws -> GraphValue {
    let isSquare = query.sizes(of: -2) == key.sizes(of: -2)
    let leads = [query, key, value].map { $0.shapes.mapShapes { Array($0.dropLast(2)) } }
    let isPlain = query.rank == 4 && leads.allSatisfy { $0 == leads[0] }
    if step.opset >= 23, isPlain, !operation.isCausal || (isSquare && mask == nil) { return try oneNode() }
    return try parts()
  }

  private func oneNode() throws -> GraphValue {
    let fitting = mask.map { $0.dtype == .bool ? $0 : graph.cast($0, to: query.dtype) }
    // Runtimes want a row for each query and a column for each key.
    let wide = try fitting.map { mask in
      let shapes = step.outputShapes[0].indices.map { place -> [Int] in
        mask.shapes[place].dropLast(2) + [query.shapes[place][2], key.shapes[place][2]]
      }
      return try graph.expand(mask, to: shapes, near: step.inputs)
    }
    let result = graph.emit(
      "Attention", [query, key, value, wide],
      ["scale": .number(operation.scale), "is_causal": .integer(operation.isCausal ? 1 : 0)],
      shapes: step.outputShapes[0])
    guard let wide else { return result }
    // A query that no key is shown to gives zeros.
    let seen = graph.reduce("ReduceMax", graph.cast(kept(wide), to: .float32), [wide.rank - 1], keepDims: true)
    return graph.emit("Where", [graph.cast(seen, to: .bool), result, graph.scalar(0, result.dtype)], as: result.dtype)
  }

  /// Where a mask shows a key.
  private func kept(_ mask: GraphValue) -> GraphValue {
    if mask.dtype == .bool { return mask }
    return graph.emit("Greater", [mask, graph.scalar(-.infinity, mask.dtype)], as: .bool)
  }

  private func parts() throws -> GraphValue {
    let order = Array(0..<(key.rank - 2)) + [key.rank - 1, key.rank - 2]
    let scaled = graph.emit("Mul", [query, graph.scalar(operation.scale, query.dtype)])
    let scoreShapes = step.outputShapes[0].indices.map { place -> [Int] in
      step.outputShapes[0][place].dropLast() + [key.shapes[place][key.rank - 2]]
    }
    var scores = graph.emit("MatMul", [scaled, graph.transpose(key, order)], shapes: scoreShapes)
    if let mask, mask.dtype != .bool { scores = graph.emit("Add", [scores, graph.cast(mask, to: scores.dtype)]) }
    let causal = operation.isCausal ? try earlier() : nil
    let shown = mask.map(kept)
    let keeps = [mask?.dtype == .bool ? shown : nil, causal].compactMap { $0 }
    if let first = keeps.first {
      let all = keeps.count > 1 ? graph.emit("And", keeps, as: .bool) : first
      scores = graph.emit("Where", [all, scores, graph.scalar(-.infinity, scores.dtype)], as: scores.dtype)
    }
    var weights = graph.emit("Softmax", [scores], ["axis": .integer(-1)])
    // A query that no key is shown to gives zeros.
    if let shown { weights = graph.emit("Where", [shown, weights, graph.scalar(0, weights.dtype)], as: weights.dtype) }
    return graph.emit("MatMul", [weights, value], shapes: step.outputShapes[0])
  }

  /// True where the key's place is at most the query's, [queries, keys].
  private func earlier() throws -> GraphValue {
    func line(_ value: GraphValue) throws -> GraphValue {
      let sizes = value.sizes(of: -2) ?? []
      let isFixed = sizes.allSatisfy { $0 == sizes[0] }
      return isFixed
        ? graph.constant(Tensor(arange: sizes[0]).converted(to: .int64)) : try graph.range(sizes, near: step.inputs)
    }
    return graph.emit("LessOrEqual", [try line(key), graph.unsqueeze(try line(query), [1])], as: .bool)
  }
}

extension ExportStep {
  /// A recurrent layer in one direction: ONNX's gates stand in another order, which the weights are brought into.
  fileprivate func recurrent() throws -> [GraphValue?] {
    guard let direction = try attributes()[0]["direction"]?.members, case .text(let kind)? = direction["kind"] else {
      throw ExportObstacle("a cell that is not known")
    }
    let isReversed = direction["isReversed"] == .bool(true)
    let orders = ["lstm": [0, 3, 1, 2], "gru": [1, 0, 2]]
    let order = orders[kind] ?? [0]
    let firstBias = kind == "lstm" ? 5 : 4
    let values = inputs.indices.map { input($0) }
    let size = values[2].shapes[0][1]
    func turned(_ value: GraphValue) -> GraphValue { graph.reordered(value, order, size) }
    let biases = values.count > firstBias + 1 ? values[firstBias...].prefix(2).map(turned) : []
    let bias =
      biases.isEmpty
      ? nil
      : graph.unsqueeze(
        graph.emit("Concat", biases, ["axis": .integer(0)], shapes: biases[0].shapes.mapShapes { [2 * $0[0]] }), [0])
    let states = values[3..<firstBias].map { graph.number(of: $0) == 0 ? nil : graph.unsqueeze($0, [0]) }
    let weights = values[1...2].map { graph.unsqueeze(turned($0), [0]) }
    var settings: [(String, GraphAttribute)] = [
      ("hidden_size", .integer(size)), ("direction", .text(isReversed ? "reverse" : "forward")),
    ]
    if kind == "gru" { settings.append(("linear_before_reset", .integer(1))) }
    let name = kind == "lstm" ? "LSTM" : kind == "gru" ? "GRU" : "RNN"
    let last = outputShapes[0].mapShapes { [1] + $0.dropFirst() }
    let steps = outputShapes[0].mapShapes { [$0[0], 1] + $0.dropFirst() }
    let results = [steps, last] + (kind == "lstm" ? [last] : [])
    let found = graph.emitList(
      name, [values[0]] + weights + [bias, nil] + states, settings, results: results.map { (values[0].dtype, $0) })
    if kind == "relu" { graph.setTexts("activations", ["Relu"]) }
    let all = graph.squeeze(found[0], [1])
    return kind == "lstm" ? [all, graph.squeeze(found[2], [0])] : [all]
  }
}

extension GraphWriter {
  /// Rows in blocks of `size`, the blocks in another order.
  fileprivate func reordered(_ value: GraphValue, _ order: [Int], _ size: Int) -> GraphValue {
    if order.count == 1 { return value }
    let shapes = value.shapes.mapShapes { [size] + $0.dropFirst() }
    let blocks = emit(
      "Split", [value, integers(order.map { _ in size })], ["axis": .integer(0)],
      results: order.map { _ in (value.dtype, shapes) })
    return emit("Concat", order.map { blocks[$0] }, ["axis": .integer(0)], shapes: value.shapes)
  }

  /// A setting of several texts of the last node.
  fileprivate func setTexts(_ name: String, _ texts: [String]) {
    var proto = Onnx_AttributeProto()
    (proto.name, proto.type, proto.strings) = (name, .strings, texts.map { Data($0.utf8) })
    nodes[nodes.count - 1].attribute.append(proto)
  }
}
