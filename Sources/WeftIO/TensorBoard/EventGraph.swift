import WeftTensor

extension EventMessages {
  /// A program as a graph: a node for each input, constant, operation and result, grouped by module.
  static func graph(_ program: Program) -> [UInt8] {
    let definition = ProtobufWriter { graph in
      EventGraph(program).write(&graph)
      graph.message(4) { $0.integer(1, 22) }
    }
    return event { $0.data(4, definition.bytes) }
  }
}

/// The nodes of a program's graph, by name.
private struct EventGraph {
  private struct Node {
    let name: String
    let operation: String
    var inputs: [String] = []
    var specs: [TensorSpec] = []
    var note = ""
  }

  private var nodes: [Node] = []
  /// The node, and for one of several results its number, that gives a slot.
  private var sources: [Int: String] = [:]
  private var taken: Set<String> = []
  /// For a wish that was taken, the last number that made a name of it.
  private var numbers: [String: Int] = [:]

  init(_ program: Program) {
    for (place, slot) in program.inputs.enumerated() {
      add("input\(place)", "Placeholder", of: program, slots: [slot])
    }
    for constant in program.constants {
      let name = constant.name.isEmpty ? "constant" : constant.name.split(separator: ".").joined(separator: "/")
      add(name, constant.name.isEmpty ? "Const" : "Parameter", of: program, slots: [constant.slot])
    }
    for step in program.steps {
      let operation = type(of: step.operation).name
      let path = step.modulePath.split(separator: ".").joined(separator: "/")
      let inputs = step.inputs.compactMap { sources[$0.slot] }
      add(
        path.isEmpty ? operation : "\(path)/\(operation)", operation, of: program, slots: step.outputs, inputs: inputs,
        note: "\(step.operation)")
    }
    for (place, result) in program.results.enumerated() {
      add("result\(place)", "Result", of: program, slots: [], inputs: sources[result.slot].map { [$0] } ?? [])
    }
  }

  private mutating func add(
    _ wish: String, _ operation: String, of program: Program, slots: [Int], inputs: [String] = [], note: String = ""
  ) {
    let name = distinct(wish)
    for (place, slot) in slots.enumerated() { sources[slot] = place == 0 ? name : "\(name):\(place)" }
    nodes.append(
      Node(name: name, operation: operation, inputs: inputs, specs: slots.map { program.slots[$0] }, note: note))
  }

  /// A name of the letters that graphs allow, and of no other node.
  private mutating func distinct(_ wish: String) -> String {
    let plain = String(
      wish.map { letter -> Character in
        letter.isASCII && (letter.isLetter || letter.isNumber || "_-/".contains(letter)) ? letter : "_"
      })
    var (name, number) = (plain, numbers[plain] ?? 0)
    while !taken.insert(name).inserted {
      number += 1
      name = "\(plain)_\(number)"
    }
    numbers[plain] = number
    return name
  }

  func write(_ graph: inout ProtobufWriter) {
    for node in nodes {
      graph.message(1) { message in
        message.text(1, node.name)
        message.text(2, node.operation)
        for input in node.inputs { message.text(3, input) }
        Self.attribute(&message, "_output_shapes") { value in
          value.message(1) { list in for spec in node.specs { list.message(7) { Self.shape(spec, &$0) } } }
        }
        if let spec = node.specs.first { Self.attribute(&message, "dtype") { $0.integer(6, Self.code(spec.dtype)) } }
        if !node.note.isEmpty { Self.attribute(&message, "operation") { $0.text(2, node.note) } }
      }
    }
  }

  private static func attribute(
    _ message: inout ProtobufWriter, _ name: String, _ value: (inout ProtobufWriter) -> Void
  ) {
    message.message(5) { entry in
      entry.text(1, name)
      entry.message(2, value)
    }
  }

  private static func shape(_ spec: TensorSpec, _ message: inout ProtobufWriter) {
    for size in spec.shape.sizes { message.message(2) { $0.integer(1, size) } }
  }

  /// TensorFlow's number of an element type.
  private static func code(_ dtype: DType) -> Int {
    switch dtype {
    case .float32: 1
    case .float64: 2
    case .int32: 3
    case .uint8: 4
    case .int16: 5
    case .int8: 6
    case .int64: 9
    case .bool: 10
    case .bfloat16: 14
    case .uint16: 17
    case .float16: 19
    case .uint32: 22
    case .uint64: 23
    }
  }
}
