// A network that learns a function from the equation of motion alone: no data, second derivatives. See README.md.

import Foundation
import Weft

// An oscillator with friction, x'' + 2ζx' + x = 0, let go at x = 1 and watched for twelve units of time, two swings.
let (friction, end) = (0.1, 12.0)

/// The solution, which the network is never shown.
func exact(_ time: Double) -> Double {
  let frequency = (1 - friction * friction).squareRoot()
  return exp(-friction * time) * (cos(frequency * time) + friction / frequency * sin(frequency * time))
}

/// Where the network says that the oscillator is. Whatever it says, the oscillator begins at 1 and at rest.
func position(_ time: Tensor, by network: Module) -> Tensor {
  let square = time * time
  return 1 + square / (1 + square) * network(time * (2 / end) - 1)
}

/// By how much the network's motion fails its equation, at each time.
func residual(_ time: Tensor, of network: Module) throws -> Tensor {
  let along = time.onesLike()
  // Position and speed in one pass, forward; around it another such pass, which gives the acceleration beside the speed.
  let (values, changes) = try jvp(at: [time], along: [along]) { time in
    let (x, speed) = try jvp(at: time, along: [along]) { position($0[0], by: network) }
    return [x, speed]
  }
  let (x, speed, acceleration) = (values[0], values[1], changes[1])
  return acceleration + 2 * friction * speed + x
}

runScript {
  Interrupt.install()
  Random.seed(7)
  let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil
  let network = Sequential {
    Linear(1, 32); Tanh()
    Linear(32, 32); Tanh()
    Linear(32, 32); Tanh()
    Linear(32, 1)
  }
  let steps = isBrief ? 50 : 8000
  let optimizer = AdamW(network.parameters(), learningRate: 3e-3, weightDecay: 0)
  optimizer.schedule = Schedules.cosine(from: 3e-3, over: steps)
  let times = Tensor((0..<64).map { end * Double($0) / 63 }, shape: [64, 1], dtype: .float32)

  let step = Recorded(network, optimizer) { network, optimizer, times in
    let loss = try residual(times, of: network).squared().mean()
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    return loss
  }
  for number in 0..<steps {
    try Interrupt.check()
    let loss = try step(times).item()
    if number % (steps / 10) == 0 { print("step \(number): mean squared residual \(loss)") }
  }

  var worst = 0.0
  for time in stride(from: 0, through: end, by: end / 24) {
    let found = noGrad { position(Tensor([[Float(time)]]), by: network).item() }
    worst = max(worst, abs(found - exact(time)))
    let dot = String(repeating: " ", count: max(0, Int(((found + 1) * 25).rounded()))) + "•"
    print(String(format: "t %5.2f  exact % .4f  network % .4f ", time, exact(time), found) + dot)
  }
  print("largest difference \(worst)")
  guard isBrief || worst < 0.01 else { throw Shortfall(description: "expected a difference below 0.01 everywhere") }
}

/// What ends the program where the network did not learn what it should.
struct Shortfall: Error, CustomStringConvertible { let description: String }
