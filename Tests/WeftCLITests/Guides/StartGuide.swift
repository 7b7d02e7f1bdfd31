import Foundation
import Testing
import Weft

/// The program of the guide "Start here".
@Test func theProgramOfTheStartGuide() async {
  await #expect(processExitsWith: .success) {
    // Program:
    // A tensor: numbers of one type in a shape. It is a value, as an array is.
    let celsius = Tensor([[12.0, 18.5, 15], [21, 30, 24]])
    let fahrenheit = celsius * 1.8 + 32
    print(celsius.shape, celsius.dtype)  // [2, 3] float32
    print(fahrenheit.mean(axis: 1).scalars(as: Float.self))  // the mean of each row
    var corrected = celsius
    corrected[1, 2] = 25
    print(celsius[1, 2].item(), corrected[1, 2].item())  // 24.0 25.0

    // What is to be learned: the sine, from 128 points of it.
    let x = Tensor(linspace: -3, 3, count: 128).unsqueezed(1)  // [128, 1]: one feature for each sample
    let y = x.sin()

    // A network: its layers find their sizes in what you say, and their first weights in the seed.
    Random.seed(7)
    func makeModel() -> Sequential {
      Sequential {
        Linear(1, 32); Tanh(); Linear(32, 1)
      }
    }
    let model = makeModel()
    let optimizer = Adam(model.parameters(), learningRate: 0.02)
    for step in 1...400 {
      let loss = meanSquaredError(model(x), y)  // forward: every operation is recorded
      optimizer.zeroGrad()
      loss.backward()  // backward: every parameter gets its gradient
      optimizer.step()
      if step.isMultiple(of: 100) { print("step \(step): \(loss.item())") }
    }

    // Learned weights go to a file, and into another model of the same parts.
    let path = NSTemporaryDirectory() + "/sine-\(UUID().uuidString).safetensors"
    try model.save(to: path)
    let copy = makeModel()
    try copy.load(from: path)
    let guess = noGrad { copy(Tensor([[1.5]])) }
    print("sin(1.5) is about \(guess.item())")
    // End.
    #expect(abs(guess.item() - sin(1.5)) < 0.05)
    #expect(celsius[1, 2].item() == 24)
    try FileManager.default.removeItem(atPath: path)
  }
}
