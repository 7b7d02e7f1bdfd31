import WeftTensor

extension Operator {
  /// What runs graphs: conditions, loops, scans.
  static let control: [Operator] = [
    Operator(
      "If",
      body: .graphs { call, inputs in
        let name = try truth(inputs.first ?? nil) ? "then_branch" : "else_branch"
        return try graph(call, name).run([])
      }),
    Operator("Loop", body: .graphs { try loop($0, $1) }),
    Operator("Scan", body: .graphs { try scan($0, $1) }),
    Operator("SequenceMap", body: .graphs { try sequenceMap($0, $1) }),
  ]

  private static func graph(_ call: NodeCall, _ name: String) throws -> Subgraph {
    guard let graph = call.subgraphs[name] else { throw NodeFailure(expected: "a graph \(name)", got: "none") }
    return graph
  }

  private static func truth(_ value: FlowingValue?) throws -> Bool {
    guard let tensor = value?.value.tensor, tensor.elementCount == 1 else {
      throw NodeFailure(expected: "one truth", got: value.map { "\($0.value)" } ?? "nothing")
    }
    return tensor.item(as: Bool.self)
  }

  private static func known(_ tensor: Tensor) -> FlowingValue { FlowingValue(value: .tensor(tensor), isKnown: true) }

  private static func loop(_ call: NodeCall, _ inputs: [FlowingValue?]) throws -> [FlowingValue] {
    let body = try graph(call, "body")
    let most = try call.integer(0) ?? Int.max
    var goesOn = call.has(1) ? try truth(inputs[1]) : true
    var carried = try inputs.dropFirst(2).map { value in
      guard let value else { throw NodeFailure(expected: "a first value of each that is carried", got: "nothing") }
      return value
    }
    let scanned = body.outputCount - 1 - carried.count
    guard scanned >= 0 else {
      throw NodeFailure(expected: "a body with \(1 + carried.count) results", got: "\(body.outputCount)")
    }
    var collected: [[FlowingValue]] = Array(repeating: [], count: scanned)
    var step = 0
    while step < most, goesOn {
      let condition = call.has(1) ? known(Tensor(true)) : known(Tensor(goesOn))
      let results = try body.run([known(Tensor(step)), condition] + carried)
      try checkTensorErrors()
      goesOn = try truth(results[0])
      carried = Array(results.dropFirst().prefix(carried.count))
      for place in 0..<scanned { collected[place].append(results[1 + carried.count + place]) }
      step += 1
    }
    return try carried
      + collected.indices.map { place in
        try stackedRows(collected[place], axis: 0, of: body.outputTypes[1 + carried.count + place])
      }
  }

  /// What each step gave, one after another.
  ///
  /// - Parameter type: What the body says of one; of no steps at all nothing else is known.
  private static func stackedRows(
    _ values: [FlowingValue], axis: Int, of type: DeclaredType? = nil
  ) throws -> FlowingValue {
    let tensors = values.compactMap(\.value.tensor)
    guard tensors.count == values.count else { throw NodeFailure(expected: "tensors to collect", got: "others") }
    let isKnown = values.allSatisfy(\.isKnown)
    if tensors.isEmpty { return FlowingValue(value: .tensor(noRows(of: type, axis: axis)), isKnown: false) }
    return FlowingValue(value: .tensor(stacked(tensors, axis: axis)), isKnown: isKnown && Modes.current.recorder == nil)
  }

  /// No steps of what is declared; sizes that are not are 0, as runtimes have it.
  private static func noRows(of type: DeclaredType?, axis: Int) -> Tensor {
    guard case .tensor(let element, let declared)? = type else { return Tensor(zeros: [0]) }
    var sizes = (declared ?? []).map { size -> Int in if case .number(let number) = size { max(number, 0) } else { 0 } }
    sizes.insert(0, at: min(axis < 0 ? max(axis + sizes.count + 1, 0) : axis, sizes.count))
    return Tensor(zeros: Shape(sizes), dtype: ElementType.held(element) ?? .float32)
  }

  private static func scan(_ call: NodeCall, _ inputs: [FlowingValue?]) throws -> [FlowingValue] {
    // The first version had lengths of sequences before the rest and a batch axis in all.
    if call.version < 9 { return try batchedScan(call, inputs) }
    return try scan(call, inputs.map { try tensorOf($0) })
  }

  private static func tensorOf(_ value: FlowingValue?) throws -> Tensor {
    guard let tensor = value?.value.tensor else { throw NodeFailure(expected: "tensors", got: "something else") }
    return tensor
  }

  private static func scan(_ call: NodeCall, _ inputs: [Tensor]) throws -> [FlowingValue] {
    let body = try graph(call, "body")
    let count = try call.attributes.int("num_scan_inputs", 0)
    // Before anything is computed with the count: it may be any number.
    guard count > 0, count <= inputs.count, body.outputCount >= inputs.count - count else {
      throw NodeFailure(expected: "scanned inputs and states", got: "\(inputs.count) inputs, \(count) of them scanned")
    }
    let states = inputs.count - count
    let outputs = body.outputCount - states
    func list(_ name: String, _ size: Int) throws -> [Int] {
      let values = try call.attributes.ints(name) ?? Array(repeating: 0, count: size)
      guard values.count == size else { throw NodeFailure(expected: "\(size) \(name)", got: "\(values)") }
      return values
    }
    let (inAxes, inTurns) = (try list("scan_input_axes", count), try list("scan_input_directions", count))
    let (outAxes, outTurns) = (try list("scan_output_axes", outputs), try list("scan_output_directions", outputs))
    let sequences = try (0..<count).map { place in
      let parts = try rows(call, inputs[states + place], axis: inAxes[place])
      return inTurns[place] == 1 ? parts.reversed() : parts
    }
    let steps = sequences[0].count
    guard sequences.allSatisfy({ $0.count == steps }) else {
      throw NodeFailure(expected: "sequences of one length", got: "\(sequences.map(\.count))")
    }
    var carried = inputs[..<states].map { FlowingValue(value: .tensor($0), isKnown: false) }
    var collected: [[FlowingValue]] = Array(repeating: [], count: outputs)
    for step in 0..<steps {
      let results = try body.run(
        carried + sequences.map { FlowingValue(value: .tensor($0[step]), isKnown: false) })
      try checkTensorErrors()
      carried = Array(results[..<states])
      for place in 0..<outputs { collected[place].append(results[states + place]) }
    }
    return try carried
      + collected.indices.map { place in
        let rows = outTurns[place] == 1 ? collected[place].reversed() : collected[place]
        let axis = try rows.first?.value.tensor.map { try call.axis(outAxes[place], rank: $0.rank + 1) }
        return try stackedRows(rows, axis: axis ?? outAxes[place], of: body.outputTypes[states + place])
      }
  }

  private static func rows(_ call: NodeCall, _ x: Tensor, axis: Int) throws -> [Tensor] {
    let axis = try call.axis(axis, rank: x.rank)
    _ = try call.steps(of: x, axis: axis)
    return x.unbound(axis: axis)
  }

  private static func batchedScan(_ call: NodeCall, _ inputs: [FlowingValue?]) throws -> [FlowingValue] {
    guard inputs.first.map({ $0 == nil }) ?? false else {
      throw NodeFailure(expected: "sequences of one length", got: "lengths for each")
    }
    let tensors = try inputs.dropFirst().map { try tensorOf($0) }
    let batch = try tensors.first.map { $0.rank > 0 ? try call.steps(of: $0, axis: 0) : 0 } ?? 0
    var examples: [[FlowingValue]] = []
    for example in 0..<batch {
      guard tensors.allSatisfy({ $0.rank > 0 && $0.shape[0] == batch }) else {
        throw NodeFailure(expected: "inputs of \(batch) examples", got: "others")
      }
      examples.append(try scan(call, tensors.map { $0.narrowed(axis: 0, from: example, count: 1).squeezed(0) }))
    }
    return try (examples.first ?? []).indices.map { place in
      try stackedRows(examples.map { $0[place] }, axis: 0)
    }
  }

  private static func sequenceMap(_ call: NodeCall, _ inputs: [FlowingValue?]) throws -> [FlowingValue] {
    let body = try graph(call, "body")
    let values = try call.sequence(0)
    let others = inputs.dropFirst().compactMap { $0 }
    var results: [[ONNXValue]] = Array(repeating: [], count: body.outputCount)
    for (place, value) in values.enumerated() {
      let given = try others.map { other -> FlowingValue in
        guard case .sequence(let list) = other.value else { return other }
        guard list.indices.contains(place) else {
          throw NodeFailure(expected: "sequences of \(values.count)", got: "one of \(list.count)")
        }
        return FlowingValue(value: list[place], isKnown: other.isKnown)
      }
      let ran = try body.run([FlowingValue(value: value, isKnown: false)] + given)
      try checkTensorErrors()
      for (output, result) in ran.enumerated() { results[output].append(result.value) }
    }
    return results.map { FlowingValue(value: .sequence($0), isKnown: false) }
  }
}
