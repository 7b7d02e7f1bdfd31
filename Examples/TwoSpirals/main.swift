// Two interleaved spirals: a small network learns to tell them apart, and draws what it learned.

import Foundation
import Weft

/// Points on two spirals, [2n, 2], and which spiral each is on, [2n].
func spirals(count: Int) -> (points: Tensor, labels: Tensor) {
  var points: [[Float]] = []
  for spiral in 0..<2 {
    for i in 0..<count {
      let radius = 0.1 + 0.9 * Float(i) / Float(count)
      let angle = radius * 9 + Float(spiral) * .pi
      points.append([radius * cos(angle), radius * sin(angle)])
    }
  }
  return (Tensor(points), Tensor((0..<(2 * count)).map { $0 / count }))
}

Random.seed(1)
let (points, labels) = spirals(count: 200)
let model = Sequential {
  Linear(2, 64); Tanh()
  Linear(64, 64); Tanh()
  Linear(64, 2)
}
let steps = ProcessInfo.processInfo.environment["WEFT_BRIEF"] == nil ? 1500 : 100
let optimizer = AdamW(model.parameters(), learningRate: 1e-2)
let schedule = Schedules.cosine(from: 1e-2, over: steps)

for step in 0..<steps {
  optimizer.learningRate = schedule(step)
  let loss = crossEntropy(model(points), classIndices: labels)
  optimizer.zeroGrad()
  loss.backward()
  optimizer.step()
  if step % 250 == 0 { print("step \(step): loss \(loss.item())") }
}

// Where the network would put each point of the square, and the points themselves.
let (columns, rows) = (64, 30)
let grid = (0..<(rows * columns)).map { place -> [Float] in
  [Float(place % columns) / Float(columns - 1) * 2.2 - 1.1, 1.1 - Float(place / columns) / Float(rows - 1) * 2.2]
}
let decisions = noGrad { model(Tensor(grid)).argMax(axis: 1).scalars(as: Int.self) }
let right = noGrad { (model(points).argMax(axis: 1) .== labels).converted(to: .float32).mean().item() }
for row in 0..<rows {
  print((0..<columns).map { decisions[row * columns + $0] == 0 ? "·" : "█" }.joined())
}
print("right: \(Int((right * 100).rounded()))%")
