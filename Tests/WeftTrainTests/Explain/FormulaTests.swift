import TestSupport
import Testing
import Weft
import WeftTrain

/// What the page says of each operation, as mathematics.
@Suite struct FormulaTests {
  @Test(arguments: [
    ("x / (1 + y)", "<mfrac><mrow><mi>x</mi></mrow><mrow>"), ("sqrt(x)", "<msqrt><mi>x</mi></msqrt>"),
    ("exp(-x)", "<msup><mi>e</mi><mrow><mo>-</mo><mi>x</mi></mrow></msup>"),
    ("y = x·Wᵀ + b", "<msup><mi>W</mi><mi>T</mi></msup>"), ("x₁ < 2", "<mo>&lt;</mo>"),
    ("g where x was read, else 0", "<mi>g</mi><mtext>\u{a0}where\u{a0}</mtext><mi>x</mi>"),
    ("xₜ - L", "<msub><mi>x</mi><mi>t</mi></msub>"), ("hₜ₋₁", "<msub><mi>h</mi><mi>t-1</mi></msub>"),
    ("yₙₒₚ = g / n in each window", "<mfrac><mrow><mi>g</mi></mrow><mrow><mi>n</mi></mrow></mfrac><mtext>"),
    ("softmax(x)ⱼ", "<msub><mrow><mi>softmax</mi>"), ("Σⱼ tⱼ", "<msub><mo>Σ</mo><mi>j</mi></msub>"),
    ("(x - μ)²", "</mrow><mi>2</mi></msup>"), ("√(σ² + ε)", "<msqrt><msup>"), ("1e-05 · x", "<mn>1e-05</mn>"),
    ("select(x > 0, x, 0)", "<mtd><mi>x</mi></mtd><mtd><mtext>if\u{a0}</mtext><mi>x</mi><mo>&gt;</mo>"),
    ("a, b, where a is first", "<mi>a</mi><mo>,</mo><mi>b</mi>"), ("((", "<mo>(</mo><mo>(</mo>"),
  ])
  func formulasAreSetAsMathematics(formula: String, part: String) {
    #expect(MathML(formula).text.contains(part))
  }

  @Test func deepFormulasDoNotOverflow() {
    let deep = String(repeating: "(", count: 100_000) + "x" + String(repeating: ")", count: 100_000)
    #expect(MathML(deep).text.hasPrefix("<math"))
    #expect(MathML("").text.isEmpty)
  }

  /// What writes its gradient itself says it; and no table speaks of an operation that is none.
  @Test func everyGradientIsWrittenDown() {
    let known = Set(OperationList.all.map { $0.name })
    #expect(GradientTable.names.subtracting(known).sorted() == [])
    for operation in OperationList.all where operation.whyNotDifferentiable == nil {
      let isFormula = operation is any ElementwiseOperation.Type || operation is any RowOperation.Type
      if isFormula || operation.name == "map" { continue }
      #expect(GradientTable.formulas(operation.name).isEmpty == false, "\(operation.name)")
    }
  }

  /// Brackets match, and nothing is left that would be set sign by sign.
  @Test func everyFormulaIsRead() {
    for operation in OperationList.all {
      for formula in [operation.equation] + GradientTable.formulas(operation.name) {
        #expect(MathML.isRead(formula), "\(operation.name): \(formula)")
      }
    }
  }

  @Test func everyStepOfANetworkSaysItsGradients() throws {
    let model = Sequential {
      Conv2d(2, 4, kernelSize: 3, padding: 1); BatchNorm2d(4); LeakyReLU(0.2); MaxPool2d(2); Dropout(0.3)
      AdaptiveAvgPool2d(2); Flatten(); Linear(16, 3)
    }
    let (x, labels) = (Tensor(normal: [2, 2, 8, 8]), Tensor([1, 2] as [Int32]))
    let explanation = try Explanation(of: model, title: "all", inputs: [("x", x)]) {
      crossEntropy(model(x), classIndices: labels)
    }
    for step in explanation.steps {
      #expect(!step.equation.isEmpty && !step.gradients.isEmpty, "\(step.name)")
    }
    let convolution = try #require(explanation.steps.first)
    #expect(convolution.attributes.contains { $0.hasPrefix("padding: [1") }, "\(convolution.attributes)")
    // A formula has its numbers in it.
    let leaky = try #require(explanation.steps.first { $0.name == "leakyReLU" })
    #expect(leaky.equation.contains("<mn>0.2</mn>"))
  }

  /// log softmax, what stands at the class, its negative, the mean: with the numbers of each.
  @Test func aCrossEntropyIsComputedStepByStep() throws {
    let model = Linear(3, 3, bias: false)
    model.weight.value = Tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    let (x, labels) = (Tensor([[1, 2, 3]] as [[Float]]), Tensor([2] as [Int32]))
    func loss() -> Tensor { crossEntropy(model(x), classIndices: labels) }
    let explanation = try Explanation(of: model, title: "loss", inputs: [("x", x)]) { loss() }
    try #require(explanation.steps.map(\.name) == ["linear", "logSoftmax", "gather", "negate", "mean"])
    #expect(abs(explanation.loss - loss().item()) < 1e-6)
    let steps = explanation.steps
    #expect(steps[1].forwardNumbers[0] == "log Σ exp(x) = log(e^1 + e^2 + e^3) = 3.4076")
    #expect(steps[1].forwardNumbers[3] == "y₃ = x₃ - log Σ exp(x) = 3 - 3.4076 = -0.40761")
    // softmax(x)₁ and, less one, that of the class.
    #expect(steps[1].backwardNumbers[0] == "∂L/∂x₁ = g₁ - exp(y₁)·Σ g = 0 - 0.090031·(-1) = 0.090031")
    #expect(steps[1].backwardNumbers[2] == "∂L/∂x₃ = g₃ - exp(y₃)·Σ g = -1 - 0.66524·(-1) = -0.33476")
    #expect(steps[2].forwardNumbers == ["y₁ = x[1, 2] = -0.40761"])
    #expect(steps[3].forwardNumbers == ["r = -x = -(-0.40761) = 0.40761"])
    #expect(steps[4].forwardNumbers == ["(0.40761) / 1 = 0.40761"])
  }

  /// Rows that do not count, and labels that are none, are as they are without anybody who looks.
  @Test func otherCrossEntropiesStayWhole() throws {
    let model = Linear(2, 3)
    let x = Tensor(normal: [3, 2])
    let explanation = try Explanation(of: model, title: "ignored") {
      crossEntropy(model(x), classIndices: Tensor([0, -100, 2] as [Int32]))
    }
    #expect(explanation.steps.map(\.name).contains("meanCrossEntropy"))
    #expect(throws: TensorError.self) {
      try Explanation(of: model, title: "out of range") {
        crossEntropy(model(x), classIndices: Tensor([0, 1, 7] as [Int32]))
      }
    }
  }
}
