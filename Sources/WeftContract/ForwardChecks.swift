import WeftTensor

// What every operation's results must be.
extension ContractCheck {
  static func definition(_ sample: ContractCase, _ findings: inout Findings) throws {
    let sample = sample.converted(to: .float64)
    guard let expected = sample.operation.reference(sample.inputs.map(ReferenceArray.init)) else { return }
    let results = try sample.run()
    findings.expect(results.count == expected.count, "\(sample.label): the definition gives another number of results")
    for (result, wanted) in zip(results, expected) {
      findings.compare(result, wanted, within: Tolerance.allowed(.float64, result.dtype, sample.kind), sample.label)
    }
  }

  static func reducedPrecision(_ sample: ContractCase, _ findings: inout Findings) throws {
    guard !sample.floating.isEmpty else { return }
    for dtype in [DType.float32, .float16, .bfloat16] {
      let rounded = sample.converted(to: dtype)
      guard let results = try rounded.runIfAccepted() else { continue }
      let exact = rounded.converted(to: .float64)
      let expected =
        try exact.runIfAccepted()?.map(ReferenceArray.init)
        ?? exact.operation.reference(exact.inputs.map(ReferenceArray.init)) ?? []
      for (result, wanted) in zip(results, expected) {
        let allowed = Tolerance.allowed(dtype, result.dtype, sample.kind)
        findings.compare(result, wanted, within: allowed, rounded.label)
      }
    }
  }

  static func announcedSpecs(_ sample: ContractCase, _ findings: inout Findings) throws {
    let dtypes: [DType] = sample.floating.isEmpty ? [.float64] : [.float64, .float32, .float16, .bfloat16]
    for dtype in dtypes {
      let sample = sample.converted(to: dtype)
      guard try sample.runIfAccepted() == nil else { continue }  // the evaluator compared
      guard let announced = try? sample.operation.checkedOutputs(for: sample.inputs.map(\.spec)) else { continue }
      let results = try? withTensorErrors { noGrad { sample.operation.forward(sample.inputs, as: announced) } }
      guard let results else { continue }
      findings.expect(results.count == announced.count, "\(sample.label): \(results.count) results")
      for (result, spec) in zip(results, announced) {
        findings.expect(
          result.shape == spec.shape && result.dtype == spec.dtype, "\(sample.label): \(result.spec), not \(spec)")
      }
    }
  }

  static func layouts(_ sample: ContractCase, _ findings: inout Findings) throws {
    let expected = try sample.run()
    for (index, input) in sample.inputs.enumerated() {
      for (name, tensor) in MemoryLayouts.equal(to: input) {
        let moved = sample.replacing(index, by: tensor, name)
        findings.compare(try moved.run(), expected, within: Tolerance.allowed(.float64, sample.kind), moved.label)
      }
      for (name, repeated) in MemoryLayouts.repeated(input) {
        let moved = sample.replacing(index, by: repeated, name)
        guard let plain = try sample.replacing(index, by: repeated.contiguous(), name).runIfAccepted() else { continue }
        findings.compare(try moved.run(), plain, within: Tolerance.allowed(.float64, sample.kind), moved.label)
      }
    }
  }

  static func inputsUnchanged(_ sample: ContractCase, _ findings: inout Findings) throws {
    let inputs = sample.inputs.map { $0.dtype.isFloatingPoint ? $0.requiringGrad() : $0 }
    let before = inputs.map { $0.scalars(as: Double.self) }
    let results = try sample.with(inputs, "recorded").run()
    for result in results where result.requiresGrad {
      _ = try withTensorErrors { result.backward(gradient: result.onesLike(), retainGraph: true) }
    }
    for (index, (input, values)) in zip(inputs, before).enumerated() {
      let after = input.scalars(as: Double.self)
      let isSame = zip(after, values).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
      findings.expect(isSame, "\(sample.label): input \(index) was changed")
    }
  }

  /// Elementwise and row-wise operations take any sizes: every axis 0, and every axis 1.
  static func extremeSizes(_ sample: ContractCase, _ findings: inout Findings) throws {
    guard sample.isFormula else { return }
    for size in [0, 1] {
      let inputs = sample.inputs.map { $0.resized(toAxesOf: size) }
      let small = sample.with(inputs, "axes of size \(size)")
      let leaves = small.with(inputs.map { $0.dtype.isFloatingPoint ? $0.requiringGrad() : $0 }, "recorded")
      guard let results = try leaves.runIfAccepted() else { continue }
      if size == 1, let expected = small.operation.reference(inputs.map(ReferenceArray.init)) {
        for (result, wanted) in zip(results, expected) {
          findings.compare(result, wanted, within: Tolerance.allowed(.float64, result.dtype, .other), small.label)
        }
      }
      for result in results where result.requiresGrad {
        try withTensorErrors { result.backward(gradient: result.onesLike(), retainGraph: true) }
      }
      for leaf in leaves.inputs where leaf.requiresGrad && sample.isDifferentiable {
        let found = leaf.grad.map { "of shape \($0.shape)" } ?? "none"
        findings.expect(leaf.grad?.shape == leaf.shape, "\(small.label): gradient of \(leaf.shape): \(found)")
      }
    }
  }
}

extension Tensor {
  /// The first element in a tensor whose axes all have `size` (0 or 1); a scalar stays.
  func resized(toAxesOf size: Int) -> Tensor {
    guard rank > 0 else { return self }
    let shape = Shape(Array(repeating: size, count: rank))
    let values = elementCount > 0 ? scalars(as: Double.self) : [1]
    return Tensor(Array(values.prefix(shape.elementCount)), shape: shape, dtype: dtype)
  }
}
