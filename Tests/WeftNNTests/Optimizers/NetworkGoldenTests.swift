import Testing
import Weft
import WeftContract

/// A small network and what PyTorch's optimizers make of it (see Goldens/make_optimizers.py).
struct NetworkGoldens: Decodable {
  struct Case: Decodable {
    let name: String
    /// Before every tenth step.
    let losses: [Double]
    /// All parameters in one row, after some steps.
    let after: [String: [Double]]
    let average: [Double]?
  }
  let inputs: GoldenTensor
  let targets: GoldenTensor
  let start: [GoldenTensor]
  let cases: [Case]

  var parameters: [Parameter] { start.map { Parameter($0.tensor()) } }

  func loss(_ p: [Parameter]) -> Tensor {
    let hidden = (matmul(inputs.tensor(), p[0].tensor.transposed()) + p[1].tensor).tanh()
    return meanSquaredError(matmul(hidden, p[2].tensor.transposed()) + p[3].tensor, targets.tensor())
  }

  /// One step; the loss before it.
  func step(_ optimizer: Optimizer, _ parameters: [Parameter]) -> Double {
    if let lbfgs = optimizer as? LBFGS { return lbfgs.step { loss(parameters) } }
    optimizer.zeroGrad()
    let value = loss(parameters)
    value.backward()
    optimizer.step()
    return value.item()
  }

  static func values(_ parameters: [Parameter]) -> [Double] {
    parameters.flatMap { $0.value.scalars(as: Double.self) }
  }
}

@Suite struct NetworkGoldenTests {
  private static func groups<Settings>(
    _ p: [Parameter], _ make: ([Parameter]) -> GroupedOptimizer<Settings>, rate: Double? = nil, maximize: Bool? = nil,
    _ change: (inout Settings) -> Void = { _ in }
  ) -> Optimizer {
    let optimizer = make([p[0], p[2]])
    optimizer.addGroup([p[1], p[3]], learningRate: rate, maximize: maximize, change: change)
    return optimizer
  }

  private static func matrices(_ p: [Parameter]) -> [Parameter] { p.filter { $0.shape.rank == 2 } }

  /// The optimizers of the script, by its names; those that the other script has with the same settings are in `OptimizerGoldenTests`.
  static let optimizers: [String: OptimizerGoldenTests.Make] = [
    "sgd_maximize": { SGD($0, learningRate: 0.002, momentum: 0.5, weightDecay: 0.02, maximize: true) },
    "asgd": { ASGD($0, learningRate: 0.1) },
    "asgd_all": {
      ASGD($0, learningRate: 0.1, decay: 0.01, power: 0.6, averagingStart: 20, weightDecay: 0.05)
    },
    "adadelta": { Adadelta($0) },
    "adadelta_all": { Adadelta($0, learningRate: 0.5, rho: 0.8, epsilon: 1e-4, weightDecay: 0.05) },
    "adagrad": { Adagrad($0, learningRate: 0.03) },
    "adagrad_all": {
      Adagrad($0, learningRate: 0.1, learningRateDecay: 0.01, weightDecay: 0.05, initialSum: 0.2, epsilon: 1e-6)
    },
    "adam_amsgrad": { Adam($0, learningRate: 0.02, betas: (0.8, 0.9), weightDecay: 0.1, amsgrad: true) },
    "adamw_amsgrad": { AdamW($0, learningRate: 0.02, betas: (0.8, 0.9), weightDecay: 0.1, amsgrad: true) },
    "adamw_maximize": { AdamW($0, learningRate: 0.005, maximize: true) },
    "adamax": { Adamax($0, learningRate: 0.02) },
    "adamax_all": { Adamax($0, learningRate: 0.02, betas: (0.8, 0.95), epsilon: 1e-6, weightDecay: 0.1) },
    "nadam": { NAdam($0, learningRate: 0.005) },
    "nadam_all": {
      NAdam($0, learningRate: 0.005, betas: (0.8, 0.95), epsilon: 1e-6, weightDecay: 0.1, momentumDecay: 0.01)
    },
    "nadam_decoupled": { NAdam($0, learningRate: 0.005, weightDecay: 0.1, decoupledWeightDecay: true) },
    "radam": { RAdam($0, learningRate: 0.02) },
    "radam_all": { RAdam($0, learningRate: 0.02, betas: (0.8, 0.95), epsilon: 1e-6, weightDecay: 0.1) },
    "radam_decoupled": { RAdam($0, learningRate: 0.02, weightDecay: 0.1, decoupledWeightDecay: true) },
    "rmsprop": { RMSprop($0, learningRate: 0.003) },
    "rmsprop_decay": { RMSprop($0, learningRate: 0.001, smoothing: 0.9, epsilon: 1e-6, weightDecay: 0.1) },
    "rmsprop_momentum": { RMSprop($0, learningRate: 0.003, momentum: 0.7) },
    "rmsprop_centered": { RMSprop($0, learningRate: 0.003, centered: true) },
    "rmsprop_all": {
      RMSprop($0, learningRate: 0.003, smoothing: 0.95, weightDecay: 0.1, momentum: 0.7, centered: true)
    },
    "rprop": { Rprop($0) },
    "rprop_all": { Rprop($0, learningRate: 0.02, factors: (0.4, 1.3), stepSizes: (1e-4, 0.05)) },
    "adafactor": { Adafactor($0, learningRate: 0.02) },
    "adafactor_all": {
      Adafactor(
        $0, learningRate: 0.01, decayPower: -0.6, epsilons: (1e-5, 1e-2), clipping: 1.5, weightDecay: 0.1)
    },
    "muon": { Muon(matrices($0), learningRate: 0.02) },
    "muon_all": {
      Muon(
        matrices($0), learningRate: 0.02, weightDecay: 0.05, momentum: 0.8, nesterov: false,
        coefficients: (3, -3.2, 1.2), iterations: 4, scaling: .likeAdamW)
    },
    "lion": { Lion($0, learningRate: 0.002) },
    "lion_all": { Lion($0, learningRate: 0.002, betas: (0.8, 0.95), weightDecay: 0.1) },
    "lamb": { LAMB($0, learningRate: 0.02) },
    "lamb_all": { LAMB($0, learningRate: 0.02, betas: (0.8, 0.95), epsilon: 1e-4, weightDecay: 0.1) },
    "lbfgs": { LBFGS($0, learningRate: 0.5, maxIterations: 2, historySize: 5) },
    "lbfgs_wolfe": { LBFGS($0, maxIterations: 2, historySize: 10, lineSearch: .strongWolfe) },
    "groups_sgd": { p in
      groups(p, { SGD($0, learningRate: 0.1, momentum: 0.9) }, rate: 0.01) { $0.momentum = 0.5 }
    },
    "groups_adamw": { p in
      groups(p, { AdamW($0, learningRate: 0.02, weightDecay: 0.1) }) { $0.weightDecay = 0 }
    },
    "groups_maximize": { p in groups(p, { Adam($0, learningRate: 0.01) }, rate: 0.001, maximize: true) },
  ]
  static let all = optimizers.merging(OptimizerGoldenTests.optimizers) { first, _ in first }

  @Test func goldens() throws {
    let goldens = try Golden.record("networks", of: NetworkGoldens.self)
    #expect(Set(goldens.cases.map(\.name)) == Set(Self.all.keys))
    for golden in goldens.cases {
      let parameters = goldens.parameters
      let make = try #require(Self.all[golden.name])
      let optimizer = make(parameters)
      var worst = 0.0
      for step in 1...100 {
        let loss = goldens.step(optimizer, parameters)
        if golden.name == "groups_sgd" { optimizer.learningRate *= 0.97 }
        if step % 10 == 0 { worst = max(worst, abs(loss - golden.losses[step / 10 - 1])) }
        for (found, expected) in zip(NetworkGoldens.values(parameters), golden.after["\(step)"] ?? []) {
          worst = max(worst, abs(found - expected))
        }
      }
      #expect(worst <= Tolerance.golden, "\(golden.name): off by \(worst)")
      guard let average = golden.average, let asgd = optimizer as? ASGD else { continue }
      for (found, expected) in zip(asgd.averages.flatMap { $0.scalars(as: Double.self) }, average) {
        #expect(abs(found - expected) <= Tolerance.golden, "\(golden.name): average")
      }
    }
  }

  @Test func trainingGoesOnFromASavedStateBitByBit() throws {
    let goldens = try Golden.record("networks", of: NetworkGoldens.self)
    for (name, make) in Self.all {
      let parameters = goldens.parameters
      let optimizer = make(parameters)
      for _ in 1...15 { _ = goldens.step(optimizer, parameters) }
      optimizer.learningRate *= 0.5
      let (saved, start) = (optimizer.state(), parameters.map { Parameter($0.value) })
      for _ in 16...30 { _ = goldens.step(optimizer, parameters) }

      let again = make(start)
      try again.restore(Dictionary(uniqueKeysWithValues: saved.map { ($0.name, $0.tensor) }))
      #expect(again.groups.map(\.learningRate) == optimizer.groups.map(\.learningRate), "\(name)")
      for _ in 16...30 { _ = goldens.step(again, start) }
      #expect(again.stepCount == 30, "\(name)")
      #expect(NetworkGoldens.values(start) == NetworkGoldens.values(parameters), "\(name)")
    }
  }
}
