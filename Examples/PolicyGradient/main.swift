// A cart learns to balance a pole by trying: policy gradients, many carts at a time. See README.md.

import Foundation
import Weft

let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil

/// A pole that is hinged on a cart, which is pushed to the left or to the right fifty times a second (Barto, Sutton and
/// Anderson, 1983): up to 500 pushes, as long as the pole stands and the cart is on its track.
struct CartPole {
  static let longest = 500
  var (place, speed, angle, turning) = (0.0, 0.0, 0.0, 0.0)
  var pushes = 0

  /// Almost at rest and almost upright.
  init(using random: inout RandomGenerator) {
    func small() -> Double { .random(in: -0.05...0.05, using: &random) }
    (place, speed, angle, turning) = (small(), small(), small(), small())
  }

  /// What is seen of it, in numbers around 1.
  var state: [Float] { [Float(place), Float(speed), Float(angle * 10), Float(turning)] }
  var hasFallen: Bool { abs(angle) > 12 * .pi / 180 || abs(place) > 2.4 }
  var isOver: Bool { hasFallen || pushes == Self.longest }

  /// A cart of 1 kg, a pole of 0.1 kg and 1 m, a push of 10 N for a fiftieth of a second.
  mutating func push(right: Bool) {
    let force = (right ? 10 : -10) + 0.05 * turning * turning * sin(angle)
    let swing = (9.8 * sin(angle) - cos(angle) * force / 1.1) / (0.5 * (4.0 / 3 - 0.1 * cos(angle) * cos(angle) / 1.1))
    let acceleration = (force - 0.05 * swing * cos(angle)) / 1.1
    place += 0.02 * speed
    speed += 0.02 * acceleration
    angle += 0.02 * turning
    turning += 0.02 * swing
    pushes += 1
  }
}

/// What was seen, what was done, and how long it went well afterwards.
struct Experience {
  var (states, actions, returns) = ([[Float]](), [Int](), [Float]())
}

/// Each cart until its pole falls, by pushes that are drawn from the network's probabilities.
func play(_ carts: [CartPole], by policy: Module) -> (lengths: [Int], experience: Experience) {
  var carts = carts
  var steps = carts.map { _ in (states: [[Float]](), actions: [Int]()) }
  while case let running = carts.indices.filter({ !carts[$0].isOver }), !running.isEmpty {
    let states = running.map { carts[$0].state }
    let chances = noGrad { policy(Tensor(states)).softmax(axis: 1) }
    let actions = chances.multinomial(1).scalars(as: Int.self)
    for (place, cart) in running.enumerated() {
      steps[cart].states.append(states[place])
      steps[cart].actions.append(actions[place])
      carts[cart].push(right: actions[place] == 1)
    }
  }
  var experience = Experience()
  for (states, actions) in steps {
    // Each push that is still to come counts, the later the less.
    var returns: [Float] = []
    for _ in states { returns.append(1 + 0.99 * (returns.last ?? 0)) }
    experience.states += states
    experience.actions += actions
    experience.returns += returns.reversed()
  }
  return (carts.map(\.pushes), experience)
}

runScript {
  Interrupt.install()
  Random.seed(7)
  var random = RandomGenerator(seed: 7)
  let policy = Sequential {
    Linear(4, 32); Tanh()
    Linear(32, 2)
  }
  let optimizer = Adam(policy.parameters(), learningRate: 1e-2)
  for round in 1...(isBrief ? 2 : 60) {
    try Interrupt.check()
    let (lengths, experience) = play((0..<16).map { _ in CartPole(using: &random) }, by: policy)
    if round % 5 == 1 { print("round \(round): \(lengths.reduce(0, +) / lengths.count) pushes on average") }
    // What went better than the average becomes likelier, what went worse less likely.
    let returns = Tensor(experience.returns)
    let advantages = (returns - returns.mean()) / (returns.standardDeviation() + 1e-6)
    let surprise = crossEntropy(
      policy(Tensor(experience.states)), classIndices: Tensor(experience.actions), reduction: .none)
    optimizer.zeroGrad()
    (surprise * advantages).mean().backward()
    optimizer.step()
  }
  let (lengths, _) = play((0..<100).map { _ in CartPole(using: &random) }, by: policy)
  let average = Double(lengths.reduce(0, +)) / 100
  print("a hundred new carts: \(average) of \(CartPole.longest) pushes on average, \(lengths.min() ?? 0) at least")
  guard isBrief || average >= 475 else { throw Shortfall(description: "expected 475 pushes on average") }
}

/// What ends the program where the network did not learn what it should.
struct Shortfall: Error, CustomStringConvertible { let description: String }
