import Testing
import Weft
import WeftONNX

/// What attention hides: windows and what lies ahead are masks, and a row in which nothing is open is 0.
@Suite struct AttentionMaskTests {
  private static let tokens = (0..<3).map {
    Tensor(normal: [2, 1, $0 == 0 ? 4 : 6, 3], using: RandomStream(seed: UInt64($0 + 1)))
  }

  private static func attended(
    _ attributes: [String: Int64] = [:], mask: Tensor? = nil, lengths: Tensor? = nil, queries: Tensor? = nil
  ) throws -> Tensor {
    let names = ["x0", "x1", "x2", mask == nil ? "" : "x3", "", "", lengths == nil ? "" : mask == nil ? "x3" : "x4"]
    let node = OneNode.node(
      "Attention", names, attributes.map { OneNode.attribute($0.key, [$0.value], isList: false) })
    let given = [queries ?? tokens[0], tokens[1], tokens[2], mask, lengths].compactMap { $0 }
    return try OneNode.run(node, given, opset: 25)
  }

  @Test func windowsAreMasks() throws {
    let (queries, keys) = (Tensor(arange: 4).unsqueezed(1), Tensor(arange: 6))
    let window = (keys .>= queries - 1).logicalAnd(keys .<= queries + 2)
    let found = try Self.attended(["left_window_size": 1, "right_window_size": 2])
    #expect(found.isClose(to: try Self.attended(mask: window)))
    let causal = try Self.attended(["left_window_size": 2, "is_causal": 1])
    #expect(causal.isClose(to: try Self.attended(mask: (keys .>= queries - 2).logicalAnd(keys .<= queries))))
  }

  @Test func queriesAreTheLastStepsOfACache() throws {
    let found = try Self.attended(["is_causal": 1], lengths: Tensor([5, 3]))
    let places = Tensor([1, -1]).reshaped(to: [2, 1, 1, 1]) + Tensor(arange: 4).unsqueezed(1)
    let isOpen = (Tensor(arange: 6) .<= places)
    #expect(found.isClose(to: try Self.attended(mask: isOpen)))
    // The first query of the second example has nothing to look at.
    #expect(found[1, 0, 0].elementsEqual(Tensor(zeros: [3])))
  }

  /// A mask hides what it closes, and not what went wrong.
  @Test func whatIsNoNumberStays() throws {
    let row = Tensor([0.0, .nan, 0, 0], dtype: .float32).reshaped(to: [1, 1, 4, 1])
    let found = try Self.attended(["is_causal": 1], queries: Self.tokens[0] + row)
    let isNumber = found.scalars(as: Float.self).map { !$0.isNaN }
    #expect(isNumber == (0..<24).map { $0 / 3 % 4 != 1 })
  }
}
