import WeftTensor

// What a kernel leaves unwritten shows what the memory held before.
extension ContractCheck {
  /// The same results, and the same gradients, whatever memory held before: of the sample, and of it with each size among
  /// its axes become 0, where a kernel has nothing to walk over and results may have elements all the same.
  static func unwritten(_ sample: ContractCase, _ findings: inout Findings) throws {
    check(sample, &findings)
    // Many inputs have sizes that hang together otherwise than by being equal.
    guard sample.inputs.count <= 3 else { return }
    for size in Set(sample.inputs.flatMap(\.shape.sizes)).filter({ $0 > 0 }).sorted() {
      let inputs = sample.inputs.map { $0.emptied(alongAxesOf: size) }
      check(sample.with(inputs, "axes of size \(size) made empty"), &findings)
    }
  }

  private static func check(_ sample: ContractCase, _ findings: inout Findings) {
    guard let first = sample.numbers(overMemoryOf: 7.25), let second = sample.numbers(overMemoryOf: 3.5) else { return }
    let isSame =
      first.count == second.count
      && zip(first, second).allSatisfy { $0.elementsEqual($1) { $0 == $1 || ($0.isNaN && $1.isNaN) } }
    findings.expect(isSame, "\(sample.label): results hold what nobody wrote, \(first) and then \(second)")
  }
}

extension ContractCase {
  /// All results and gradients in memory that held `value` before; nil where the inputs are refused.
  fileprivate func numbers(overMemoryOf value: Double) -> [[Double]]? {
    let leaves = inputs.map { $0.dtype.isFloatingPoint && isDifferentiable ? $0.requiringGrad() : $0 }
    guard let specs = try? operation.checkedOutputs(for: inputs.map(\.spec)) else { return nil }
    Self.fill(specs + inputs.map(\.spec), with: value)
    guard let results = try? with(leaves, "").run() else { return nil }
    var numbers = results.map { $0.scalars(as: Double.self) }
    guard results.contains(where: \.requiresGrad) else { return numbers }
    _ = try? withTensorErrors {
      for result in results where result.requiresGrad {
        result.backward(gradient: result.onesLike(), retainGraph: true)
      }
    }
    for leaf in leaves { numbers.append(leaf.grad?.scalars(as: Double.self) ?? []) }
    return numbers
  }

  /// Leaves memory of these sizes behind that holds `value`.
  private static func fill(_ specs: [TensorSpec], with value: Double) {
    for dtype in [DType.float32, .float64] {
      let held = specs.flatMap { spec in (0..<4).map { _ in Tensor(full: spec.shape, value, dtype: dtype) } }
      withExtendedLifetime(held) {}
    }
  }
}

extension Tensor {
  /// Zeros of this shape, but for axes of `size`, which are empty.
  fileprivate func emptied(alongAxesOf size: Int) -> Tensor {
    guard shape.sizes.contains(size) else { return self }
    return Tensor(zeros: Shape(shape.sizes.map { $0 == size ? 0 : $0 }), dtype: dtype)
  }
}
