import WeftTensor

extension Module {
  /// What each module inside gives for an input of `shape` and how many parameters it has, as a table.
  ///
  /// ```swift
  /// print(model.summary(input: [1, 1, 28, 28]))
  /// ```
  /// Runs the model once on zeros, in evaluation and without recording: parameters, gradients, running statistics and
  /// the training flags stay as they are.
  public func summary(input shape: Shape) -> ModuleSummary {
    summary(input: Tensor(zeros: shape, dtype: parameters().first?.tensor.dtype ?? .float32))
  }

  /// The same for an input of which the values matter, as token numbers.
  public func summary(input: Tensor) -> ModuleSummary { summary { self(input) } }

  /// The same for a model that is called in a way of its own.
  ///
  /// ```swift
  /// print(model.summary { model(source, target) })
  /// ```
  public func summary<Result>(running forward: () throws -> Result) rethrows -> ModuleSummary {
    let observer = ForwardObserver()
    let flags = namedModules().map { ($0.module, $0.module.isTraining) }
    eval()
    defer { for (module, flag) in flags { module.setTraining(flag) } }
    _ = try ForwardObserver.$current.withValue(observer) { try noGrad { try forward() } }
    return ModuleSummary(of: self, observer)
  }
}

/// A table of a model's modules: output shapes, parameters, memory.
public struct ModuleSummary: Sendable {
  /// One module of the table.
  public struct Row: Sendable {
    /// The module's path; empty for the model itself.
    public let name: String
    /// The name of its class.
    public let type: String
    /// The shapes of what it gave on its first call; empty if it was not called.
    public let outputs: [Shape]
    /// The elements of the parameters it holds itself, those of modules inside not counted.
    public let parameterCount: Int
  }

  /// Every module, the model itself first, in the order of the properties.
  public private(set) var rows: [Row] = []
  /// The elements of all parameters; a tied weight counts once.
  public private(set) var parameterCount = 0
  /// The elements of the parameters that are not frozen.
  public private(set) var trainableCount = 0
  /// The memory of parameters and buffers.
  public private(set) var byteCount = 0
  /// The memory of all outputs of modules that hold no others: roughly what training keeps for the backward pass.
  public private(set) var activationByteCount = 0

  init(of model: Module, _ observer: ForwardObserver) {
    var own: [String: Int] = [:]
    let modules = model.namedModules()
    for (name, parameter) in model.namedParameters() {
      own[Self.owner(of: name, among: modules.map(\.name)), default: 0] += parameter.elementCount
      parameterCount += parameter.elementCount
      trainableCount += parameter.requiresGrad ? parameter.elementCount : 0
      byteCount += parameter.tensor.spec.byteCount
    }
    byteCount += model.namedBuffers().reduce(0) { $0 + $1.buffer.value.spec.byteCount }
    for (name, module) in modules {
      let outputs = observer.outputs[ObjectIdentifier(module)] ?? []
      rows.append(
        Row(
          name: name, type: "\(type(of: module))", outputs: outputs.map(\.shape), parameterCount: own[name] ?? 0))
      guard module.namedChildren().isEmpty else { continue }
      let calls = observer.calls[ObjectIdentifier(module)] ?? 0
      activationByteCount += calls * outputs.reduce(0) { $0 + $1.byteCount }
    }
  }

  /// The path of the module that holds the parameter called `name`: the longest one that starts the name.
  private static func owner(of name: String, among modules: [String]) -> String {
    modules.filter { $0.isEmpty || name.hasPrefix($0 + ".") }
      .max { $0.count < $1.count } ?? ""
  }
}

extension ModuleSummary: CustomStringConvertible {
  public var description: String {
    let head = ["module", "type", "output", "parameters"]
    let body = rows.map { row in
      [
        row.name.isEmpty ? "(model)" : row.name, row.type, row.outputs.map(\.description).joined(separator: ", "),
        row.parameterCount == 0 ? "" : row.parameterCount.grouped,
      ]
    }
    let widths = head.indices.map { column in ([head] + body).map { $0[column].count }.max() ?? 0 }
    let rule = String(repeating: "-", count: widths.reduce(0, +) + 2 * (widths.count - 1))
    return ([line(head, widths), rule] + body.map { line($0, widths) } + [rule] + totals).joined(separator: "\n")
  }

  private var totals: [String] {
    [
      "parameters: \(parameterCount.grouped) (\(trainableCount.grouped) learn)",
      "memory: \(bytes(byteCount)) of parameters and buffers, \(bytes(activationByteCount)) of outputs",
    ]
  }

  /// Text to the left, the last column, of numbers, to the right.
  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = cells.indices.map { column in
      let space = String(repeating: " ", count: widths[column] - cells[column].count)
      return column == cells.count - 1 ? space + cells[column] : cells[column] + space
    }
    return padded.joined(separator: "  ")
  }

  /// A number of bytes to one decimal of a fitting unit.
  private func bytes(_ count: Int) -> String {
    for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] where count >= size {
      let tenths = (Double(count) / Double(size) * 10).rounded() / 10
      return "\(tenths) \(unit)"
    }
    return "\(count) bytes"
  }
}
