import WeftTensor

// A NaN reaches what depends on the number in whose place it stands, and nothing else.
extension ContractCheck {
  /// The operations for which that is not so, and why.
  private static let spreading: [String: String] = [:]

  /// One element of one input becomes NaN: results, and gradients, that no finite number in its place changes must not
  /// become NaN. What depends on what is found by changing the element, so nothing needs to be declared.
  static func locality(_ sample: ContractCase, _ findings: inout Findings) throws {
    guard spreading[type(of: sample.operation).name] == nil else { return }
    for dtype in [DType.float64, .float32] {
      let typed = sample.converted(to: dtype)
      let differentiable = try sample.isDifferentiable && typed.hasGradient()
      for index in typed.floating {
        try expectLocal(typed, input: index, "results", &findings) { try $0.run() }
        guard differentiable else { continue }
        try expectLocal(typed, input: index, "gradients", &findings) { try $0.gradients { $0 } }
      }
      if differentiable { try expectLocalSeeds(typed, &findings) }
    }
  }

  private static func expectLocal(
    _ sample: ContractCase, input index: Int, _ what: String, _ findings: inout Findings,
    of body: @escaping (ContractCase) throws -> [Tensor]
  ) throws {
    let starts = [sample, sample.shaken(but: index)]
    for place in sample.inputs[index].endPlaces {
      func results(_ start: ContractCase, _ value: Double?) -> [[Double]]? {
        let input = start.inputs[index].replacing(place, by: value)
        return try? withTensorErrors {
          try body(start.replacing(index, by: input, "changed")).map { $0.scalars(as: Double.self) }
        }
      }
      compare(results, starts, "\(sample.label), input \(index), NaN at \(place): \(what)", &findings)
    }
  }

  private static func expectLocalSeeds(_ sample: ContractCase, _ findings: inout Findings) throws {
    let results = try sample.function(sample.floats)
    for output in results.indices {
      for place in results[output].endPlaces {
        func gradients(_ start: ContractCase, _ value: Double?) -> [[Double]]? {
          let seeds = results.indices.map {
            let seed = seed(like: results[$0], $0)
            return $0 == output ? seed.replacing(place, by: value) : seed
          }
          return try? withTensorErrors { try start.gradients(seeds: seeds).map { $0.scalars(as: Double.self) } }
        }
        let label = "\(sample.label), NaN at \(place) of the gradient of result \(output): gradients"
        compare(gradients, [sample, sample.shaken(but: -1)], label, &findings)
      }
    }
  }

  /// What NaN in the element's place makes NaN, against what numbers in its place change.
  private static func compare(
    _ results: (ContractCase, Double?) -> [[Double]]?, _ starts: [ContractCase], _ label: String,
    _ findings: inout Findings
  ) {
    guard let found = results(starts[0], .nan) else { return }
    var isReached = found.map { $0.map { _ in false } }
    for start in starts {
      guard let before = results(start, nil) else { continue }
      for value in [-40.0, 0.7, 50] {
        guard let after = results(start, value) else { continue }
        for (output, (old, new)) in zip(before, after).enumerated() where isReached[output].count == old.count {
          for place in old.indices where old[place] != new[place] { isReached[output][place] = true }
        }
      }
    }
    for (output, values) in found.enumerated() {
      guard let plain = results(starts[0], nil), plain[output].count == values.count else { continue }
      let wrong = values.indices.filter { values[$0].isNaN && !plain[output][$0].isNaN && !isReached[output][$0] }
      findings.expect(
        wrong.isEmpty, "\(label) \(output) do not depend on it, and are NaN at \(wrong.prefix(5).map { $0 })")
      findings.counted(values.count)
    }
  }
}

extension ContractCase {
  /// The same case with the finite numbers of the other floating-point inputs changed a little, so that no product with 0
  /// hides what depends on what.
  fileprivate func shaken(but index: Int) -> ContractCase {
    var inputs = inputs
    for place in floating where place != index {
      let values = inputs[place].scalars(as: Double.self).enumerated().map { $1 + 0.011 + 0.0003 * Double($0 % 7) }
      inputs[place] = Tensor(values, shape: inputs[place].shape, dtype: inputs[place].dtype)
    }
    return with(inputs, "shaken")
  }
}

extension Tensor {
  /// The first element and the last.
  fileprivate var endPlaces: [Int] { elementCount == 0 ? [] : Set([0, elementCount - 1]).sorted() }

  /// The same with `value`, where there is one, in the place of an element.
  fileprivate func replacing(_ place: Int, by value: Double?) -> Tensor {
    guard let value else { return self }
    var values = scalars(as: Double.self)
    values[place] = value
    return Tensor(values, shape: shape, dtype: dtype)
  }
}
