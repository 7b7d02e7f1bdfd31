import Glibc

/// A network that says on which of two interleaved spirals a point lies.
package final class Network: Module {
  let layers = [Linear(2, 24), Linear(24, 24), Linear(24, 1)]
  package override init() {}
  override func forward(_ input: Tensor) -> Tensor { layers.reduce(input) { $1($0).tanh() } }
}

let points = (0..<200).flatMap { place in
  let (radius, turn) = (0.1 + 0.009 * Double(place % 100), place < 100 ? 0 : Double.pi)
  return [radius * cos(6 * radius + turn), radius * sin(6 * radius + turn)]
}
let (x, y) = (Tensor(points, shape: [200, 2]), Tensor((0..<200).map { $0 < 100 ? -1 : 1 }, shape: [200, 1]))
let model = Network()
let optimizer = SGD(model.parameters(), learningRate: 0.3)
let steps = getenv("WEFT_BRIEF") == nil ? 1000 : 50

for step in 0...steps {
  let loss = meanSquaredError(model(x), y)  // forward: every operation is recorded
  loss.backward()  // backward: every parameter gets its gradient
  optimizer.step()
  optimizer.zeroGrad()
  if step % (steps / 10) == 0 { print("step \(step): loss \(loss.values[0])") }
}
print("right: \(zip(model(x).values, y.values).count { $0 * $1 > 0 }) of 200")
