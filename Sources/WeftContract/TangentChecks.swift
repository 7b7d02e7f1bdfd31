import WeftTensor

// What every operation's rule for forward mode must be.
extension ContractCheck {
  /// The rule against the transpose of the gradient's, and against central differences along the tangents.
  static func tangentRule(_ sample: ContractCase, _ findings: inout Findings) throws {
    let sample = sample.converted(to: .float64)
    guard sample.isDifferentiable, try sample.hasGradient() else { return }
    let directions = sample.directions(10)
    let values = try sample.function(sample.floats)
    guard let tangents = try sample.tangents(at: sample.floats, along: directions, &findings) else {
      return findings.lacks("\(sample.label): a forward rule: `tangents` gives nil")
    }
    guard findings.failures.isEmpty else { return }
    let cotangents = values.enumerated().map { seed(like: $1, 20 + $0) }
    let pulled = try sample.gradients(seeds: cotangents)
    let (forward, reverse) = (dot(cotangents, tangents), dot(pulled, directions))
    findings.expect(
      agree(forward, reverse, within: Tolerance.transposed),
      "\(sample.label): \(forward) by the forward rule, \(reverse) by the gradient rule")
    let slopes = try sample.slopes(along: directions, step: step)
    // Where a result is infinite, a difference says nothing.
    let known = zip(slopes, tangents).map { Tensor.where($0.isFinite(), $0, $1) }
    findings.compare(tangents, known, within: Tolerance.differences, "\(sample.label), tangents and differences")
  }

  /// The tangents along one input each add up to those along all.
  static func partialTangents(_ sample: ContractCase, _ findings: inout Findings) throws {
    let sample = sample.converted(to: .float64)
    guard sample.isDifferentiable, sample.floating.count > 1, try sample.hasGradient() else { return }
    let directions = sample.directions(10)
    guard let all = try sample.tangents(at: sample.floats, along: directions, &findings) else { return }
    var sum = all.map { $0.zerosLike() }
    for place in directions.indices {
      let single = directions.enumerated().map { $0 == place ? $1 : nil }
      guard let part = try sample.tangents(at: sample.floats, along: single, &findings) else {
        return findings.fail("\(sample.label): no tangents along input \(sample.floating[place]) alone")
      }
      sum = zip(sum, part).map { $0 + $1 }
    }
    findings.compare(sum, all, within: Tolerance.sameGradient, "\(sample.label), tangents one by one")
  }

  /// The gradient of tangents against central differences of them.
  static func tangentDerivative(_ sample: ContractCase, _ findings: inout Findings) throws {
    let sample = sample.converted(to: .float64)
    guard sample.isDifferentiable, try sample.hasGradient() else { return }
    let (directions, moves) = (sample.directions(10), sample.directions(30))
    let leaves = sample.floats.map { $0.requiringGrad() }
    guard let tangents = try sample.tangents(at: leaves, along: directions, &findings) else { return }
    let weights = tangents.enumerated().map { seed(like: $1, 40 + $0) }
    let recorded = tangents.indices.filter { tangents[$0].requiresGrad }
    var slope = 0.0
    if !recorded.isEmpty {
      let found = try grad(of: recorded.map { tangents[$0] }, with: leaves, seeds: recorded.map { weights[$0] })
      slope = dot(zip(found, leaves).map { $0 ?? $1.zerosLike() }, moves)
    }
    let ends = try [step, -step].map { distance in
      let points = zip(sample.floats, moves).map { $0 + $1 * distance }
      return dot(weights, try sample.tangents(at: points, along: directions, &findings) ?? weights)
    }
    let difference = (ends[0] - ends[1]) / (2 * step)
    findings.expect(
      agree(slope, difference, within: Tolerance.secondDifferences),
      "\(sample.label): the tangents' gradient is \(slope), by differences \(difference)")
  }

  /// The distance of finite differences.
  private static let step = 1e-5

  private static func agree(_ a: Double, _ b: Double, within allowed: Double) -> Bool {
    (a.isNaN && b.isNaN) || a == b || abs(a - b) <= allowed * max(1, abs(a))
  }

  private static func dot(_ a: [Tensor], _ b: [Tensor]) -> Double {
    zip(a, b).reduce(0) { sum, pair in
      zip(pair.0.scalars(as: Double.self), pair.1.scalars(as: Double.self)).reduce(sum) { $0 + $1.0 * $1.1 }
    }
  }
}

extension ContractCase {
  /// A tangent for each floating-point input.
  func directions(_ number: Int) -> [Tensor] {
    floats.enumerated().map { ContractCheck.seed(like: $1, number + $0) }
  }

  /// The tangents of the floating-point results by the operation's own rule, zeros where it gives none; nil where it has
  /// no rule.
  func tangents(at points: [Tensor], along directions: [Tensor?], _ findings: inout Findings) throws -> [Tensor]? {
    var sample = self
    var given = [Tensor?](repeating: nil, count: inputs.count)
    for (place, index) in floating.enumerated() {
      sample.inputs[index] = points[place]
      given[index] = directions[place]
    }
    let outputs = try sample.run()
    let (operation, inputs, tangents) = (operation, sample.inputs, given)
    let found = try withTensorErrors { enableGrad { operation.tangents(tangents, inputs, outputs) } }
    guard let found else { return nil }
    guard found.count == outputs.count else {
      findings.fail("\(label): \(found.count) tangents of \(outputs.count) results")
      return outputs.filter(\.dtype.isFloatingPoint).map { $0.zerosLike() }
    }
    return try zip(found, outputs).filter { $1.dtype.isFloatingPoint }.map { tangent, output in
      guard let tangent else { return output.zerosLike() }
      return try withTensorErrors { tangent.expanded(to: output.shape).converted(to: output.dtype) }
    }
  }

  /// The gradients of the floating-point inputs under these seeds.
  func gradients(seeds: [Tensor]) throws -> [Tensor] {
    let leaves = floats.map { $0.requiringGrad() }
    let results = try function(leaves)
    let recorded = results.indices.filter { results[$0].requiresGrad }
    guard !recorded.isEmpty else { return leaves.map { $0.zerosLike() } }
    let found = try grad(of: recorded.map { results[$0] }, with: leaves, seeds: recorded.map { seeds[$0] })
    return zip(found, leaves).map { $0 ?? $1.zerosLike() }
  }

  /// Central differences of the floating-point results.
  func slopes(along directions: [Tensor], step: Double) throws -> [Tensor] {
    let ends = try [step, -step].map { distance in
      try function(zip(floats, directions).map { $0 + $1 * distance })
    }
    // What stays infinite does not move.
    return zip(ends[0], ends[1]).map { Tensor.where($0 .== $1, $0.zerosLike(), ($0 - $1) / (2 * step)) }
  }
}
