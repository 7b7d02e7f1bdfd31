import WeftNN
import WeftTensor

extension Explanation {
  /// Two inputs, two hidden neurons and one output, with every weighted sum, activation and product of the chain rule in
  /// numbers: forward and backward propagation to follow with a pencil.
  public static func scalarExample() throws -> Explanation {
    let network = TinyNetwork()
    let (x, target) = (Tensor([0.5, -1.0]).requiringGrad(), Tensor([1.0]))
    return try Explanation(
      of: network, title: "Two inputs, two hidden neurons, one output", inputs: [("inputs", x), ("target", target)]
    ) { meanSquaredError(network(x), target) }
  }
}

/// A network of nine numbers.
private final class TinyNetwork: Module {
  let hidden = Linear(2, 2)
  let output = Linear(2, 1)

  override init() {
    super.init()
    hidden.weight.value = Tensor([[0.8, -0.4], [0.3, 0.9]])
    hidden.bias?.value = Tensor([0.1, -0.2])
    output.weight.value = Tensor([[1.2, -0.7]])
    output.bias?.value = Tensor([0.05])
  }

  override func forward(_ x: Tensor) -> Tensor { output(hidden(x).sigmoid()).sigmoid() }
}
