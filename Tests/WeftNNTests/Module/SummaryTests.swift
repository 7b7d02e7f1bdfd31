import Testing
import Weft

@Suite struct SummaryTests {
  @Test func theTable() {
    let model = Sequential {
      Conv2d(1, 8, kernelSize: 3, padding: 1); MaxPool2d(2)
      Flatten()
      Linear(8 * 14 * 14, 10)
    }
    model.freeze { $0 == "0.bias" }
    #expect(
      model.summary(input: [2, 1, 28, 28]).description == """
        module   type        output          parameters
        -----------------------------------------------
        (model)  Sequential  [2, 10]                   
        0        Conv2d      [2, 8, 28, 28]          80
        1        MaxPool2d   [2, 8, 14, 14]            
        2        Flatten     [2, 1568]                 
        3        Linear      [2, 10]             15,690
        -----------------------------------------------
        parameters: 15,770 (15,762 learn)
        memory: 61.6 KiB of parameters and buffers, 73.6 KiB of outputs
        """)
  }

  @Test func nothingOfTheModelChanges() { Random.withSeed(1, checkThatNothingChanges) }

  private func checkThatNothingChanges() {
    let model = Sequential {
      Conv2d(1, 2, kernelSize: 3); BatchNorm2d(2); Dropout(0.5)
    }
    model[1].eval()
    model(Tensor(ones: [2, 1, 5, 5])).sum().backward()
    let gradients = model.parameters().map { $0.grad?.scalars(as: Float.self) }
    let buffers = model.namedBuffers().map { $0.buffer.value.scalars(as: Float.self) }
    let random = Random.generator
    _ = model.summary(input: [4, 1, 5, 5])
    #expect(model.parameters().map { $0.grad?.scalars(as: Float.self) } == gradients)
    #expect(model.namedBuffers().map { $0.buffer.value.scalars(as: Float.self) } == buffers)
    #expect(model.namedModules().map(\.module.isTraining) == [true, true, false, true])
    #expect(Random.generator == random)
  }

  @Test func modulesWithResultsOfTheirOwn() {
    let model = LSTM(3, 4)
    let summary = model.summary { model(Tensor(zeros: [5, 2, 3]), state: nil) }
    #expect(summary.rows.map(\.outputs) == [[[5, 2, 4], [1, 2, 4], [1, 2, 4]]])
    #expect(summary.parameterCount == 4 * 4 * (3 + 4 + 2))
  }

  @Test func tiedParametersCountOnce() {
    let (a, b) = (Linear(3, 3, bias: false), Linear(3, 3, bias: false))
    b.weight = a.weight
    let summary = Sequential {
      a; b
    }.summary(input: [1, 3])
    #expect(summary.parameterCount == 9)
    #expect(summary.rows.map(\.parameterCount) == [0, 9, 0])
  }
}
