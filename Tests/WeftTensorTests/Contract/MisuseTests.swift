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

enum Misuse {
  static func variants(of sample: ContractCase) -> [[Tensor]] {
    let inputs = sample.inputs
    // Only a formula takes a list from outside; elsewhere the number of inputs is fixed by the method.
    var variants = sample.isFormula ? [[], Array(inputs.dropLast()), inputs + inputs] : []
    for index in inputs.indices {
      for wrong in replacements(for: inputs[index]) {
        var changed = inputs
        changed[index] = wrong
        variants.append(changed)
      }
    }
    return variants
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
