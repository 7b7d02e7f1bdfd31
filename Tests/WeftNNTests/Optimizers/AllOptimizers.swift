import Foundation
import Testing
import Weft

/// Every optimizer, for tests of what holds for all of them: a new one is proved by its line here, and without it
/// `allAreListed` fails.
enum AllOptimizers {
  /// With settings under which small networks learn. Those that take matrices alone leave out the other parameters.
  static let steppedByGradients: [(name: String, make: @Sendable ([Parameter]) -> Optimizer)] = [
    ("sgd", { SGD($0, learningRate: 0.1, momentum: 0.9) }), ("adam", { Adam($0, learningRate: 0.1) }),
    ("adamw", { AdamW($0, learningRate: 0.1) }), ("amsgrad", { Adam($0, learningRate: 0.1, amsgrad: true) }),
    ("rmsprop", { RMSprop($0) }), ("centred", { RMSprop($0, centered: true) }), ("adagrad", { Adagrad($0) }),
    ("adadelta", { Adadelta($0, learningRate: 10) }), ("adamax", { Adamax($0, learningRate: 0.1) }),
    ("nadam", { NAdam($0, learningRate: 0.1) }), ("radam", { RAdam($0, learningRate: 0.1) }),
    ("rprop", { Rprop($0) }), ("asgd", { ASGD($0) }), ("adafactor", { Adafactor($0, learningRate: 0.1) }),
    ("lion", { Lion($0, learningRate: 0.1) }), ("lamb", { LAMB($0, learningRate: 0.1) }),
    ("muon", { Muon($0.filter { $0.shape.rank == 2 }, learningRate: 0.1) }),
    ("sgd_all", { SGD($0, learningRate: 0.1, momentum: 0.9, dampening: 0.1, weightDecay: 0.01) }),
    ("rmsprop_momentum", { RMSprop($0, momentum: 0.5) }),
  ]

  /// Those that ask for the loss again, and are stepped with it.
  static let steppedByLosses: [(name: String, make: @Sendable ([Parameter]) -> Optimizer)] = [
    ("lbfgs", { LBFGS($0, lineSearch: .strongWolfe) })
  ]

  /// The names of the classes that some makers make.
  static func classes(_ makers: [@Sendable ([Parameter]) -> Optimizer]) -> Set<String> {
    // As many as the goldens' network has, which stand in two groups there.
    Set(makers.map { make in "\(type(of: make((0..<4).map { _ in Parameter(Tensor(ones: [2, 2])) })))" })
  }

  /// The names of the classes that the sources of the library declare.
  static func declared() throws -> Set<String> {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Sources/WeftNN").standardized
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var found: Set<String> = []
    for case let file as URL in try #require(files) where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      let kinds = text.matches(of: /final class (\w+): (?:GroupedOptimizer<|Optimizer\b)/)
      found.formUnion(kinds.map { String($0.output.1) })
    }
    return found
  }
}

@Suite struct AllOptimizersTests {
  @Test func allAreListed() throws {
    let declared = try AllOptimizers.declared()
    #expect(declared.count > 15)
    let listed = AllOptimizers.classes((AllOptimizers.steppedByGradients + AllOptimizers.steppedByLosses).map(\.make))
    #expect(listed == declared)
    // PyTorch's numbers after many steps.
    #expect(AllOptimizers.classes(Array(NetworkGoldenTests.all.values)).isSuperset(of: declared))
  }
}
