import Foundation
import TeachingEngine
import Testing
import Weft

private typealias Small = TeachingEngine.Tensor
private typealias Full = WeftTensor.Tensor

extension Small {
  /// The same numbers in Weft.
  fileprivate var full: Full { Full(values, shape: Shape(shape), dtype: .float64) }
}

/// Numbers that look like none in particular, the same in every run.
private func numbers(_ shape: [Int], from start: Int = 1) -> Small {
  Small((0..<shape.reduce(1, *)).map { sin(Double(start + $0) * 12.9898) }, shape: shape)
}

// Both engines compute in float64; only the order of sums differs.
private let tolerance = 1e-12

private func expectEqual(_ small: Small?, _ full: Full?, _ what: Comment) throws {
  let (small, full) = (try #require(small, what), try #require(full, what))
  #expect(small.shape == full.shape.sizes, what)
  let apart = zip(small.values, full.scalars(as: Double.self)).map { abs($0 - $1) }.max() ?? 0
  #expect(apart <= tolerance, what)
}

/// The engine in `Examples/TeachingEngine` computes what Weft computes.
@Suite struct TeachingEngineTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let shapes: [[Int]]
    let small: @Sendable ([TeachingEngine.Tensor]) -> TeachingEngine.Tensor
    let full: @Sendable ([WeftTensor.Tensor]) -> WeftTensor.Tensor
  }

  static let operations = [
    Case(testDescription: "add", shapes: [[2, 3], [3]], small: { $0[0] + $0[1] }, full: { $0[0] + $0[1] }),
    Case(testDescription: "subtract", shapes: [[3], [2, 3]], small: { $0[0] - $0[1] }, full: { $0[0] - $0[1] }),
    Case(testDescription: "multiply", shapes: [[2, 3], []], small: { $0[0] * $0[1] }, full: { $0[0] * $0[1] }),
    Case(testDescription: "tanh", shapes: [[2, 3]], small: { $0[0].tanh() }, full: { $0[0].tanh() }),
    Case(
      testDescription: "expand", shapes: [[3]], small: { $0[0].expanded(to: [2, 2, 3]) },
      full: { $0[0].expanded(to: [2, 2, 3]) }),
    Case(
      testDescription: "sum", shapes: [[2, 4, 3]], small: { $0[0].sum(to: [3]) }, full: { $0[0].sum(axes: [0, 1]) }),
    Case(
      testDescription: "permute", shapes: [[2, 3]], small: { $0[0].transposed() }, full: { $0[0].transposed() }),
    Case(
      testDescription: "matmul", shapes: [[2, 3], [3, 4]], small: { $0[0].matmul($0[1]) },
      full: { $0[0].matmul($0[1]) }),
    Case(
      testDescription: "meanSquaredError", shapes: [[2, 3], [2, 3]], small: { meanSquaredError($0[0], $0[1]) },
      full: { meanSquaredError($0[0], $0[1]) }),
  ]

  /// The result, its gradients, and theirs: of Σ y·y·w, whose second derivative asks every rule for its own gradient.
  @Test(arguments: operations) func operationsAgree(_ operation: Case) throws {
    let small = operation.shapes.enumerated().map { numbers($1, from: 1 + 100 * $0).requiringGrad() }
    let full = small.map { $0.full.requiringGrad() }
    let (y, z) = (operation.small(small), operation.full(full))
    try expectEqual(y, z, "the result")

    let weights = numbers(y.shape, from: 500)
    (y * y * weights).sum().backward(createGraph: true)
    let gradients = try grad(of: [(z * z * weights.full).sum()], with: full, createGraph: true).map { try #require($0) }
    for (s, g) in zip(small, gradients) { try expectEqual(s.grad, g, "a gradient") }

    let sum = try #require(small.first?.grad).tanh().sum()
    for leaf in small { leaf.forgetGrad() }
    sum.backward()
    let second = try grad(of: [gradients[0].tanh().sum()], with: full)
    for (s, g) in zip(small, second) { try expectEqual(s.grad, g, "a gradient of a gradient") }
  }

  /// The same weights and inputs give the same losses, gradients and weights, step by step.
  @Test func trainingAgrees() throws {
    let small = Network()
    let full = Sequential {
      Weft.Linear(2, 24); Tanh()
      Weft.Linear(24, 24); Tanh()
      Weft.Linear(24, 1); Tanh()
    }.convert(to: .float64)
    for (source, copy) in zip(small.parameters(), full.parameters()) { copy.value = source.tensor.full }
    let (x, y) = (numbers([20, 2]), numbers([20, 1], from: 200))
    let descent = TeachingEngine.SGD(small.parameters(), learningRate: 0.3)
    let optimizer = Weft.SGD(full.parameters(), learningRate: 0.3)
    for step in 1...25 {
      let (loss, same) = (meanSquaredError(small(x), y), meanSquaredError(full(x.full), y.full))
      try expectEqual(loss, same, "the loss of step \(step)")
      loss.backward()
      same.backward()
      for (a, b) in zip(small.parameters(), full.parameters()) {
        try expectEqual(a.tensor.grad, b.grad, "step \(step)")
      }
      descent.step()
      optimizer.step()
      for (a, b) in zip(small.parameters(), full.parameters()) { try expectEqual(a.tensor, b.value, "step \(step)") }
      descent.zeroGrad()
      optimizer.zeroGrad()
    }
  }

  /// It stays what can be read in ten minutes, and knows nothing of Weft.
  @Test func theEngineIsShortAndOnItsOwn() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Examples/TeachingEngine")
    let files = try FileManager.default.contentsOfDirectory(at: root, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "swift" }
    let text = try files.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    #expect(text.count { $0 == "\n" } <= 300)
    #expect(!text.contains("import Weft"))
  }
}
