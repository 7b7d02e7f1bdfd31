import WeftTensor

// A NaN reaches what depends on the number in whose place it stands, and nothing else.
extension ContractCheck {
  /// One element of one input, or of the results' gradients, becomes NaN: results, and gradients, that no finite number in
  /// its place changes must not become NaN. What depends on what is found by changing the element, from several inputs, so
  /// nothing needs to be declared. Of elementwise operations `Note: NaN in derivatives` asks for more.
  static func locality(_ sample: ContractCase, _ findings: inout Findings) throws {
    guard !sample.isElementwise else { return }
    let wide = sample.converted(to: .float64)
    let starts = [wide, wide.moved(rolling: 0), wide.moved(rolling: 1)]
    let differentiable = try sample.isDifferentiable && wide.hasGradient()
    let typed = [wide, sample.converted(to: .float32)]
    for index in sample.floating {
      if !Spreading.isExpected(sample, .results(input: index)) {
        expectLocal(typed, starts, input: index, "results", &findings) { try $0.run() }
      }
      guard differentiable, !Spreading.isExpected(sample, .gradients(input: index)) else { continue }
      expectLocal(typed, starts, input: index, "gradients", &findings) { try $0.gradients { $0 } }
    }
    if differentiable { try expectLocalSeeds(typed, starts, &findings) }
  }

  private static func expectLocal(
    _ typed: [ContractCase], _ starts: [ContractCase], input index: Int, _ what: String, _ findings: inout Findings,
    of body: @escaping (ContractCase) throws -> [Tensor]
  ) {
    for place in starts[0].inputs[index].endPlaces {
      func results(_ start: ContractCase, _ value: Double?) -> [[Double]]? {
        let input = start.inputs[index].replacing(place, by: value)
        return try? withTensorErrors {
          try body(start.replacing(index, by: input, "changed")).map { $0.scalars(as: Double.self) }
        }
      }
      compare(results, typed, starts, "input \(index), NaN at \(place): \(what)", &findings)
    }
  }

  private static func expectLocalSeeds(
    _ typed: [ContractCase], _ starts: [ContractCase], _ findings: inout Findings
  ) throws {
    let results = try starts[0].function(starts[0].floats)
    for output in results.indices where !Spreading.isExpected(starts[0], .seeds(result: output)) {
      for place in results[output].endPlaces {
        func gradients(_ start: ContractCase, _ value: Double?) -> [[Double]]? {
          let seeds = results.indices.map {
            let seed = seed(like: results[$0], $0).converted(to: start.floats[0].dtype)
            return $0 == output ? seed.replacing(place, by: value) : seed
          }
          return try? withTensorErrors { try start.gradients(seeds: seeds).map { $0.scalars(as: Double.self) } }
        }
        compare(gradients, typed, starts, "NaN at \(place) of the gradient of result \(output): gradients", &findings)
      }
    }
  }

  /// What NaN in the element's place makes NaN, in each type, against what numbers in its place change.
  private static func compare(
    _ results: (ContractCase, Double?) -> [[Double]]?, _ typed: [ContractCase], _ starts: [ContractCase],
    _ label: String, _ findings: inout Findings
  ) {
    let isReached = reached(results, starts)
    for sample in typed {
      guard let found = results(sample, .nan), let plain = results(sample, nil), found.count == isReached.count else {
        continue
      }
      for (output, values) in found.enumerated() where plain[output].count == values.count {
        let wrong = values.indices.filter {
          values[$0].isNaN && !plain[output][$0].isNaN && !isReached[output].contains($0)
        }
        findings.expect(
          wrong.isEmpty,
          "\(sample.label), \(label) \(output) do not depend on it, and are NaN at \(wrong.prefix(5).map { $0 })")
        findings.counted(values.count)
      }
    }
  }

  /// The places in each of the results that a number changes.
  private static func reached(
    _ results: (ContractCase, Double?) -> [[Double]]?, _ starts: [ContractCase]
  ) -> [Set<Int>] {
    var reached: [Set<Int>] = []
    for start in starts {
      guard let before = results(start, nil) else { continue }
      if reached.isEmpty { reached = before.map { _ in [] } }
      for value in [-40.0, 0, 0.7, 50] {
        guard let after = results(start, value) else { continue }
        for (output, (old, new)) in zip(before, after).enumerated() where old.count == new.count {
          reached[output].formUnion(old.indices.filter { old[$0] != new[$0] && !new[$0].isNaN })
        }
      }
    }
    return reached
  }
}

extension ContractCase {
  /// The same case with the numbers of its floating-point inputs changed a little, and moved by `count` places: so no
  /// product with 0, and no choice by comparing, hides what depends on what.
  fileprivate func moved(rolling count: Int) -> ContractCase {
    var inputs = inputs
    for place in floating where inputs[place].elementCount > 0 {
      let values = inputs[place].scalars(as: Double.self)
      let moved = values.indices.map { values[($0 + count) % values.count] + 0.011 + 0.0003 * Double($0 % 7) }
      inputs[place] = Tensor(moved, shape: inputs[place].shape, dtype: inputs[place].dtype)
    }
    return with(inputs, "moved")
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
