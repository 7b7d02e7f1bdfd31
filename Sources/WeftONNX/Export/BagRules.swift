import WeftTensor

// Sums of bags of embeddings: rows taken out of the table, and added to zeros at the places of their bags.
extension ExportRules {
  static let bags: [(String, ExportRule)] = [("bagSum", { step in [try step.summedBags()] })]
}

extension ExportStep {
  fileprivate func summedBags() throws -> GraphValue {
    let attributes = try attributes()
    let bounds = attributes.compactMap { $0["bounds"]?.integers }
    guard bounds.count == attributes.count else { throw ExportObstacle("bags whose bounds are not known") }
    let list = try first(bounds.map { $0.last ?? 0 }, of: places(1))
    let shapes = zip(list.shapes, inputs[0].shapes).map { [$0[0], $1[1]] }
    let taken = graph.emit("Gather", [inputs[0], list], ["axis": .integer(0)], shapes: shapes)
    var rows = graph.cast(taken, to: outputs[0].dtype)
    if let padding = attributes[0]["paddingIndex"]?.integer {
      let isPadding = graph.emit("Equal", [list, graph.scalar(Double(padding), list.dtype)], as: .bool)
      let zero = graph.scalar(0, rows.dtype)
      rows = graph.emit("Where", [graph.unsqueeze(isPadding, [1]), zero, rows], as: rows.dtype, shapes: shapes)
    }
    return try added(rows, at: try owners(of: bounds), axis: 0)
  }

  /// The first places of a list: what lies behind the last bag belongs to none.
  private func first(_ counts: [Int], of list: GraphValue) throws -> GraphValue {
    if list.shapes.map({ $0[0] }) == counts { return list }
    let bounds = [graph.integers([0]), try graph.size(counts, near: [list]), graph.integers([0])]
    return graph.emit("Slice", [list] + bounds, shapes: counts.map { [$0] })
  }

  /// The bag of each place.
  private func owners(of bounds: [[Int]]) throws -> GraphValue {
    let owners = bounds.map { bounds in
      Tensor(bounds.indices.dropLast().flatMap { Array(repeating: $0, count: bounds[$0 + 1] - bounds[$0]) })
    }
    return bounds.allSatisfy { $0 == bounds[0] } ? graph.constant(owners[0]) : try graph.moving(owners)
  }
}
