import Testing
import WeftTensor

/// Operations of users that do not keep what they announce: each is an error, never a trap.
@Suite struct WrongResultTests {
  /// Gives other results than its rule for shapes says.
  struct Unruly: TensorOperation {
    enum Fault: String, CaseIterable, Codable {
      case fewer, more, none, shape, type
    }
    static let name = "unruly"
    static let operands: Operands = ["x"]
    static let samples: [Sample] = []
    let fault: Fault

    func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { [inputs[0], inputs[0]] }
    func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
      let x = inputs[0]
      return switch fault {
      case .fewer: [x]
      case .more: [x, x, x]
      case .none: []
      case .shape: [x, x.sum()]
      case .type: [x, x.converted(to: .float64)]
      }
    }
    func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] { [gradients[0]] }
    func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? { [nil, nil] }
    func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
      fault == .shape ? [batch.inputs[0].sum()] : [batch.inputs[0]]
    }
  }

  @Test(arguments: Unruly.Fault.allCases) func resultsAreThoseAnnounced(_ name: Unruly.Fault) throws {
    for x in [Tensor([1.0, 2]), Tensor([1.0, 2]).requiringGrad()] {
      let error = #expect(throws: TensorError.self) {
        try withTensorErrors {
          let results = apply(Unruly(fault: name), [x])
          _ = results[0] + results[1]
        }
      }
      #expect(error?.description.contains("[unruly]") == true)
      #expect(error?.description.contains("as `outputs(for:)` announced") == true, "\(error?.description ?? "")")
    }
  }

  @Test func ruleForBatches() {
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { try vmap { apply(Unruly(fault: .fewer), [$0])[1] }(Tensor([1.0, 2])) }
    }
    #expect(error?.description.contains("as `outputs(for:)` announced") == true, "\(error?.description ?? "")")
    let single = #expect(throws: TensorError.self) {
      try withTensorErrors { try vmap { apply(Unruly(fault: .shape), [$0])[0] }(Tensor([1.0, 2])) }
    }
    #expect(single?.description.contains("batch along a new axis in front") == true, "\(single?.description ?? "")")
  }

  /// A gradient rule that asks for what is not kept.
  private struct Forgetful: TensorOperation {
    static let name = "forgetful"
    static let operands: Operands = ["x"]
    static let samples: [Sample] = []
    let asksForOutput: Bool
    let index: Int

    func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }
    func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [inputs[0] * 2] }
    func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
      [asksForOutput ? saved.output(index) : saved.input(index)]
    }
  }

  @Test(arguments: [(true, 0), (true, 1), (false, 0), (false, -1)])
  func whatIsNotSaved(asksForOutput: Bool, index: Int) {
    let x = Tensor([1.0, 2]).requiringGrad()
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { apply(Forgetful(asksForOutput: asksForOutput, index: index), [x])[0].sum().backward() }
    }
    #expect(error?.description.contains("`saves(needs:)`") == true, "\(error?.description ?? "")")
  }
}
