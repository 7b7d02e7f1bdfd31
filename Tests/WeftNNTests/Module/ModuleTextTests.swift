import Testing
import Weft

@Suite struct ModuleTextTests {
  @Test func aLayerShowsItsParametersAndSettings() {
    #expect("\(Linear(2, 3))" == "Linear(weight: [3, 2], bias: [3]), 9 parameters")
    #expect("\(ReLU())" == "ReLU()")
    #expect("\(Dropout(0.5))" == "Dropout(p: 0.5)")
    #expect(
      "\(BatchNorm1d(2, bias: false))"
        == "BatchNorm1d(weight: [2], running_mean: [2], running_var: [2], num_batches_tracked: [], epsilon: 1e-05, "
        + "momentum: 0.1, channels: 2), 2 parameters")
  }

  @Test func aModelShowsWhatIsInside() {
    let model = Sequential {
      Linear(100, 20)
      Sequential { Linear(20, 1, bias: false) }
    }
    #expect(
      "\(model)" == """
        Sequential(
          (0): Linear(weight: [20, 100], bias: [20])
          (1): Sequential(
            (0): Linear(weight: [1, 20])
          )
        ), 2,040 parameters
        """)
  }

  /// What a training holds beside the model says more than its type, too.
  @Test func whatStandsBesideAModelShowsItself() {
    let layer = Linear(2, 1, bias: false)
    layer.weight.value = Tensor([[1.0, 2]])
    #expect("\(layer.weight)" == "Parameter(\(layer.weight.value))")
    _ = layer(Tensor([[1.0, 1]]))
    layer.freeze()
    #expect("\(layer.weight)" == "Parameter(weight: \(layer.weight.value), frozen)")
    #expect("\(Buffer(Tensor([1.0]), name: "mean"))" == "Buffer(mean: \(Tensor([1.0])))")
    let optimizer = SGD([Parameter(Tensor(zeros: [2]))], learningRate: 0.5, momentum: 0.9)
    optimizer.addGroup([Parameter(Tensor(zeros: [2]))], learningRate: 0.1, maximize: true) { $0.momentum = 0 }
    #expect(
      "\(optimizer)" == """
        SGD after 0 steps
          1 parameters, learningRate: 0.5, momentum: 0.9, dampening: 0.0, weightDecay: 0.0, nesterov: false
          1 parameters, learningRate: 0.1, momentum: 0.0, dampening: 0.0, weightDecay: 0.0, nesterov: false, maximize: true
        """)
    #expect("\(optimizer.groups[0])" == "ParameterGroup(1 parameters, learningRate: 0.5)")
    #expect(
      "\(LBFGS([Parameter(Tensor(zeros: [2]))]))".hasPrefix("LBFGS after 0 steps\n  1 parameters, learningRate: 1.0"))
    #expect("\(GradScaler(scale: 8))".hasPrefix("GradScaler(scale: 8.0, growthFactor: 2.0"))
    #expect(
      "\(WeightAverage(of: layer, by: .exponential(decay: 0.9)))"
        == "WeightAverage(of: Linear, by: exponential(decay: 0.9), count: 0)")
    #expect("\(KeyValueCache(numLayers: 2))" == "KeyValueCache(layers: 2, positionCount: 0)")
    #expect("\(AttentionCache(isFixed: true))" == "AttentionCache(empty, fixed)")
  }

  private final class Named: Module {
    override var description: String { "a module of my own" }
  }

  @Test func aModuleMayDescribeItself() { #expect("\(Named())" == "a module of my own") }
}
