import Foundation
import Testing
import Weft
import WeftONNX

/// Trees of operator set 5 for tables, whose leaves stand in a list of their own.
@Suite struct LeafedTreeTests {
  /// A tree of a test at most `splits[0]`, whose failure leads to one of membership; three leaves.
  private func node(_ changes: [Onnx_AttributeProto] = []) -> Onnx_NodeProto {
    var node = OneNode.node(
      "TreeEnsemble", inputs: 1, domain: "ai.onnx.ml",
      [
        ints("tree_roots", [0]), tensor("nodes_modes", 2, [0, 6], bytes: [0, 6]), ints("nodes_featureids", [0, 1]),
        floats("nodes_splits", [0.5, 0]), ints("nodes_truenodeids", [0, 1]), ints("nodes_trueleafs", [1, 1]),
        ints("nodes_falsenodeids", [1, 2]), ints("nodes_falseleafs", [0, 1]),
        ints("nodes_missing_value_tracks_true", [0, 1]), ints("leaf_targetids", [0, 1, 1]),
        floats("leaf_weights", [1, 2, -3]), floats("membership_values", [4, 7, .nan]),
        OneNode.attribute("n_targets", [2], isList: false),
      ])
    for change in changes {
      node.attribute.removeAll { $0.name == change.name }
      node.attribute.append(change)
    }
    return node
  }

  private func ints(_ name: String, _ numbers: [Int64]) -> Onnx_AttributeProto {
    OneNode.attribute(name, numbers, isList: true)
  }

  private func tensor(_ name: String, _ type: Int32, _ numbers: [Int], bytes: [UInt8]) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    (attribute.name, attribute.type) = (name, .tensor)
    (attribute.t.dataType, attribute.t.dims, attribute.t.rawData) = (type, [Int64(numbers.count)], Data(bytes))
    return attribute
  }

  private func floats(_ name: String, _ numbers: [Float]) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    (attribute.name, attribute.type) = (name, .tensor)
    (attribute.t.dataType, attribute.t.dims, attribute.t.floatData) = (1, [Int64(numbers.count)], numbers)
    return attribute
  }

  private let x = Tensor([0, 9, 1, 7, 1, 5, 1, .nan, .nan, 4], shape: [5, 2], dtype: .float32)

  @Test func rowsEndAtTheirLeaves() throws {
    let model = try OneNode.model([node()], inputs: 1)
    let expected: [Float] = [1, 0, 0, 2, 0, -3, 0, 2, 0, 2]
    #expect(try model.result([x]).scalars(as: Float.self) == expected)
    let frozen = try model.frozen(for: [["x0": x * 2]])
    #expect(try frozen.run(["x0": x])["y"]?.scalars(as: Float.self) == expected)
    let wide = try model.result([x.converted(to: .float64)])
    #expect(wide.dtype == .float64 && wide.scalars(as: Float.self) == expected)
  }

  /// More rows than go down together, on several threads, each as by itself.
  @Test func manyRowsAreAsOne() throws {
    let model = try OneNode.model([node()], inputs: 1)
    let many = Tensor((0..<20_002).map { Double($0 % 11) - 2 }, shape: [10_001, 2], dtype: .float32)
    let found = try model.result([many])
    for row in [0, 15, 16, 17, 4_999, 5_000, 10_000] {
      let alone = try model.result([many.narrowed(axis: 0, from: row, count: 1)])
      #expect(found.narrowed(axis: 0, from: row, count: 1).elementsEqual(alone))
    }
    #expect(try model.result([Tensor(zeros: [0, 2], dtype: .float32)]).shape == [0, 2])
  }

  @Test func transformsAndGatheringsHaveNumbers() throws {
    let changes = [
      OneNode.attribute("post_transform", [2], isList: false),
      OneNode.attribute("aggregate_function", [3], isList: false),
    ]
    let found = try OneNode.run(node(changes), [x]).scalars(as: Double.self)
    #expect(abs(found[0] - 1 / (1 + exp(-1.0))) < 1e-6 && found[1] == 0.5)
  }

  @Test func treesThatAreNoneAreErrors() throws {
    func failure(_ change: Onnx_AttributeProto, _ x: Tensor) throws -> String {
      do {
        _ = try OneNode.run(node([change]), [x])
        return "none"
      } catch { return "\(error)" }
    }
    #expect(try failure(ints("nodes_falsenodeids", [0, 2]), x).contains("roots that no test leads to"))
    #expect(try failure(ints("nodes_falsenodeids", [9, 2]), x).contains("a node or leaf behind each answer"))
    #expect(try failure(ints("nodes_falsenodeids", [1, 3]), x).contains("a node or leaf behind each answer"))
    #expect(try failure(ints("nodes_truenodeids", [0]), x).contains("2 of nodes_truenodeids"))
    #expect(try failure(ints("leaf_targetids", [0, 1, 2]), x).contains("2 classes or targets"))
    #expect(try failure(ints("tree_roots", [0, 0]), x).contains("each once"))
    #expect(try failure(floats("membership_values", [1, .nan, 2]), x).contains("1 sets of members"))
    #expect(try failure(ints("tree_roots", [0]), Tensor([[1.0]])).contains("rows of 2 features"))
    // Scores of no rows would take no memory; what they are gathered in would.
    let many = OneNode.attribute("n_targets", [1 << 40], isList: false)
    #expect(try failure(many, Tensor(zeros: [0, 2], dtype: .float32)).contains("1 to 16777216 classes or targets"))
  }
}
