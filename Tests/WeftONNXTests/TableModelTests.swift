import Foundation
import Testing
import Weft
import WeftONNX

/// Models of tables, as scikit-learn's converters write them, number for number as ONNX Runtime computes them.
@Suite struct TableModelTests {
  /// An entry of Goldens/table_models.json.
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let `operator`: String
    let attributes: [String: Value]
    let labels: [Int]?
    let shape: [Int]
    let scores: [Double]

    var testDescription: String { name }

    enum Value: Decodable, Sendable {
      case number(Double)
      case text(String)
      case numbers([Double])
      case texts([String])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) { self = .text(text); return }
        if let texts = try? container.decode([String].self), !texts.isEmpty { self = .texts(texts); return }
        if let numbers = try? container.decode([Double].self) { self = .numbers(numbers); return }
        self = .number(try container.decode(Double.self))
      }
    }

    /// Which attributes are lists of floats; others are of whole numbers.
    private static let floats: Set<String> = [
      "coefficients", "intercepts", "rho", "kernel_params", "support_vectors", "prob_a", "prob_b", "nodes_values",
      "class_weights", "target_weights", "base_values", "offset", "scale", "imputed_value_floats",
    ]

    var node: Onnx_NodeProto {
      let list = attributes.map { name, value in
        switch value {
        case .text(let text): OneNode.attribute(name, text)
        case .texts(let texts): OneNode.attribute(name, texts)
        case .number(let number):
          name == "replaced_value_float"
            ? OneNode.attribute(name, Float(number)) : OneNode.attribute(name, [Int64(number)], isList: false)
        case .numbers(let numbers):
          Self.floats.contains(name)
            ? OneNode.attribute(name, numbers.map { Float($0) })
            : OneNode.attribute(name, numbers.map { Int64($0) }, isList: true)
        }
      }
      let outputs = labels == nil ? ["y"] : ["labels", "y"]
      return OneNode.node(`operator`, ["x0"], to: outputs, domain: "ai.onnx.ml", list)
    }

    static let all: [Golden] = {
      let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Goldens/table_models.json").path
      guard let data = FileManager.default.contents(atPath: path) else { return [] }
      return (try? JSONDecoder().decode([Golden].self, from: data)) ?? []
    }()
  }

  private static let x = Tensor([0.5, -1, 2, -0.25, 0.75, 0, 0, 3, -1.5], shape: [3, 3], dtype: .float32)

  @Test func thereAreGoldens() { #expect(Golden.all.count == 20) }

  @Test(arguments: Golden.all) func scoresAndLabelsAreTheRuntimes(_ golden: Golden) throws {
    let model = try OneNode.model([golden.node], inputs: 1)
    let names = golden.labels == nil ? ["y"] : ["y", "labels"]
    let results = try model.run(["x0": .tensor(Self.x)], outputs: names)
    let scores = try #require(results["y"]?.tensor)
    #expect(scores.shape == Shape(golden.shape) && scores.dtype == .float32)
    let most = golden.scores.map(abs).max() ?? 1
    for (score, expected) in zip(scores.scalars(as: Double.self), golden.scores) {
      #expect(abs(score - expected) <= 1e-5 * most, "\(golden.name): \(score) for \(expected)")
    }
    #expect(results["labels"]?.tensor?.scalars(as: Int.self) == golden.labels)
  }

  /// Frozen ones say the same, of other rows than those that they were frozen for.
  @Test(arguments: Golden.all) func tableModelsAreFrozen(_ golden: Golden) throws {
    let model = try OneNode.model([golden.node], inputs: 1)
    let names = golden.labels == nil ? ["y"] : ["y", "labels"]
    let other = Tensor([1, 0.5, -1, 2, -2, 0.25, -0.75, 0, 1], shape: [3, 3], dtype: .float32)
    let frozen = try model.frozen(for: [["x0": other]], outputs: names)
    for x in [Self.x, other] {
      let (found, right) = (try frozen.run(["x0": x]), try model.run(["x0": .tensor(x)], outputs: names))
      for name in names { #expect(try #require(found[name]).isClose(to: #require(right[name]?.tensor))) }
    }
  }

  /// Where labels are texts the scores alone are frozen, and nothing is said of the labels.
  @Test func scoresBesideTextsAreFrozen() throws {
    let golden = try #require(Golden.all.first { $0.name == "trees of shares" })
    var node = golden.node
    node.attribute.removeAll { $0.name == "classlabels_int64s" }
    node.attribute.append(OneNode.attribute("classlabels_strings", ["no", "yes"]))
    let model = try OneNode.model([node], inputs: 1)
    let found = try model.frozen(for: [["x0": Self.x]], outputs: ["y"]).run(["x0": Self.x])
    #expect(try #require(found["y"]).isClose(to: model.result([Self.x])))
    #expect(try model.run(["x0": .tensor(Self.x)], outputs: ["labels"])["labels"]?.texts?.elements.count == 3)
  }

  @Test func classesMayBeTexts() throws {
    let node = OneNode.node(
      "LinearClassifier", ["x0"], to: ["labels", "y"], domain: "ai.onnx.ml",
      [
        OneNode.attribute("classlabels_strings", ["no", "yes"]), OneNode.attribute("coefficients", [1, 0, 0]),
        OneNode.attribute("intercepts", [0]), OneNode.attribute("post_transform", "NONE"),
      ])
    let labels = try OneNode.model([node], inputs: 1).run(["x0": .tensor(Self.x)], outputs: ["labels"])["labels"]
    #expect(labels?.texts == TextTensor(["yes", "no", "no"]))
  }

  @Test func categoriesBecomeColumns() throws {
    func columns(_ input: ONNXValue, _ attribute: Onnx_AttributeProto) throws -> Tensor? {
      let node = OneNode.node("OneHotEncoder", inputs: 1, domain: "ai.onnx.ml", [attribute])
      return try OneNode.model([node], inputs: 1).run(["x0": input], outputs: ["y"])["y"]?.tensor
    }
    let texts = try columns(.texts(TextTensor(["b", "c", "a"])), OneNode.attribute("cats_strings", ["a", "b"]))
    #expect(texts?.shape == [3, 2] && texts?.scalars(as: Int.self) == [0, 1, 0, 0, 1, 0])
    let numbers = try columns(
      .tensor(Tensor([[7], [5]])), OneNode.attribute("cats_int64s", [5, 6, 7], isList: true))
    #expect(numbers?.shape == [2, 1, 3] && numbers?.scalars(as: Int.self) == [0, 0, 1, 1, 0, 0])
  }

  /// Python is given a dictionary for each row: here the scores stay a tensor, and the model runs.
  @Test func scoresAreNotTakenApart() throws {
    let zip = OneNode.node(
      "ZipMap", inputs: 1, domain: "ai.onnx.ml", [OneNode.attribute("classlabels_int64s", [0, 1, 2], isList: true)])
    #expect(try OneNode.run(zip, [Self.x]).elementsEqual(Self.x))
  }

  /// Trees that lead back to themselves, name nodes that are none, or ask for features that a row lacks.
  @Test func treesThatAreNoneAreErrors() throws {
    let golden = try #require(Golden.all.first { $0.name == "trees of shares" })
    func failure(_ name: String, _ values: [Int64], _ x: Tensor = Self.x) throws -> String {
      var node = golden.node
      node.attribute.removeAll { $0.name == name }
      node.attribute.append(OneNode.attribute(name, values, isList: true))
      let model = try OneNode.model([node], inputs: 1)
      do {
        _ = try model.run(["x0": .tensor(x)], outputs: ["y"])
        return "none"
      } catch { return "\(error)" }
    }
    #expect(try failure("nodes_falsenodeids", [2, 0, 2, 0, 0, 2, 0, 0]).contains("from one test each"))
    #expect(try failure("nodes_falsenodeids", [0, 0, 4, 0, 0, 2, 0, 0]).contains("a node that each tree begins with"))
    #expect(try failure("nodes_truenodeids", [9, 0, 3, 0, 0, 1, 0, 0]).contains("two nodes behind each test"))
    #expect(try failure("nodes_truenodeids", [1, 0]).contains("8 of nodes_truenodeids, one for each node"))
    #expect(try failure("class_ids", [0, 1, 2, 0, 1]).contains("classes or targets"))
    #expect(try failure("class_nodeids", [1, 3, 4, 1, 77]).contains("weights of leaves"))
    let narrow = Tensor([[1.0, 2]])
    #expect(try failure("class_ids", [0, 0, 0, 0, 0], narrow).contains("3 features"))
  }
}
