import WeftTensor

// What every operation's rule for batches must be.
extension ContractCheck {
  /// The rule against a loop over the examples, for every choice of batched inputs.
  static func batchRule(_ sample: ContractCase, _ findings: inout Findings) throws {
    let sample = sample.converted(to: .float64)
    guard !sample.inputs.isEmpty else { return }
    if type(of: sample.operation).whyNotBatched != nil {
      let failure = sample.error { _ = try sample.batched(sample.choices[0], size: 1) }
      return findings.expect(failure != nil, "\(sample.label): `whyNotBatched` is stated, and there is a rule")
    }
    guard sample.hasBatchRule else {
      if sample.number == 0 { findings.lacks("\(sample.label): a rule for batches, or `whyNotBatched`") }
      return
    }
    for choice in sample.choices { try compare(sample, choice, size: 3, &findings) }
    guard let all = sample.choices.last else { return }
    for size in [1, 0] { try compare(sample, all, size: size, &findings) }
  }

  /// `vmap` of the gradient against a loop over the examples' gradients.
  static func batchedGradient(_ sample: ContractCase, _ findings: inout Findings) throws {
    let sample = sample.converted(to: .float64)
    let isBatched = type(of: sample.operation).whyNotBatched == nil && sample.hasBatchRule
    guard isBatched, sample.isDifferentiable, try sample.hasGradient() else { return }
    for choice in sample.gradientChoices {
      let places = choice.indices.filter { choice[$0] }
      let label = "\(sample.label), gradients of a batch in inputs \(places)"
      let examples = try (0..<3).map { try sample.example($0, choice).gradients { $0 } }
      let expected = sample.floats.indices.map { place in stacked(examples.map { $0[place] }, axis: 0) }
      let found = try vmap(over: sample.batchedInputs(choice, size: 3), axes: choice.map { $0 ? 0 : nil }) {
        try sample.with($0, "in vmap").gradients { $0 }
      }
      findings.compare(found, expected, within: Tolerance.sameGradient, label)
    }
  }

  /// `vmap` over float64 scalars in the place of an input, the others in float32, against a loop: whatever axes the batch
  /// adds, types are those of the example.
  static func batchedTypes(_ sample: ContractCase, _ findings: inout Findings) throws {
    let narrow = sample.converted(to: .float32)
    guard sample.floating.count > 1, type(of: sample.operation).whyNotBatched == nil, sample.hasBatchRule else {
      return
    }
    for place in sample.floating where sample.inputs[place].elementCount > 0 {
      let choice = sample.inputs.indices.map { $0 == place }
      let examples = (0..<3).map { number in
        let scalar = sample.example(number, choice).inputs[place].reshaped(to: [-1])[0].converted(to: .float64)
        return narrow.replacing(place, by: scalar, "a scalar")
      }
      guard let first = examples[0].resultsAsAnnounced else { continue }
      let results = try examples.map { try $0.run() }
      let inputs = narrow.inputs.indices.map { index in
        choice[index] ? stacked(examples.map { $0.inputs[index] }, axis: 0) : narrow.inputs[index]
      }
      let found = try vmap(over: inputs, axes: choice.map { $0 ? 0 : nil }) { try narrow.with($0, "in vmap").run() }
      let label = "\(sample.label), float64 scalars in input \(place)"
      let expected = first.indices.map { index in stacked(results.map { $0[index] }, axis: 0) }
      findings.compare(found, expected, within: Tolerance.allowed(.float32, .other), label)
      for (result, wanted) in zip(found, expected) {
        findings.expect(result.dtype == wanted.dtype, "\(label): \(result.dtype), expected \(wanted.dtype)")
      }
    }
  }

  private static func compare(
    _ sample: ContractCase, _ choice: [Bool], size: Int, _ findings: inout Findings
  ) throws {
    let places = choice.indices.filter { choice[$0] }
    let label = "\(sample.label), a batch of \(size) in inputs \(places)"
    let found: [Tensor]
    do { found = try sample.batched(choice, size: size) } catch { return findings.fail("\(label): \(error)") }
    let expected = try sample.looped(choice, size: size)
    findings.compare(found, expected, within: Tolerance.sameGradient, label)
    for (result, wanted) in zip(found, expected) {
      findings.expect(result.dtype == wanted.dtype, "\(label): \(result.dtype), expected \(wanted.dtype)")
    }
  }
}

extension ContractCase {
  /// The results, where the operation takes these inputs and gives what it says.
  fileprivate var resultsAsAnnounced: [Tensor]? {
    guard let results = try? run(), let specs = try? operation.checkedOutputs(for: inputs.map(\.spec)) else {
      return nil
    }
    return zip(results, specs).allSatisfy { $0.shape == $1.shape && $0.dtype == $1.dtype } ? results : nil
  }

  /// Whether the operation has a rule for batches, right or wrong.
  var hasBatchRule: Bool {
    guard let all = choices.last else { return false }
    do { _ = try batched(all, size: 1) } catch let error as TensorError { return error.code != .unsupported } catch {}
    return true
  }

  /// Every choice of batched inputs, at least one, all of them last; of many inputs, one or all but one or all.
  var choices: [[Bool]] {
    let count = inputs.count
    if count <= 4 { return (1..<(1 << count)).map { bits in (0..<count).map { bits >> $0 & 1 == 1 } } }
    let single = (0..<count).map { place in (0..<count).map { $0 == place } }
    return single + single.map { $0.map { !$0 } } + [Array(repeating: true, count: count)]
  }

  /// The choices whose gradients are compared: of three or more inputs, the first alone (as where gradients are wanted
  /// for each example, under one set of parameters), all but one, and all.
  var gradientChoices: [[Bool]] {
    choices.filter { choice in
      let batched = choice.indices.filter { choice[$0] }
      return choice.count < 3 || batched.count >= choice.count - 1 || batched == [0]
    }
  }

  /// The inputs of example `number`: other values of the same kind.
  func example(_ number: Int, _ isBatched: [Bool]) -> ContractCase {
    let drawn = zip(inputs.indices, isBatched).map { place, isBatched in
      guard isBatched, number > 0, place < kinds.count else { return inputs[place] }
      return kinds[place].draw(seed: UInt64(50_000 + 100 * number + place)).converted(to: inputs[place].dtype)
    }
    return with(drawn, "example \(number)")
  }

  /// What the operation's rule gives for a batch.
  func batched(_ isBatched: [Bool], size: Int) throws -> [Tensor] {
    let batch = Batch(batchedInputs(isBatched, size: size), isBatched: isBatched, size: size)
    let operation = operation
    return try withTensorErrors { try operation.batched(batch) }
  }

  func batchedInputs(_ isBatched: [Bool], size: Int) -> [Tensor] {
    let examples = (0..<size).map { example($0, isBatched).inputs }
    return inputs.indices.map { place in
      guard isBatched[place] else { return inputs[place] }
      if size == 0 { return Tensor(zeros: Shape([0] + inputs[place].shape.sizes), dtype: inputs[place].dtype) }
      return stacked(examples.map { $0[place] }, axis: 0)
    }
  }

  /// The same by a loop.
  func looped(_ isBatched: [Bool], size: Int) throws -> [Tensor] {
    if size == 0 {
      return try operation.checkedOutputs(for: inputs.map(\.spec)).map {
        Tensor(zeros: Shape([0] + $0.shape.sizes), dtype: $0.dtype)
      }
    }
    let results = try (0..<size).map { try example($0, isBatched).run() }
    return results[0].indices.map { place in stacked(results.map { $0[place] }, axis: 0) }
  }
}
