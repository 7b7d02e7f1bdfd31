import Testing
import WeftTensor

@Suite struct BatchProgramTests {
  /// A batch of so many rows of three numbers.
  private static func rows(_ count: Int) -> Tensor {
    Tensor(uniform: [count, 3], using: RandomStream(seed: UInt64(count)))
  }

  private static func batches(_ body: (Tensor) -> Tensor) throws -> BatchProgram {
    try BatchProgram(recording: [rows(2)], names: [], isExact: true) { [body($0[0])] }
  }

  private static let moving: [(String, @Sendable (Tensor) -> Tensor)] = [
    ("reshape", { $0.reshaped(-1).reshaped(to: [3, $0.shape[0]]) }),
    ("broadcast", { $0 + Tensor([1.0, 2, 3]) }),
    ("zeros", { Tensor(zeros: [$0.shape[0], 2]) + $0.sum(axis: 1, keepDims: true) }),
    ("ones but two", { concatenated([$0.sum(axis: 1), Tensor(full: [$0.shape[0] - 1], 2.5)]) }),
    ("halves", { $0.repeated(2, 1).sliced(axis: 0, to: $0.shape[0]) }),
    ("steps", { $0 * Tensor(arange: 3, 3 + 2 * $0.shape[0], step: 2).unsqueezed(1) }),
    ("steps of floats", { $0 + Tensor((0..<$0.shape[0]).map { Float($0) }).unsqueezed(1) }),
    ("flip", { $0.flipped(axes: [0]) }),
    ("single", { $0.squeezed() + Tensor(zeros: [3]) }),
    ("subscripts", { $0[1..., 0...1].sum(axis: 0) }),
  ]

  @Test(arguments: moving.indices) func whatMovesAlongLinesIsTheRun(_ index: Int) throws {
    let (name, body) = Self.moving[index]
    let batches = try Self.batches(body)
    for size in [1, 2, 4, 9, 40] {
      let x = Self.rows(size)
      #expect(batches.size(of: [x]) == size)
      #expect(try Plan(batches.program(size: size)).run([x])[0].elementsEqual(body(x)), "\(name), \(size)")
    }
  }

  /// Each depends on the size in another way, or would be wrong beyond the sizes that are recorded.
  private static let others: [(String, @Sendable (Tensor) -> Tensor)] = [
    ("a constant that moves", { $0.sum(axis: 0) / Double($0.shape[0]) }),
    ("a constant of other numbers", { $0 + Tensor((0..<$0.shape[0]).map { Float($0 * $0) }).unsqueezed(1) }),
    ("halves of numbers", { $0 + Tensor((0..<$0.shape[0]).map { Float($0) / 2 }).unsqueezed(1) }),
    ("a square", { $0.expanded(to: [$0.shape[0], $0.shape[0], 3]).reshaped(to: [$0.shape[0] * $0.shape[0], 3]) }),
    ("a branch", { $0.shape[0] > 8 ? $0.exp() : $0 }),
    ("steps", { x in (0..<x.shape[0]).reduce(x) { x, _ in x.exp() } }),
    ("a limit", { $0.sliced(axis: 0, to: min($0.shape[0], 8)) }),
    ("padding", { $0.padded([(0, max(0, 8 - $0.shape[0])), (0, 0)]) }),
  ]

  @Test(arguments: others.indices) func whatMovesOtherwiseIsRefused(_ index: Int) throws {
    let (name, body) = Self.others[index]
    let error = try #require(throws: TensorError.self, "\(name)") { _ = try Self.batches(body) }
    #expect(error.expected.contains("for batches of any size"), "\(name): \(error)")
  }

  /// A table that ends is not read behind its end.
  @Test func eachOperationsRuleHoldsAtEachSize() throws {
    let table = Tensor(normal: [20, 3])
    let batches = try Self.batches { $0 + table.sliced(axis: 0, to: $0.shape[0]) }
    #expect(try Plan(batches.program(size: 20)).run([Self.rows(20)])[0].elementsEqual(Self.rows(20) + table))
    #expect(throws: TensorError.self) { try batches.program(size: 21) }
  }

  @Test func whatIsNoBatchIsRefused() throws {
    for inputs in [[], [Tensor(1.0)], [Self.rows(0)], [Self.rows(2), Self.rows(3)]] {
      #expect(throws: TensorError.self) { _ = try BatchProgram(recording: inputs, names: [], isExact: true) { $0 } }
    }
    let batches = try Self.batches { $0 }
    #expect(batches.size(of: [Self.rows(0)]) == nil && batches.size(of: []) == nil)
    #expect(batches.size(of: [Tensor(zeros: [2, 4])]) == nil && batches.size(of: [Tensor(1.0)]) == nil)
  }

  @Test func numbersLieOnALineOrDoNot() {
    let line = MovingNumber([7, 10, 16], at: [2, 3, 5])
    #expect(line?.slope == 3 && line?.start == 1 && line?(0) == 1)
    #expect(MovingNumber([4, 9, 25], at: [2, 3, 5]) == nil && MovingNumber([1, 2, 5], at: [2, 4, 10]) == nil)
    #expect(MovingNumber([.min, .max, 0], at: [2, 3, 5]) == nil)
  }
}
