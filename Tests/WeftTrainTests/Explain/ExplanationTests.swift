import Foundation
import TestSupport
import Testing
import Weft
import WeftTrain

@Suite struct ExplanationTests {
  @Test func everyNumberOfTheScalarExampleIsThere() throws {
    let explanation = try Explanation.scalarExample()
    #expect(explanation.steps.map(\.name) == ["linear", "sigmoid", "linear", "sigmoid", "squaredError", "mean"])
    // (0.7 - 1)² or so, the mean of one, and twice the difference.
    let error = explanation.steps[4]
    #expect(error.forwardNumbers[0].hasPrefix("r = (x - y) · (x - y) = (0."))
    #expect(error.inputNames == ["x", "y (target)"])
    let chain = error.backwardNumbers[0].components(separatedBy: " = ")
    #expect(chain.prefix(3) == ["∂L/∂x", "∂L/∂r·∂r/∂x", "2 · g · (x - y)"] && chain[3].hasPrefix("2 · 1 · (0."))
    let activation = explanation.steps[3].backwardNumbers[0].components(separatedBy: " = ")
    let parts = activation[4].split(separator: "·").compactMap { factor in
      Double(factor.filter { $0 != "(" && $0 != ")" })
    }
    let product = try #require(Double(activation[5]))
    #expect(activation.count == 6 && activation[0] == "∂L/∂x" && parts.count == 2)
    #expect(abs(parts[0] * parts[1] - product) < 1e-3 * abs(product))
    #expect(
      explanation.steps[5].forwardNumbers[0].hasSuffix(
        ") / 1 = \(error.forwardNumbers[0].split(separator: " ").last ?? "")"))
    #expect(explanation.steps[5].backwardNumbers == ["∂L/∂x = g / n = 1 / 1 = 1"])
    #expect(explanation.parameterCount == 9)
    let hidden = explanation.steps[0]
    // 0.8·0.5 + (-0.4)·(-1) + 0.1 by hand.
    #expect(hidden.forwardNumbers[0] == "y₁ = w₁₁·x₁ + w₁₂·x₂ + b₁ = 0.8·0.5 + (-0.4)·(-1) + 0.1 = 0.9")
    #expect(hidden.modulePath == "hidden")
    #expect(explanation.tensors[hidden.inputs[1]].name == "hidden.weight")
    #expect(explanation.tensors[hidden.inputs[1]].kind == .learned)
    // The gradient of each weight is the product that its line says.
    let gradient = try #require(explanation.tensors[hidden.inputs[1]].gradient)
    let line = try #require(hidden.backwardNumbers.first { $0.hasPrefix("∂L/∂w₁₁") })
    let last = try #require(line.split(separator: " ").last.flatMap { Double($0) })
    #expect(abs(last - (gradient.first[0] ?? 0)) < 1e-4 * abs(last))
    #expect(explanation.tensors.count { $0.kind == .loss } == 1)
    #expect(explanation.steps[1].gradients.count == 1)
  }

  /// A tensor that two operations read: each says what came of it alone.
  @Test func partsOfAGradientAreSaidToBeParts() throws {
    let (first, second) = Random.withSeed(2) { (Linear(2, 2), Linear(2, 1)) }
    let model = Sequential {
      first; second
    }
    let x = Tensor([[0.5, -1.0]])
    let explanation = try Explanation(of: model, title: "parts", inputs: [("x", x)]) {
      let hidden = first(x)
      return second(hidden).sum() + hidden.sum()
    }
    let linear = explanation.steps.filter { $0.name == "linear" }
    let sums = explanation.steps.filter { $0.name == "sum" }
    #expect(linear.count == 2)
    #expect(linear.last?.backwardNumbers.contains { $0.hasPrefix("∂L/∂x₁ from here = ") } == true)
    #expect(linear.last?.backwardNumbers.contains { $0.hasPrefix("∂L/∂w₁₁ = ") } == true)
    #expect(sums.last?.backwardNumbers == ["∂L/∂xᵢ from here = g = 1"])
  }

  @Test func theLeastAndTheLargestNumbersHaveASummary() {
    let least = ValueSummary(Tensor([0, Double.leastNonzeroMagnitude], dtype: .float64))
    #expect(least.bins == [2] && least.nonFinite == 0)
    let largest = ValueSummary(Tensor([-1.7e308, 1.7e308], dtype: .float64))
    #expect(largest.bins == [2] && largest.deviation == nil && largest.most == 1.7e308)
    let usual = ValueSummary(Tensor([0, 1, .infinity], dtype: .float64))
    #expect(usual.bins.first == 1 && usual.bins.last == 1 && usual.bins.count == 24 && usual.nonFinite == 1)
  }

  @Test func gradientsOfParametersStayAsTheyWere() throws {
    let layer = Linear(3, 2)
    layer.weight.grad = Tensor(ones: [2, 3])
    let x = Tensor(normal: [4, 3])
    let explanation = try Explanation(of: layer, title: "layer", inputs: [("x", x)]) { layer(x).squared().mean() }
    #expect(layer.weight.grad?.elementsEqual(Tensor(ones: [2, 3])) == true)
    #expect(layer.bias?.grad == nil)
    let weight = try #require(explanation.tensors.first { $0.name == "weight" })
    let gradient = grad(of: { (weight: Tensor) in
      try functionalCall(layer, ["weight": weight], x).squared().mean()
    })
    let expected = try gradient(layer.weight.value)
    let shown = try #require(weight.gradient)
    #expect(shown.first.count == 6)
    for (mine, right) in zip(shown.first, expected.scalars(as: Double.self)) {
      #expect(abs((mine ?? .nan) - right) < 1e-6)
    }
  }

  @Test func aPageHoldsEverythingAndNothingThatEndsIt() throws {
    let folder = try TemporaryFolder()
    let model = LeNet()
    let x = Tensor(normal: [2, 1, 32, 32])
    let explanation = try Explanation(of: model, title: "</script><b>", inputs: [("<x>", x)]) {
      crossEntropy(model(x), classIndices: Tensor([1, 2]))
    }
    try explanation.write(to: folder("page.html"))
    let page = try String(contentsOfFile: folder("page.html"), encoding: .utf8)
    #expect(page.components(separatedBy: "</script>").count == 3)
    #expect(!page.contains("http://") || page.components(separatedBy: "http://www.w3.org/2000/svg").count > 1)
    #expect(!page.contains("https://") && !page.contains("src=") && !page.contains("@import"))
    let start = try #require(page.range(of: "id=\"pass\">"))
    let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
    let json = try JSONSerialization.jsonObject(with: Data(page[start.upperBound..<end.lowerBound].utf8))
    let pass = try #require(json as? [String: Any])
    #expect((pass["steps"] as? [Any])?.count == explanation.steps.count)
    #expect(pass["title"] as? String == "</script><b>")
  }

  @Test func valuesThatAreNotFiniteAreCounted() throws {
    let layer = Linear(2, 1)
    let x = Tensor([[Float.nan, 1], [.infinity, 2]])
    let explanation = try Explanation(of: layer, title: "nan", inputs: [("x", x)]) { layer(x).mean() }
    let input = try #require(explanation.tensors.first { $0.name == "x" })
    #expect(input.values.nonFinite == 2)
    #expect(input.values.bins.reduce(0, +) == 2)
    #expect(explanation.html.contains("\"nonFinite\":2"))
  }

  /// Where nothing learns there is a way forward and none back; where something should, that is an error.
  @Test func aModelWithoutParametersIsWalkedForward() throws {
    let (plain, x) = (
      Sequential {
        ReLU(); Flatten()
      }, Tensor([[1.0, -2], [3, -4]])
    )
    let explanation = try Explanation(of: plain, title: "plain", inputs: [("x", x)]) { plain(x).mean() }
    #expect(!explanation.goesBack && explanation.loss == 1 && explanation.backwardSeconds == 0)
    #expect(explanation.steps.first?.name == "relu" && explanation.tensors.allSatisfy { $0.gradient == nil })
    #expect(explanation.html.contains("\"goesBack\":false"))
    let frozen = Linear(2, 1)
    for parameter in frozen.parameters() { parameter.requiresGrad = false }
    #expect(try !Explanation(of: frozen, title: "frozen") { frozen(x).mean() }.goesBack)
    // Of a step that learns by its inputs alone there is one.
    var input = x
    input.requiresGrad = true
    #expect(try Explanation(of: plain, title: "inputs") { plain(input).mean() }.goesBack)
    let learns = Linear(2, 1)
    #expect(throws: TensorError.self) { try Explanation(of: learns, title: "unused") { x.mean() } }
    #expect(throws: TensorError.self) { try Explanation(of: plain, title: "vector") { plain(x) } }
  }

  /// Two networks of one model that are called one by one, as in a game of two, stand under their names.
  @Test func partsThatAreCalledAloneStandUnderTheirNames() throws {
    final class Both: Module {
      let generator = Sequential {
        Linear(2, 3); ReLU()
      }
      let critic = Sequential { Linear(3, 1) }
    }
    let (both, x) = (Both(), Tensor(ones: [4, 2]))
    // Each was a model of its own before.
    _ = noGrad { both.critic(both.generator(x)) }
    let explanation = try Explanation(of: both, title: "both") { both.critic(both.generator(x)).mean() }
    #expect(explanation.steps.map(\.modulePath) == ["generator.0", "generator.1", "critic.0", ""])
    #expect(explanation.modules["critic.0"] == "Linear")
  }

  @Test func misuseIsAnError() {
    let layer = Linear(2, 1)
    #expect(throws: TensorError.self) {
      try Explanation(of: layer, title: "vector") { layer(Tensor(ones: [3, 2])) }
    }
    #expect(throws: TensorError.self) { try Explanation(of: layer, title: "shape") { layer(Tensor(ones: [3])).mean() } }
  }
}
