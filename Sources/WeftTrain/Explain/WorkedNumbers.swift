import WeftTensor

/// The sums and products of a small operation with their numbers: each weighted sum forward, each product of the chain
/// rule backward.
struct WorkedNumbers {
  var forward: [String] = []
  var backward: [String] = []

  /// Operations with more numbers than this are shown by their distributions alone.
  private static let most = 64
  /// So many elements of them are worked out.
  static let mostElements = 8

  init(_ call: Tracer.Call, _ values: [Tracer.Value]) {
    let (inputs, outputs) = (call.inputs.map { values[$0] }, call.outputs.map { values[$0] })
    guard outputs.count == 1, outputs[0].tensor.dtype.isFloatingPoint else { return }
    if ["softmax", "logSoftmax"].contains(call.name) {
      // Of these the first rows say how it goes on.
      addFirstRow(call, inputs[0], outputs[0])
    } else if let gather = call.operation as? Gather {
      addChosen(along: gather.axis, inputs, outputs[0])
    } else if (inputs + outputs).allSatisfy({
      $0.tensor.elementCount <= Self.most && $0.tensor.dtype.isFloatingPoint
    }) {
      addAll(call, inputs, outputs[0])
    }
  }

  private mutating func addAll(_ call: Tracer.Call, _ inputs: [Tracer.Value], _ output: Tracer.Value) {
    if call.operation is LinearOperation {
      addLinear(inputs, output)
    } else if call.isOfElements {
      addElements(call, inputs, output)
    } else if ["sum", "mean"].contains(call.name), inputs.count == 1, output.tensor.elementCount == 1 {
      addTotal(call.name, inputs[0], output)
    }
  }

  static func text(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e6 { return NumberText.fixed(value, 0) }
    let text = NumberText.significant(value, 5)
    guard text.contains("."), !text.contains("e") else { return text }
    return String(text.reversed().drop { $0 == "0" }.reversed())
  }

  /// What an operation adds to a tensor's gradient; marked where others that read the tensor have added to it as well.
  static func part(_ terms: [Double], of whole: Double) -> (mark: String, text: String) {
    let (own, size) = (terms.reduce(0, +), terms.reduce(0) { $0 + abs($1) })
    return abs(own - whole) > 1e-4 * size ? (" from here", text(own)) : ("", text(whole))
  }

  /// A factor in a product: negative ones in parentheses.
  static func factor(_ value: Double) -> String { value < 0 ? "(\(text(value)))" : text(value) }

  static func sum(_ terms: [String]) -> String { terms.joined(separator: " + ") }

  static func digits(_ number: Int) -> String {
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
