// XOR from scratch: two layers, a loss and gradient descent, with tensors and `backward()` alone. See README.md.

import Foundation
import Weft

let inputs = Tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
let truth = Tensor([[0.0], [1], [1], [0]])

// Two inputs, four hidden neurons, one output. What learns is a tensor that requires a gradient.
var generator = RandomGenerator(seed: 4)
var weights = [
  Tensor(normal: [2, 4], using: generator.nextStream()).requiringGrad(),  // into the hidden layer
  Tensor(zeros: [4]).requiringGrad(),
  Tensor(normal: [4, 1], using: generator.nextStream()).requiringGrad(),  // and out of it
  Tensor(zeros: [1]).requiringGrad(),
]

/// The output for each row of inputs, from 0 through 1.
func network(_ x: Tensor, _ w: [Tensor]) -> Tensor {
  let hidden = (x.matmul(w[0]) + w[1]).tanh()
  return (hidden.matmul(w[2]) + w[3]).sigmoid()
}

let steps = ProcessInfo.processInfo.environment["WEFT_BRIEF"] == nil ? 2000 : 200
let rate = 2.0
for step in 0...steps {
  let difference = network(inputs, weights) - truth
  let loss = (difference * difference).mean()
  loss.backward()  // every weight now has d loss / d weight in `grad`
  if step % (steps / 5) == 0 { print("step \(step): loss \(loss.item())") }
  // Downhill: a new tensor, which begins without a history and without a gradient.
  weights = weights.map { weight in
    guard let gradient = weight.grad else { return weight }
    return noGrad { weight - rate * gradient }.detach().requiringGrad()
  }
}

let outputs = network(inputs, weights).scalars(as: Float.self)
for (row, output) in outputs.enumerated() {
  print("\(row / 2) xor \(row % 2) = \(output >= 0.5 ? 1 : 0)   (\(output))")
}
