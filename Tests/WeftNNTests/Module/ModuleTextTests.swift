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

  private final class Named: Module {
    override var description: String { "a module of my own" }
  }

  @Test func aModuleMayDescribeItself() { #expect("\(Named())" == "a module of my own") }
}
