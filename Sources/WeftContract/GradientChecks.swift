import WeftTensor

// What every operation's gradient must be.
extension ContractCheck {
  static func firstDerivative(_ sample: ContractCase, _ findings: inout Findings) throws {
    let sample = sample.converted(to: .float64)
    guard sample.isDifferentiable else { return try noDerivative(sample, &findings) }
    guard try sample.hasGradient() else { return }
    try gradcheck(sample.function, at: sample.floats)
    findings.counted(sample.floats.reduce(0) { $0 + $1.elementCount })
  }

  static func secondDerivative(_ sample: ContractCase, _ findings: inout Findings) throws {
    let sample = sample.converted(to: .float64)
    guard sample.isDifferentiable, try sample.hasGradient() else { return }
    var options = GradientCheckOptions()
    options.absoluteTolerance = Tolerance.secondDifferences
    try gradgradcheck(sample.function, at: sample.floats, options: options)
    findings.counted(sample.floats.reduce(0) { $0 + $1.elementCount })
  }

  /// An operation without a derivative records nothing, and a `backward()` from its result names it.
  private static func noDerivative(_ sample: ContractCase, _ findings: inout Findings) throws {
    let inputs = sample.inputs.map { $0.dtype.isFloatingPoint ? $0.requiringGrad() : $0 }
    guard !sample.floating.isEmpty else { return }
    let results = try sample.with(inputs, "recorded").run()
    for result in results {
      findings.expect(!result.requiresGrad, "\(sample.label): a gradient was recorded")
      let name = type(of: sample.operation).name
      let failure = sample.error { result.backward(gradient: result.onesLike()) }
      findings.expect(failure?.contains("`\(name)`") == true, "\(sample.label): \(failure ?? "no error")")
    }
  }

  /// The same rounded inputs and seeds in float64 give what the lower type must follow.
  static func reducedGradients(_ sample: ContractCase, _ findings: inout Findings) throws {
    guard sample.isDifferentiable, try sample.hasGradient() else { return }
    for dtype in [DType.float32, .float16, .bfloat16] {
      let rounded = sample.converted(to: dtype)
      guard let results = try rounded.runIfAccepted()?.filter(\.dtype.isFloatingPoint) else { continue }
      let seeds = results.enumerated().map { seed(like: $1, $0) }
      let exact = rounded.converted(to: .float64)
      guard try exact.runIfAccepted() != nil else { continue }
      let expected = try exact.gradients(seeds: seeds.map { $0.converted(to: .float64) })
      let largest = results.flatMap { $0.scalars(as: Double.self) }.filter(\.isFinite).map(abs).max() ?? 0
      let allowed = Tolerance.gradient(dtype, sample.kind, largestResult: largest)
      findings.compare(try rounded.gradients(seeds: seeds), expected, within: allowed, "\(rounded.label), gradients")
    }
  }

  static func gradientLayouts(_ sample: ContractCase, _ findings: inout Findings) throws {
    let sample = sample.converted(to: .float64)
    guard sample.isDifferentiable, try sample.hasGradient() else { return }
    let expected = try sample.gradients { $0 }
    for seed in ["every second element of a larger tensor", "transposed in memory", "backward in memory"] {
      let found = try sample.gradients { tensor in
        MemoryLayouts.equal(to: tensor).first { $0.name == seed }?.tensor ?? tensor
      }
      findings.compare(found, expected, within: Tolerance.sameGradient, "\(sample.label), inputs and seeds \(seed)")
    }
  }

  /// op(x, x) sends to x what op(x, y) with y = x sends to both.
  static func sharedInput(_ sample: ContractCase, _ findings: inout Findings) throws {
    let sample = sample.converted(to: .float64)
    guard sample.isDifferentiable, let (first, second) = sample.twins, try sample.hasGradient() else { return }
    let values = sample.inputs[second]
    let apart = sample.replacing(first, by: values, "as input \(second)")
    let separate = try apart.gradients { $0 }
    let places = apart.floating
    guard let a = places.firstIndex(of: first), let b = places.firstIndex(of: second) else { return }
    let leaf = values.requiringGrad()
    let joined = apart.replacing(first, by: leaf, "shared").replacing(second, by: leaf, "shared")
    let results = try joined.run().filter(\.dtype.isFloatingPoint)
    let found = try grad(of: results, with: [leaf], seeds: results.enumerated().map { seed(like: $1, $0) })
    findings.compare(
      [found[0] ?? leaf.zerosLike()], [separate[a] + separate[b]], within: Tolerance.sameGradient, joined.label)
  }

  static func forwardMode(_ sample: ContractCase, _ findings: inout Findings) throws {
    let sample = sample.converted(to: .float64)
    guard sample.isDifferentiable, try sample.hasGradient() else { return }
    let tangents = sample.floats.enumerated().map { seed(like: $1, 10 + $0) }
    let outputs = try sample.function(sample.floats).count
    for output in 0..<outputs {
      let (value, tangent) = try jvp(at: sample.floats, along: tangents) { try sample.function($0)[output] }
      let cotangent = seed(like: value, 20 + output)
      let pulled = try vjp(at: sample.floats) { try sample.function($0)[output] }.pullback(cotangent)
      let forward = dot(cotangent, tangent)
      let reverse = zip(pulled, tangents).reduce(0) { $0 + dot($1.0, $1.1) }
      let bothNaN = forward.isNaN && reverse.isNaN
      findings.expect(
        bothNaN || abs(forward - reverse) <= Tolerance.transposed * max(1, abs(forward)),
        "\(sample.label), output \(output): \(forward) forward, \(reverse) in reverse")
    }
  }

  static func savedMemory(_ sample: ContractCase, _ findings: inout Findings) throws {
    guard sample.isDifferentiable, try sample.hasGradient() else { return }
    let leaves = sample.inputs.map { $0.dtype.isFloatingPoint ? $0.requiringGrad() : $0 }
    let results = try sample.with(leaves, "recorded").run()
    guard let recorded = results.first(where: \.requiresGrad) else { return }
    let found = try grad(of: [recorded], with: leaves, seeds: [recorded.onesLike()])
    findings.expect(recorded.source?.node.holdsSaved == false, "\(sample.label): tensors are held after backward")
    for (place, gradient) in found.enumerated() where gradient?.requiresGrad == true {
      findings.fail("\(sample.label): nothing was recorded, and the gradient of input \(place) has a graph")
    }
  }

  /// Each input's gradient alone is what it is together with the others'.
  static func partialNeeds(_ sample: ContractCase, _ findings: inout Findings) throws {
    let sample = sample.converted(to: .float64)
    guard sample.isDifferentiable, sample.floating.count > 1, try sample.hasGradient() else { return }
    let all = try sample.gradients { $0 }
    for (place, index) in sample.floating.enumerated() {
      let leaf = sample.inputs[index].requiringGrad()
      let alone = sample.replacing(index, by: leaf, "alone")
      let results = try alone.run().filter(\.dtype.isFloatingPoint)
      let recorded = results.enumerated().filter { $1.requiresGrad }
      let found = try grad(
        of: recorded.map(\.element), with: [leaf], seeds: recorded.map { seed(like: $1, $0) })
      findings.compare([found[0] ?? leaf.zerosLike()], [all[place]], within: Tolerance.sameGradient, alone.label)
    }
  }

  /// Values that depend on the place and `number` alone.
  static func seed(like tensor: Tensor, _ number: Int) -> Tensor {
    SampleInput.real(tensor.shape, in: -1.5...1.5).draw(seed: UInt64(7000 + number)).converted(to: tensor.dtype)
  }

  private static func dot(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.scalars(as: Double.self), b.scalars(as: Double.self)).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

extension ContractCase {
  /// Whether a floating-point result is made of a floating-point input.
  func hasGradient() throws -> Bool {
    guard !floating.isEmpty else { return false }
    return try function(floats).isEmpty == false
  }

  /// The gradients of all floating-point inputs under fixed seeds, inputs and seeds laid out in memory by `layout`.
  func gradients(_ layout: (Tensor) -> Tensor) throws -> [Tensor] {
    let leaves = floats.map { layout($0).requiringGrad() }
    let results = try function(leaves)
    let recorded = results.enumerated().filter { $1.requiresGrad }
    guard !recorded.isEmpty else { return leaves.map { $0.zerosLike() } }
    let found = try grad(
      of: recorded.map(\.element), with: leaves,
      seeds: recorded.map { layout(ContractCheck.seed(like: $1, $0)) })
    return zip(found, leaves).map { $0 ?? $1.zerosLike() }
  }

  /// Two floating-point inputs of one shape.
  var twins: (Int, Int)? {
    for (place, first) in floating.enumerated() {
      for second in floating[(place + 1)...] where inputs[first].shape == inputs[second].shape {
        return (first, second)
      }
    }
    return nil
  }
}
