import Foundation
import WeftTensor

// Functions of elements, and totals.
extension WorkedNumbers {
  /// `σ(0.9) = 0.71095`, and on the way back the derivative's formula with the same numbers.
  mutating func addElements(_ call: Tracer.Call, _ inputs: [Tracer.Value], _ output: Tracer.Value) {
    let results = output.tensor.numbers
    let shape = output.tensor.shape
    guard let letters = call.letters, !results.isEmpty,
      inputs.allSatisfy({ $0.tensor.shape == shape || $0.tensor.elementCount == 1 })
    else { return }
    let numbers = inputs.map { value in
      let own = value.tensor.numbers
      return own.count == results.count ? own : Array(repeating: own[0], count: results.count)
    }
    let shown = results.indices.prefix(Self.mostElements)
    for place in shown {
      let mark = results.count > 1 ? Self.digits(place + 1) : ""
      let names = letters.map { $0 + mark }
      let arguments = numbers.map { Self.text($0[place]) }
      guard let general = call.elementTexts(names).first, let worked = call.elementTexts(arguments).first else {
        return
      }
      // A formula of many parts says less than its name.
      let (left, right) =
        worked.count <= 80
        ? (general, worked)
        : ("\(call.name)(\(names.joined(separator: ", ")))", "\(call.name)(\(arguments.joined(separator: ", ")))")
      forward.append("r\(mark) = \(left) = \(right) = \(Self.text(results[place]))")
    }
    if shown.count < results.count { forward.append("… and \(results.count - shown.count) more") }
    guard let g = output.gradient?.numbers else { return }
    for (index, slopes) in Self.slopes(call.operation, inputs).enumerated() {
      guard let slopes, let gradient = inputs[index].gradient, gradient.shape == shape else { continue }
      for place in shown {
        addChain(call, index, place, numbers.map { $0[place] }, results, g, (slopes[place], gradient.numbers[place]))
      }
    }
  }

  /// One product of the chain rule: `∂L/∂x = ∂L/∂r·∂r/∂x = g · (r · (1 - r)) = 0.3 · (0.7 · (1 - 0.7)) = 0.063`.
  private mutating func addChain(
    _ call: Tracer.Call, _ index: Int, _ place: Int, _ inputs: [Double], _ results: [Double], _ g: [Double],
    _ found: (slope: Double, gradient: Double)
  ) {
    let letters = call.letters ?? []
    let mark = results.count > 1 ? Self.digits(place + 1) : ""
    let name = letters[index] + mark
    let product = g[place] * found.slope
    let part = Self.part([product], of: found.gradient)
    let (own, slope) = (Self.text(g[place]), Self.factor(found.slope))
    let names = letters.map { $0 + mark }
    let general = call.gradientTexts(inputs: names, result: "r" + mark, gradient: "g" + mark)?[index] ?? ""
    let worked =
      call.gradientTexts(inputs: inputs.map(Self.text), result: Self.text(results[place]), gradient: own)?[index] ?? ""
    var line = "∂L/∂\(name)\(part.mark) = ∂L/∂r\(mark)·∂r\(mark)/∂\(name)"
    if worked.count <= 80, worked != own { line += " = \(general) = \(worked)" }
    backward.append(line + " = \(Self.factor(g[place]))·\(slope) = \(part.text)")
  }

  /// The derivative of each element of the result by that of each input; nil for inputs of another shape.
  private static func slopes(_ operation: any TensorOperation, _ inputs: [Tracer.Value]) -> [[Double]?] {
    let leaves = inputs.map { $0.tensor.detach().cloned().requiringGrad() }
    let result = apply(operation, leaves)[0]
    guard result.requiresGrad else { return leaves.map { _ in nil } }
    result.backward(gradient: Tensor(ones: result.shape, dtype: result.dtype))
    return leaves.map { leaf in leaf.shape == result.shape ? leaf.grad?.numbers : nil }
  }

  mutating func addTotal(_ name: String, _ input: Tracer.Value, _ output: Tracer.Value) {
    let (x, y) = (input.tensor.numbers, output.tensor.numbers)
    guard !x.isEmpty else { return }
    let terms = x.prefix(Self.mostElements).map(Self.factor) + (x.count > Self.mostElements ? ["…"] : [])
    let total = Self.sum(terms)
    forward.append(name == "mean" ? "(\(total)) / \(x.count) = \(Self.text(y[0]))" : "\(total) = \(Self.text(y[0]))")
    guard let g = output.gradient?.numbers, let gradient = input.gradient?.numbers else { return }
    let rule = name == "mean" ? "g / n = \(Self.text(g[0])) / \(x.count)" : "g = \(Self.text(g[0]))"
    let part = Self.part([name == "mean" ? g[0] / Double(x.count) : g[0]], of: gradient[0])
    let value = name == "mean" ? " = \(part.text)" : ""
    backward.append("∂L/∂x\(x.count > 1 ? "ᵢ" : "")\(part.mark) = \(rule)\(value)")
  }
}

// Rows of classes: the steps of a cross-entropy.
extension WorkedNumbers {
  /// The first row of a softmax or its logarithm.
  mutating func addFirstRow(_ call: Tracer.Call, _ input: Tracer.Value, _ output: Tracer.Value) {
    guard let axis = (call.operation as? any RowOperation).flatMap({ input.tensor.shape.axis($0.axis) }),
      axis == input.tensor.rank - 1, case let width = input.tensor.shape[axis], (1...16).contains(width),
      input.tensor.elementCount > 0
    else { return }
    let isLogarithm = call.name == "logSoftmax"
    let (x, y) = (Array(input.tensor.numbers.prefix(width)), Array(output.tensor.numbers.prefix(width)))
    let rows = input.tensor.elementCount / width
    let logarithm = x[0] - y[0]
    if rows > 1 { forward.append("The first of \(rows) rows:") }
    if isLogarithm {
      forward.append(
        "log Σ exp(x) = log(\(Self.sum(x.map { "e^\(Self.factor($0))" }))) = \(Self.text(logarithm))")
    }
    for place in x.indices {
      let mark = Self.digits(place + 1)
      let rule =
        isLogarithm
        ? "x\(mark) - log Σ exp(x) = \(Self.text(x[place])) - \(Self.factor(logarithm))" : "exp(x\(mark)) / Σ exp(x)"
      forward.append("y\(mark) = \(rule) = \(Self.text(y[place]))")
    }
    guard let g = output.gradient?.numbers.prefix(width), let gradient = input.gradient?.numbers else { return }
    addRowGradients(isLogarithm, rows, y, Array(g), gradient)
  }

  private mutating func addRowGradients(
    _ isLogarithm: Bool, _ rows: Int, _ y: [Double], _ g: [Double], _ gradient: [Double]
  ) {
    if rows > 1 { backward.append("The first of \(rows) rows:") }
    let sum = isLogarithm ? g.reduce(0, +) : zip(g, y).reduce(0) { $0 + $1.0 * $1.1 }
    for place in y.indices {
      let mark = Self.digits(place + 1)
      let (own, total) = (Self.text(g[place]), Self.factor(sum))
      let result = isLogarithm ? g[place] - exp(y[place]) * sum : y[place] * (g[place] - sum)
      let part = Self.part([result], of: gradient[place])
      backward.append(
        isLogarithm
          ? "∂L/∂x\(mark)\(part.mark) = g\(mark) - exp(y\(mark))·Σ g = \(own) - "
            + "\(Self.text(exp(y[place])))·\(total) = \(part.text)"
          : "∂L/∂x\(mark)\(part.mark) = y\(mark)·(g\(mark) - Σ g·y) = \(Self.text(y[place]))·(\(own) - \(total)) = "
            + part.text)
    }
  }

  /// What was taken of the first rows, by the numbers of their classes.
  mutating func addChosen(along axis: Int, _ inputs: [Tracer.Value], _ output: Tracer.Value) {
    let (x, index, y) = (inputs[0].tensor, inputs[1].tensor, output.tensor)
    guard let axis = x.shape.axis(axis), axis == x.rank - 1, index.shape[axis] == 1, index.elementCount > 0,
      index.shape.sizes.dropLast() == x.shape.sizes.dropLast()
    else { return }
    let (places, values, width) = (index.scalars(as: Int.self), y.numbers, x.shape[axis])
    let gradient = output.gradient?.numbers
    for row in places.indices.prefix(Self.mostElements) {
      let mark = Self.digits(row + 1)
      forward.append("y\(mark) = x[\(row + 1), \(places[row])] = \(Self.text(values[row]))")
      guard let gradient, width > 1 else { continue }
      backward.append(
        "∂L/∂x[\(row + 1), \(places[row])] = g\(mark) = \(Self.text(gradient[row])), 0 for the other \(width - 1)")
    }
    if places.count > Self.mostElements { forward.append("… and \(places.count - Self.mostElements) more") }
  }
}

extension Tensor {
  var numbers: [Double] { detach().scalars(as: Double.self) }
}
