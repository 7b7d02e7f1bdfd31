import WeftTensor

extension Operator {
  /// Sequences and optionals.
  static let sequences: [Operator] = [
    Operator("SequenceEmpty", body: .values { _ in [.sequence([])] }),
    Operator(
      "SequenceConstruct",
      body: .values { call in
        [.sequence(try call.inputs.indices.map { try call.value($0) })]
      }),
    Operator("SequenceLength", body: .values { [.tensor(Tensor(try $0.sequence(0).count))] }),
    Operator(
      "SequenceAt",
      body: .values { call in
        let values = try call.sequence(0)
        return [values[try place(call, 1, values.count - 1)]]
      }),
    Operator(
      "SequenceInsert",
      body: .values { call in
        var values = try call.sequence(0)
        values.insert(try call.value(1), at: call.has(2) ? try place(call, 2, values.count) : values.count)
        return [.sequence(values)]
      }),
    Operator(
      "SequenceErase",
      body: .values { call in
        var values = try call.sequence(0)
        values.remove(at: try place(call, 1, values.count - 1))
        return [.sequence(values)]
      }),
    Operator("ConcatFromSequence") { call in
      let tensors = try call.sequence(0).compactMap(\.tensor)
      let stacks = try call.attributes.flag("new_axis")
      let axis = try call.axis(call.attributes.int("axis", 0), rank: (tensors.first?.rank ?? 0) + (stacks ? 1 : 0))
      return stacks ? stacked(tensors, axis: axis) : concatenated(tensors, axis: axis)
    },
    Operator("SplitToSequence", fixed: [1], body: .values { [.sequence(try split($0).map(ONNXValue.tensor))] }),
    Operator("Optional", body: .values { call in [call.has(0) ? try call.value(0) : .none] }),
    Operator("OptionalHasElement") { call in
      guard call.has(0) else { return Tensor(false) }
      if case .none = try call.value(0) { return Tensor(false) }
      return Tensor(true)
    },
    Operator(
      "OptionalGetElement",
      body: .values { call in
        let value = try call.value(0)
        if case .none = value { throw NodeFailure(expected: "an optional with a value", got: "an empty one") }
        return [value]
      }),
  ]

  private static func place(_ call: NodeCall, _ input: Int, _ last: Int) throws -> Int {
    let count = try call.sequence(0).count
    let asked = try call.integer(input) ?? 0
    let place = asked < 0 ? asked &+ count : asked
    guard last >= 0, (0...last).contains(place) else {
      throw NodeFailure(expected: "a place in a sequence of \(count)", got: "\(asked)")
    }
    return place
  }

  private static func split(_ call: NodeCall) throws -> [Tensor] {
    let x = try call.tensor(0)
    let axis = try call.axis(call.attributes.int("axis", 0), rank: x.rank)
    guard let sizes = try call.integers(1) else {
      _ = try call.steps(of: x, axis: axis)
      let parts = x.split(size: 1, axis: axis)
      return try call.attributes.flag("keepdims", true) ? parts : parts.map { $0.squeezed(axis) }
    }
    guard try call.tensor(1).rank == 0, let size = sizes.first else { return x.split(into: sizes, axis: axis) }
    guard size > 0 else { throw NodeFailure(expected: "parts from 1", got: "\(size)") }
    _ = try call.steps(of: x, axis: axis)
    return x.split(size: size, axis: axis)
  }
}
