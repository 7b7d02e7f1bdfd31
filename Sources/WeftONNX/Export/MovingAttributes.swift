import WeftTensor

// What an operation holds beside its tensors: a node of ONNX holds the same for all sizes of the free axes.
extension ExportStep {
  /// The attributes whose rules read them of each recording, or take what they say from the results' shapes.
  private static let followers: [String: Set<String>] = [
    Reshape.name: ["shape"], Expand.name: ["shape"], Slice.name: ["start", "end"], Split.name: ["sizes"],
    Pad.name: ["before", "after"], ContinuedPad.name: ["before", "after"], "subscript": ["window"],
    "indexAdd": ["size"], "bagSum": ["bounds"], MaxPoolScatter.name: ["geometry"], ResampleAxis.name: ["size"],
    Sort.name: ["count"],
  ]

  /// Refuses attributes that follow the free axes where a node would hold the first recording's for good.
  func requireFixedAttributes() throws {
    if operations.dropFirst().allSatisfy({ AttributeTree.areSame($0, operations[0]) }) { return }
    let all = try attributes()
    var free = Self.followers[type(of: operations[0]).name] ?? []
    if (operations[0] as? ContinuedPad)?.mode == .circular { free = [] }
    for name in Set(all.flatMap(\.keys)).subtracting(free).sorted() {
      guard all.dropFirst().allSatisfy({ ($0[name] ?? .null).isSame(as: all[0][name] ?? .null) }) else {
        throw ExportObstacle(
          "its attribute '\(name)' follows the free axes, and a node of ONNX holds one value; leave the axis out of "
            + "`free`, or say it by an operation that takes it from the shape")
      }
    }
  }
}

extension AttributeTree {
  /// Whether both are equal, a number that is none also to itself.
  fileprivate func isSame(as other: AttributeTree) -> Bool {
    switch (self, other) {
    case (.number(let one), .number(let another)): return one == another || one.isNaN && another.isNaN
    case (.list(let some), .list(let others)):
      return some.count == others.count && zip(some, others).allSatisfy { $0.isSame(as: $1) }
    case (.members(let some), .members(let others)):
      return some.count == others.count
        && some.allSatisfy { name, value in others[name].map { value.isSame(as: $0) } ?? false }
    default: return self == other
    }
  }
}
