import Testing
import Weft
import WeftContract

/// The program of the guide "Writing an operation".
@Test func theProgramOfTheOperationsGuide() async {
  await #expect(processExitsWith: .success) {
    // Program:
    /// log cosh x, a smooth |x|: one formula, from which everything else follows.
    struct LogCosh: ElementwiseOperation {
      static let name = "logCosh"
      static let formula = Formula { x in abs(x) + log1p(exp(-2 * abs(x))) - 0.6931471805599453 }
      static let resultType = ElementwiseResult.floating
      static let samples = [Sample(LogCosh(), .real([2, 3], avoiding: [0])), Sample(LogCosh(), .real([]))]
    }

    /// yᵢⱼ = aᵢ·bⱼ, with all its rules by hand. Gradients: g·b, gᵀ·a.
    struct OuterProduct: TensorOperation {
      static let name = "outerProduct"
      static let operands: Operands = ["a", "b"]
      static let equation = "yᵢⱼ = aᵢ·bⱼ"

      /// What can be wrong with the inputs is found here, before anything runs.
      func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
        guard inputs[0].shape.rank == 1, inputs[1].shape.rank == 1 else {
          throw TensorError(
            .shape, operation: Self.name, operands: [("a", inputs[0]), ("b", inputs[1])], expected: "two vectors",
            got: "\(inputs[0].shape) and \(inputs[1].shape)")
        }
        return [TensorSpec([inputs[0].shape[0], inputs[1].shape[0]], DType.promoted(inputs[0].dtype, inputs[1].dtype))]
      }

      func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
        [(inputs[0].unsqueezed(1) * inputs[1].unsqueezed(0)).converted(to: outputs[0].dtype)]
      }

      func saves(needs: [Bool]) -> Saves { [.input(0), .input(1)] }

      /// In tensor operations, so that gradients have gradients.
      func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
        guard let g = gradients[0] else { return [nil, nil] }
        return [
          needs[0] ? (g * saved.input(1)).sum(axis: 1) : nil,
          needs[1] ? (g * saved.input(0).unsqueezed(1)).sum(axis: 0) : nil,
        ]
      }

      /// The forward rule: dy = da·b + a·db.
      func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
        let fromA = tangents[0].map { OuterProduct()($0, inputs[1]) }
        let fromB = tangents[1].map { OuterProduct()(inputs[0], $0) }
        guard let fromA, let fromB else { return [fromA ?? fromB] }
        return [fromA + fromB]
      }

      /// Inside vmap, one example after another.
      func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.looping(self) }

      /// The definition in plain loops, which the results are compared with.
      func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
        let (a, b) = (inputs[0], inputs[1])
        return [ReferenceArray(shape: [a.shape[0], b.shape[0]]) { a.values[$0[0]] * b.values[$0[1]] }]
      }

      static let samples = [
        Sample(OuterProduct(), .real([3]), .real([2])), Sample(OuterProduct(), .real([0]), .real([2])),
      ]
      static let refusals = [Refusal(OuterProduct(), .real([2, 2]), .real([2]), because: "two vectors")]
    }

    // They are used as any other.
    let x = Tensor([-1.0, 2.0]).requiringGrad()
    let y = OuterProduct()(LogCosh()(x), Tensor([1.0, 10.0]))
    y.sum().backward()
    print(y.scalars(as: Float.self), x.grad?.scalars(as: Float.self) ?? [])

    // And proven as any other.
    let reports = [Contract.check(LogCosh.self), Contract.check(OuterProduct.self)]
    for report in reports {
      print("\(report.operation): \(report.passedCount) of \(report.checkCount) checks, \(report.comparisons) numbers")
      for problem in report.failures + report.missing { print(problem) }
    }
    // End.
    #expect(reports.allSatisfy { $0.failures.isEmpty && $0.missing.isEmpty })
    // 11·tanh x.
    #expect((x.grad ?? 0).isClose(to: Tensor([-8.377535, 10.604303])))
  }
}
