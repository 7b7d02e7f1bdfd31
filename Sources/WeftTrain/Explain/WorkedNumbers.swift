import WeftTensor

/// The sums and products of a small operation with their numbers: each weighted sum forward, each product of the chain
/// rule backward.
struct WorkedNumbers {
  private(set) var forward: [String] = []
  private(set) var backward: [String] = []

  /// Operations with more numbers than this are shown by their distributions alone.
  private static let most = 32

  init(_ call: Tracer.Call, _ values: [Tracer.Value]) {
    let (inputs, outputs) = (call.inputs.map { values[$0] }, call.outputs.map { values[$0] })
    guard outputs.count == 1, (inputs + outputs).allSatisfy({ $0.tensor.elementCount <= Self.most }),
      (inputs + outputs).allSatisfy({ $0.tensor.dtype.isFloatingPoint })
    else { return }
    if call.operation is LinearOperation {
      addLinear(inputs, outputs[0])
    } else if call.operation is any ElementwiseOperation {
      addElements(call, inputs, outputs[0])
    } else if let total = call.operation as? ElementwiseTotal {
      addTotal(of: total, call, inputs, outputs[0])
    } else if ["sum", "mean"].contains(call.name), inputs.count == 1, outputs[0].tensor.elementCount == 1 {
      addTotal(call.name, inputs[0], outputs[0])
    }
  }

  private static func text(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e6 { return NumberText.fixed(value, 0) }
    let text = NumberText.significant(value, 5)
    guard text.contains("."), !text.contains("e") else { return text }
    return String(text.reversed().drop { $0 == "0" }.reversed())
  }

  /// What an operation adds to a tensor's gradient; marked where others that read the tensor have added to it as well.
  private static func part(_ terms: [Double], of whole: Double) -> (mark: String, text: String) {
    let (own, size) = (terms.reduce(0, +), terms.reduce(0) { $0 + abs($1) })
    return abs(own - whole) > 1e-4 * size ? (" from here", text(own)) : ("", text(whole))
  }

  /// A factor in a product: negative ones in parentheses.
  private static func factor(_ value: Double) -> String { value < 0 ? "(\(text(value)))" : text(value) }

  private static func sum(_ terms: [String]) -> String { terms.joined(separator: " + ") }

  private static func digits(_ number: Int) -> String {
    String("\(number)".compactMap { digit in digit.wholeNumberValue.map { Array("₀₁₂₃₄₅₆₇₈₉")[$0] } })
  }
}

// Weighted sums.
extension WorkedNumbers {
  private mutating func addLinear(_ inputs: [Tracer.Value], _ output: Tracer.Value) {
    let (outs, ins) = (inputs[1].tensor.shape[0], inputs[1].tensor.shape[1])
    guard ins > 0, inputs[0].tensor.elementCount == ins else { return }  // one example
    let (x, w) = (inputs[0].tensor.numbers, inputs[1].tensor.numbers)
    let bias = inputs.count > 2 ? inputs[2].tensor.numbers : nil
    let y = output.tensor.numbers
    for row in 0..<outs {
      let names = (0..<ins).map { "w\(Self.digits(row + 1))\(Self.digits($0 + 1))·x\(Self.digits($0 + 1))" }
      let products = (0..<ins).map { "\(Self.factor(w[row * ins + $0]))·\(Self.factor(x[$0]))" }
      let (tail, number) = (bias == nil ? [] : ["b\(Self.digits(row + 1))"], bias.map { [Self.factor($0[row])] } ?? [])
      forward.append(
        "y\(Self.digits(row + 1)) = \(Self.sum(names + tail)) = \(Self.sum(products + number)) = \(Self.text(y[row]))")
    }
    guard let g = output.gradient?.numbers else { return }
    addWeightGradients(inputs, g, x, ins)
    guard let gradient = inputs[0].gradient?.numbers else { return }
    for column in 0..<ins {
      let index = Self.digits(column + 1)
      let names = (0..<outs).map { "∂L/∂y\(Self.digits($0 + 1))·w\(Self.digits($0 + 1))\(index)" }
      let products = (0..<outs).map { "\(Self.factor(g[$0]))·\(Self.factor(w[$0 * ins + column]))" }
      let part = Self.part((0..<outs).map { g[$0] * w[$0 * ins + column] }, of: gradient[column])
      backward.append("∂L/∂x\(index)\(part.mark) = \(Self.sum(names)) = \(Self.sum(products)) = \(part.text)")
    }
  }

  private mutating func addWeightGradients(_ inputs: [Tracer.Value], _ g: [Double], _ x: [Double], _ ins: Int) {
    if let gradient = inputs[1].gradient?.numbers {
      for row in g.indices {
        for column in 0..<ins {
          let (i, j) = (Self.digits(row + 1), Self.digits(column + 1))
          let part = Self.part([g[row] * x[column]], of: gradient[row * ins + column])
          backward.append(
            "∂L/∂w\(i)\(j)\(part.mark) = ∂L/∂y\(i)·x\(j) = \(Self.factor(g[row]))·\(Self.factor(x[column])) = "
              + part.text)
        }
      }
    }
    guard inputs.count > 2, let gradient = inputs[2].gradient?.numbers else { return }
    for row in g.indices {
      let i = Self.digits(row + 1)
      let part = Self.part([g[row]], of: gradient[row])
      backward.append("∂L/∂b\(i)\(part.mark) = ∂L/∂y\(i) = \(part.text)")
    }
  }
}

// Functions of elements, and totals.
extension WorkedNumbers {
  private mutating func addElements(_ call: Tracer.Call, _ inputs: [Tracer.Value], _ output: Tracer.Value) {
    let results = output.tensor.numbers
    let shape = output.tensor.shape
    guard results.count <= 8, inputs.allSatisfy({ $0.tensor.shape == shape || $0.tensor.elementCount == 1 }) else {
      return
    }
    let numbers = inputs.map { value in
      let own = value.tensor.numbers
      return own.count == results.count ? own : Array(repeating: own[0], count: results.count)
    }
    for place in results.indices {
      let arguments = numbers.map { Self.text($0[place]) }.joined(separator: ", ")
      forward.append("\(call.name)(\(arguments)) = \(Self.text(results[place]))")
    }
    guard let g = output.gradient?.numbers else { return }
    let names = GradientRules.letters(of: call) ?? call.inputNames
    for (index, slopes) in Self.slopes(call.operation, inputs).enumerated() {
      guard let slopes, let gradient = inputs[index].gradient, gradient.shape == shape else { continue }
      for place in results.indices {
        let mark = results.count > 1 ? Self.digits(place + 1) : ""
        backward.append(
          "∂L/∂\(names[index])\(mark) from here = ∂L/∂r\(mark)·∂r\(mark)/∂\(names[index])\(mark) = "
            + "\(Self.factor(g[place]))·\(Self.factor(slopes[place])) = \(Self.text(g[place] * slopes[place]))")
      }
    }
  }

  /// What the operation gives for each element, the total of these, and what comes back to each.
  private mutating func addTotal(
    of total: ElementwiseTotal, _ call: Tracer.Call, _ inputs: [Tracer.Value], _ output: Tracer.Value
  ) {
    let operation = total.element.operation
    let results = apply(operation, inputs.map { $0.tensor.detach() })[0].numbers
    guard results.count <= 8, !results.isEmpty, inputs.allSatisfy({ $0.tensor.elementCount == results.count }) else {
      return
    }
    for place in results.indices {
      let arguments = inputs.map { Self.text($0.tensor.numbers[place]) }.joined(separator: ", ")
      forward.append("\(type(of: operation).name)(\(arguments)) = \(Self.text(results[place]))")
    }
    let (sum, y) = (Self.sum(results.map(Self.factor)), Self.text(output.tensor.numbers[0]))
    forward.append(total.isMean ? "(\(sum)) / \(results.count) = \(y)" : "\(sum) = \(y)")
    guard let g = output.gradient?.numbers[0] else { return }
    let names = GradientRules.letters(of: call) ?? call.inputNames
    let share = total.isMean ? g / Double(results.count) : g
    for (index, slopes) in Self.slopes(operation, inputs).enumerated() {
      guard let slopes, inputs[index].gradient != nil else { continue }
      for place in results.indices {
        let mark = results.count > 1 ? Self.digits(place + 1) : ""
        let slope = slopes[place]
        let factors = "\(Self.factor(g))\(total.isMean ? "/\(results.count)" : "")·\(Self.factor(slope))"
        backward.append("∂L/∂\(names[index])\(mark) from here = \(factors) = \(Self.text(share * slope))")
      }
    }
  }

  /// The derivative of each element of the result by that of each input; nil for inputs of another shape.
  private static func slopes(_ operation: any TensorOperation, _ inputs: [Tracer.Value]) -> [[Double]?] {
    let leaves = inputs.map { $0.tensor.detach().cloned().requiringGrad() }
    let result = apply(operation, leaves)[0]
    guard result.requiresGrad else { return leaves.map { _ in nil } }
    result.backward(gradient: Tensor(ones: result.shape, dtype: result.dtype))
    return leaves.map { leaf in leaf.shape == result.shape ? leaf.grad?.numbers : nil }
  }

  private mutating func addTotal(_ name: String, _ input: Tracer.Value, _ output: Tracer.Value) {
    let (x, y) = (input.tensor.numbers, output.tensor.numbers)
    guard x.count <= 8, !x.isEmpty else { return }
    let total = Self.sum(x.map(Self.factor))
    forward.append(name == "mean" ? "(\(total)) / \(x.count) = \(Self.text(y[0]))" : "\(total) = \(Self.text(y[0]))")
    guard let g = output.gradient?.numbers, let gradient = input.gradient?.numbers else { return }
    let rule = name == "mean" ? "\(Self.text(g[0])) / \(x.count)" : Self.text(g[0])
    let part = Self.part([name == "mean" ? g[0] / Double(x.count) : g[0]], of: gradient[0])
    backward.append("∂L/∂x\(part.mark) = \(rule) = \(part.text)")
  }
}

extension Tensor {
  fileprivate var numbers: [Double] { detach().scalars(as: Double.self) }
}
