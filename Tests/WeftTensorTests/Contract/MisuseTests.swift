import Testing
import WeftContract
import WeftTensor

/// Each operation in a process of its own, one after another.
@Suite("Contract of the operations: misuse", .serialized)
struct MisuseTests {
  /// Inputs of wrong rank, size and type, and indices far out of range: each is refused with an error or
  /// computed, and never ends the process.
  @Test("Wrong inputs are refused", arguments: OperationCatalog.operations.map(\.typeName))
  func misuse(_ name: String) async {
    await #expect(processExitsWith: .success, "\(name) ends the process on wrong inputs") { [name] in
      for sample in OperationCatalog.operations.first(where: { $0.typeName == name })?.cases ?? [] {
        for inputs in Misuse.variants(of: sample) { Misuse.run(sample.with(inputs, "misused")) }
      }
    }
  }
}

/// Attributes come from files too (`weft op`).
@Suite("Contract of the operations: hostile attributes", .serialized)
struct HostileAttributeTests {
  @Test("Hostile attributes are refused", arguments: OperationCatalog.operations.map(\.typeName))
  func hostile(_ name: String) async {
    await #expect(processExitsWith: .success, "\(name) ends the process on hostile attributes") { [name] in
      for sample in OperationCatalog.operations.first(where: { $0.typeName == name })?.cases ?? [] {
        for operation in try HostileAttributes.variants(of: sample.operation) {
          Misuse.run(ContractCase(operation: operation, inputs: sample.inputs, label: "hostile"))
        }
      }
    }
  }
}

enum HostileAttributes {
  /// The operation with one number or list among its attributes changed.
  static func variants(of operation: any TensorOperation) throws -> [any TensorOperation] {
    let list = AttributeList(of: operation)
    guard list.isReadable else { return [] }
    return changes(of: try list.encoded()).compactMap { try? list.decoded($0) }
  }

  private static func changes(of value: JSONValue) -> [JSONValue] {
    switch value {
    case .int(let given): [0, 1, -1, 5, -100, 1 << 40, .max, .min, given &+ 1].map { .int($0) } + [.double(1e300)]
    case .double: [0, -1, 1e300, 1e-300].map { .double($0) } + ["inf", "-inf", "nan"].map { .string($0) }
    case .bool(let given): [.bool(!given)]
    case .array(let items): changes(of: items).map { .array($0) }
    case .object(let members):
      members.flatMap { key, member in changes(of: member).map { .object(members.merging([key: $0]) { $1 }) } }
    case .null, .unsigned, .string: []
    }
  }

  private static func changes(of items: [JSONValue]) -> [[JSONValue]] {
    let longer = items + (items.last.map { [$0] } ?? [.int(0)])
    let single = items.indices.flatMap { place in
      changes(of: items[place]).map { change in
        var items = items
        items[place] = change
        return items
      }
    }
    return [[], longer, Array(items.dropLast()), Array(repeating: items.first ?? .int(0), count: 40)] + single
  }
}

enum Misuse {
  static func variants(of sample: ContractCase) -> [[Tensor]] {
    let inputs = sample.inputs
    var variants = wrongCounts(inputs) + alike(inputs)
    for index in inputs.indices {
      for wrong in replacements(for: inputs[index]) {
        var changed = inputs
        changed[index] = wrong
        variants.append(changed)
      }
    }
    return variants
  }

  /// From none to three more than the sample has.
  private static func wrongCounts(_ inputs: [Tensor]) -> [[Tensor]] {
    (0...inputs.count + 3).filter { $0 != inputs.count }.map { count in
      (0..<count).map { inputs.isEmpty ? Tensor(ones: [2]) : inputs[$0 % inputs.count] }
    }
  }

  /// All inputs of one shape, or of one type.
  private static func alike(_ inputs: [Tensor]) -> [[Tensor]] {
    let shapes: [Shape] = [[], [0], [1], [3], [2, 3], [3, 3], [2, 0], [2, 3, 3], [1, 2, 3, 3], [2, 1, 2, 3, 3]]
    return shapes.map { shape in inputs.map { Tensor(ones: shape, dtype: $0.dtype) } }
      + DType.allCases.map { dtype in inputs.map { $0.converted(to: dtype) } }
  }

  private static func replacements(for tensor: Tensor) -> [Tensor] {
    let dtype = tensor.dtype
    var found = [
      Tensor(zeros: [], dtype: dtype), Tensor(zeros: [0], dtype: dtype), Tensor(ones: [7], dtype: dtype),
      Tensor(ones: [3, 0, 2], dtype: dtype), Tensor(ones: [2, 3, 1, 2, 1, 2], dtype: dtype),
      Tensor(ones: Shape(Array(repeating: 1, count: 16)), dtype: dtype),
      tensor.unsqueezed(0), Tensor(ones: Shape(tensor.shape.sizes.map { $0 + 1 }), dtype: dtype),
      Tensor(zeros: Shape(tensor.shape.sizes.map { _ in 0 }), dtype: dtype),
    ]
    for other in DType.allCases where other != dtype { found.append(Tensor(ones: tensor.shape, dtype: other)) }
    if dtype.isInteger {
      found += [1e9, -1e9].map { Tensor(full: tensor.shape, $0, dtype: .int64) }
    } else {
      found += [.nan, .infinity, -.infinity].map { Tensor(full: tensor.shape, $0, dtype: dtype) }
    }
    return found
  }

  /// Forward and backward, with whatever error there is thrown away.
  static func run(_ sample: ContractCase) {
    let inputs = sample.inputs.map { $0.dtype.isFloatingPoint ? $0.requiringGrad() : $0 }
    guard let results = try? sample.with(inputs, "recorded").run() else { return }
    for result in results {
      _ = try? withTensorErrors { result.backward(gradient: result.onesLike(), retainGraph: true) }
      _ = result.scalars(as: Double.self)
    }
  }
}
